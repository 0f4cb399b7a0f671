"""The care work on the desk: people nobody has seen come first, then changes, decisions, plans and agreements."""

from datetime import datetime
from typing import Any

from django.db.models import Case, IntegerField, OuterRef, QuerySet, Subquery, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.base.dates import day_words
from portal.base.deadlines import TimeLeft
from services.assistance.access import DECIDE, PROPOSE, READ
from services.assistance.queries import due_here, waiting_reviews
from services.casework.bought import STANDING
from services.casework.desk import Counted, Item, Provider, link
from services.casework.undoing import UNDO, endings_asked
from services.recipients.agreement_list import conditions
from services.recipients.care_access import AGREE, APPROVE_PLAN, LOOK_IN, agreements_of, plans_of
from services.recipients.care_reading import place_of
from services.recipients.clock import class_words, rounds_on, rules_on, unseen_with
from services.tasks.models import Task

PERSON_HOME = ("person__household__region__parent", "person__household__township")


def _late(days: int) -> TimeLeft:
    return TimeLeft(_("超 %(size)s") % {"size": _("%(count)d 天") % {"count": days}}, "red")


def _left(due: Any, today: Any) -> TimeLeft:
    days = (due - today).days
    if days < 0:
        return _late(-days)
    return TimeLeft(
        _("剩 %(size)s") % {"size": _("%(count)d 天") % {"count": days}}, "amber" if days < 3 else "grey"
    )


def _unseen(user: Any, now: datetime) -> QuerySet:
    day = timezone.localdate(now)
    rules = rules_on(day)
    served = Task.objects.filter(need__household=OuterRef("pk"), state__in=STANDING).order_by("pk")
    within = [When(level=level, then=Value(each.within_days)) for level, each in rules.items()]
    rows = unseen_with(user, day, rules, rounds_on(day)).select_related("region__parent", "township")
    return rows.annotate(
        carer=Subquery(served.values("provider__name")[:1]),
        within=Case(*within, default=Value(31), output_field=IntegerField()),
    )


def _unseen_item(row: Any, names: dict[int, str]) -> Item:
    seen = _("上次 %(day)s") % {"day": day_words(row.last_seen)} if row.last_seen else _("从没看过")
    office = _("%(town)s民政办") % {"town": row.township}
    who = f"{row.carer}、{office}" if row.carer else office
    late = (timezone.localdate() - row.since).days - row.within if row.since else 0
    return Item(
        title=f"{names[row.pk]} {class_words(row.level)}",
        sub=f"{place_of(row)} · {seen} · " + _("%(who)s负责") % {"who": who},
        url=link("services:care:file", row.no),
        left=_late(late) if late > 0 else TimeLeft(_("这轮没看到"), "red"),
    )


def _received(user: Any, now: datetime) -> QuerySet:
    return waiting_reviews(user, PROPOSE, "received")


def _proposed(user: Any, now: datetime) -> QuerySet:
    return waiting_reviews(user, DECIDE, "proposed").exclude(proposed_by=user)


def _review(row: Any, names: dict[int, str]) -> Item:
    what = row.get_kind_display() if row.kind else row.get_cause_display()
    return Item(
        title=f"{names[row.household_id]} {what}",
        sub=f"{row.no} · {place_of(row.household)}",
        url=link("services:reviews:detail", row.no),
        left=_left(row.due_on, timezone.localdate()),
    )


def _due(user: Any, now: datetime) -> QuerySet:
    return due_here(user, timezone.localdate(now))


def _plans(user: Any, now: datetime) -> QuerySet:
    return plans_of(user, APPROVE_PLAN).filter(state="submitted").exclude(drafted_by=user)


def _agreements(user: Any, now: datetime) -> QuerySet:
    wanted = conditions(timezone.localdate(now))
    return agreements_of(user, AGREE).filter(wanted["lapsing"] | wanted["to_sign"])


def _endings(user: Any, now: datetime) -> QuerySet:
    return endings_asked(user)


UNSEEN = Provider(
    "unseen", gettext_lazy("没人看过的人"), gettext_lazy("每一户都按规定有人看过。"), (LOOK_IN, READ),
    _unseen, _unseen_item, lambda row: row, "services:care:unseen",
)  # fmt: skip
CARE_PROVIDERS = (
    Provider(
        "reviews_received", gettext_lazy("变化和核查待办"), gettext_lazy("没有待核查的变化。"), (PROPOSE,),
        _received, _review, lambda row: row.household, "services:reviews:list",
    ),
    Provider(
        "reviews_proposed", gettext_lazy("核查待决定"), gettext_lazy("没有待决定的核查。"), (DECIDE,),
        _proposed, _review, lambda row: row.household, "services:reviews:list",
    ),
)  # fmt: skip
CARE_COUNTED = (
    Counted(
        "endings", gettext_lazy("去世、注销登错待核对"), gettext_lazy("没有等核对的去世、注销。"), (UNDO,),
        _endings, "services:files:endings",
    ),
    Counted(
        "reviews_due", gettext_lazy("到期该核查"), gettext_lazy("没有人到期没核查。"), (READ,),
        _due, "services:reviews:list",
    ),
    Counted(
        "plans", gettext_lazy("照料计划待批准"), gettext_lazy("没有待批准的照料计划。"), (APPROVE_PLAN,),
        _plans, "services:care:plans",
    ),
    Counted(
        "agreements", gettext_lazy("协议待签、快到期"), gettext_lazy("没有待签和快到期的协议。"), (AGREE,),
        _agreements, "services:care:agreements",
    ),
)  # fmt: skip
