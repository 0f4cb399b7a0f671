"""The tabs of the bar: one table for everybody, each tab with the permission that shows it.

A new page adds one row. `waiting` says which things wait for this person. Only the first two of a
person are counted, besides the inbox, all in one statement.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.accounts.inbox import unread_items
from portal.base.calendar_days import KEEP as KEEP_CALENDAR
from portal.base.counts import counts_of
from portal.permissions.hat_words import hat_name, wears_several, worn_for
from portal.permissions.hats import hats, permissions_of
from services.matching.access import needs_to_match, offers_of, open_at
from services.models import NeedState
from services.recipients.emergency import ASK, running
from services.recipients.reviewers import REVIEW
from services.tasks.need_access import needs_visible_to
from services.visits.queries import open_alerts, todays_visits

COUNTED = 2


@dataclass(frozen=True)
class Tab:
    """One entry of the bar; shown to people who hold any of `permissions`."""

    label: str | Promise
    route: str
    permissions: tuple[str, ...]
    waiting: Callable[[Any], QuerySet] | None = None


@dataclass(frozen=True)
class ShownTab:
    """The entry as the frame prints it."""

    label: str | Promise
    url: str
    count: int
    current: bool


def _to_answer(user: Any) -> QuerySet:
    """Offers that wait for the team's answer."""
    return offers_of(user).filter(open_at(timezone.now()))


def _to_match(user: Any) -> QuerySet:
    """Verified needs without a carer."""
    return needs_to_match(user).filter(state=NeedState.TO_MATCH)


def _to_verify(user: Any) -> QuerySet:
    """Reported needs that the township has to look at."""
    return needs_visible_to(user).filter(state=NeedState.TO_VERIFY)


# In the order of the bar; what cannot wait comes first.
TABS: tuple[Tab, ...] = (
    Tab(_("待办"), "services:casework:desk", ("services.open_desk",)),
    Tab(_("待办"), "services:intake:village", ("services.report_need",)),
    Tab(_("有情况"), "services:visits:agency_alerts", ("services.confirm_visit",), open_alerts),
    Tab(_("有情况"), "services:visits:desk_alerts", ("services.verify_need",), open_alerts),
    Tab(_("任务"), "services:tasks:agency", ("services.answer_offer",), _to_answer),
    Tab(_("匹配"), "services:matching:queue", ("services.match_need",), _to_match),
    Tab(_("需求"), "services:needs:list", ("services.verify_need",), _to_verify),
    Tab(_("派单"), "services:matching:offers", ("services.match_need",)),
    Tab(_("任务"), "services:tasks:desk_list", ("services.verify_need", "services.match_need")),
    Tab(_("上报"), "services:intake:list", ("services.verify_need",)),
    Tab(_("今天"), "services:visits:today", ("services.log_visit", "services.finish_visit"), todays_visits),
    Tab(_("日程"), "services:visits:schedule", ("services.log_visit",)),
    Tab(_("住户"), "services:recipients:list", ("services.verify_need",)),
    Tab(_("住户"), "services:recipients:village", ("services.report_need",)),
    Tab(_("政策找人"), "services:discovery:list", ("services.propose_review",)),
    Tab(_("照料"), "services:care:unseen", ("services.look_in", "services.verify_need")),
    Tab(_("上门"), "services:visits:agency_list", ("services.confirm_visit",)),
    Tab(_("上门"), "services:visits:desk_list", ("services.read_visit",)),
    Tab(_("护理员"), "partners:workers", ("partners.manage_team",)),
    Tab(_("合同"), "services:contracts:list", ("services.manage_contract", "services.view_contract")),
    Tab(_("合同"), "services:contracts:agency_list", ("partners.view_own_contract",)),
    Tab(_("资质"), "partners:qualification", ("partners.manage_team",)),
    Tab(_("审核"), "partners:vetting", ("partners.check_application", "partners.decide_application")),
    Tab(_("本人的要求"), "services:privacy:requests", ("services.take_request",)),
    Tab(_("人员"), "partners:network", ("partners.invite_person", "partners.appoint_person")),
    Tab(_("时长"), "services:hours:desk", ("services.keep_hours",)),
    Tab(_("复核"), "services:recipients:sight", (REVIEW,)),
    Tab(_("紧急查看"), "services:recipients:emergency", (ASK,)),
    Tab(_("日历"), "portal:calendar", (KEEP_CALENDAR,)),
    Tab(_("操作记录"), "portal:audit", ("portal.read_audit",)),
    Tab(_("系统状态"), "portal:health", ("portal.view_health",)),
    Tab(_("网站编辑"), "wagtailadmin_home", ("wagtailadmin.access_admin",)),
)


def _mine(user: Any) -> list[Tab]:
    """The rows for this person; of two with one label the first."""
    held = permissions_of(user)
    found: dict[str, Tab] = {}
    for tab in TABS:
        if held.intersection(tab.permissions):
            found.setdefault(str(tab.label), tab)
    return list(found.values())


def tabs(request: HttpRequest) -> list[ShownTab]:
    """What this person's bar shows, with what waits for them."""
    user = request.user
    if not user.is_authenticated:
        return []
    rows = _mine(user)
    waiting = [(tab, tab.waiting) for tab in rows if tab.waiting is not None][:COUNTED]
    *counts, unread = counts_of([*(of(user) for _tab, of in waiting), unread_items(user)])
    waits = {tab.route: count for (tab, _of), count in zip(waiting, counts, strict=True)}
    entries = [(tab.label, reverse(tab.route), waits.get(tab.route, 0)) for tab in rows]
    entries.append((_("消息"), reverse("portal:inbox"), unread))
    inside = [url for _label, url, _count in entries if request.path.startswith(url)]
    here = max(inside, key=len, default="")
    return [ShownTab(label, url, count, url == here) for label, url, count in entries]


def emergencies(request: HttpRequest) -> list[Any]:
    """The break-glasses that this person has under way, for the line across every page."""
    user = request.user
    return running(user, timezone.now()) if user.is_authenticated and ASK in permissions_of(user) else []


def desk_area(request: HttpRequest) -> str:
    """The place or team of the person's first hat; for several hats, the ones under which this page opens."""
    if wears_several(request.user):
        match = request.resolver_match
        rule = getattr(match.func, "rule", None) if match else None
        worn = worn_for(request.user, rule.permissions) if rule is not None else []
        return gettext("、").join(dict.fromkeys(hat_name(hat) for hat in worn)) if worn else ""
    return next((hat.region_name for hat in hats(request.user) if hat.region_name), "")


def worn_as(request: HttpRequest) -> str:
    """For people with several hats, the ones under which this page opens; empty for everybody else."""
    return desk_area(request) if wears_several(request.user) else ""
