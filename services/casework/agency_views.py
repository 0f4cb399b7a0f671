"""Tasks by state, and one task with its people and dates: at the agency's desk, and at the desk of the place."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.memberships.models import Membership
from partners.network.models import Region
from partners.providers.models import Provider, ProviderKind, ProviderTownship
from portal.permissions.gate import needs
from portal.permissions.hats import teams_for
from services.casework import agency
from services.casework.dispatch_forms import TaskFilter
from services.matching.queries import frequency, place_words, situation, waiting_offers, wish_words
from services.recipients.fields import shown_to
from services.recipients.listing import areas_to_choose, lines
from services.tasks import access
from services.tasks.lifecycle import TASK
from services.tasks.models import TaskState
from services.visits.company import coming, without_company

ROWS = 50


@needs("services.manage_tasks", "services.answer_offer", methods=("GET",))
def tasks(request: HttpRequest) -> HttpResponse:
    """Offers waiting for an answer, then the tasks by tab, filter and page."""
    now = timezone.now()
    teams = teams_for(request.user, access.MANAGE)
    form = TaskFilter(request.GET or None, townships=_townships(teams), workers=_workers(teams, now))
    wanted = form.cleaned_data if form.is_bound and form.is_valid() else {}
    rows = agency.filtered(agency.agency_tasks(request.user, now), wanted)
    counts = agency.tab_counts(rows)
    tab = request.GET.get("tab", "")
    if tab in agency.WORDS:
        rows = rows.filter(tab=tab)
    page = Paginator(agency.page_rows(rows), ROWS).get_page(request.GET.get("page"))
    return render(
        request,
        "services/casework/agency_tasks.html",
        {
            "offers": waiting_offers(request.user, now),
            "items": _tabs(counts, tab, wanted),
            "form": form,
            "tab": tab,
            "page": page,
            "rows": [agency.row(task, now) for task in page],
            "filtered": any(wanted.values()),
        },
    )


def _tabs(
    counts: dict[str, int], current: str, wanted: dict[str, Any], *, ended: bool = False
) -> list[dict[str, Any]]:
    kept = {key: value for key, value in wanted.items() if value}
    items = [
        {
            "label": _("全部"),
            "url": f"?{urlencode(kept)}",
            "count": sum(n for code, n in counts.items() if code != agency.ENDED_TAB[0]),
            "current": current not in agency.WORDS,
            "hot": False,
        }
    ]
    for code, words, _colour, hot in [*agency.TABS, agency.ENDED_TAB] if ended else agency.TABS:
        if code == "paused" and not counts.get(code):
            continue
        count = counts.get(code, 0)
        items.append(
            {
                "label": words,
                "url": f"?{urlencode({**kept, 'tab': code})}",
                "count": count,
                "current": current == code,
                "hot": hot and count > 0,
            }
        )
    return items


def _townships(teams: list[int]) -> list[Region]:
    ids = ProviderTownship.objects.filter(provider__team_id__in=teams).values("region")
    return list(Region.objects.filter(pk__in=ids).order_by("path"))


def _workers(teams: list[int], at: Any) -> list[Any]:
    rows = (
        Membership.objects.filter(provider__team_id__in=teams, valid_from__lte=at, valid_to__gt=at)
        .select_related("user")
        .order_by("user__name", "pk")
    )
    return list({row.user_id: row.user for row in rows}.values())


@needs("services.manage_tasks", takes_object="task", methods=("GET",))
def detail(request: HttpRequest, no: str) -> HttpResponse:
    """One task: the household as far as the agency may see it, who goes, when, and what was done."""
    return task_page(request, access.task_for(request.user, no))


@needs(access.VERIFY, access.MATCH, methods=("GET",))
def desk_tasks(request: HttpRequest) -> HttpResponse:
    """The tasks of the place by tab, filter and page."""
    now = timezone.now()
    mine = access.tasks_at_place(request.user)
    parties = Provider.objects.filter(pk__in=mine.values("provider")).order_by("kind", "name_key", "pk")
    form = TaskFilter(
        request.GET or None,
        townships=[area for area in areas_to_choose(request.user) if area.level == "township"],
        providers=list(parties),
    )
    wanted = form.cleaned_data if form.is_bound and form.is_valid() else {}
    rows = agency.filtered(agency.with_tabs(mine, now), wanted)
    counts = agency.tab_counts(rows)
    tab = request.GET.get("tab", "")
    rows = rows.filter(tab=tab) if tab in agency.WORDS else rows.exclude(state=TaskState.ENDED)
    page = Paginator(agency.page_rows(rows), ROWS).get_page(request.GET.get("page"))
    names = {
        line.household.pk: line.name
        for line in lines(request.user, [task.need.household for task in page.object_list])
    }
    context = {
        "items": _tabs(counts, tab, wanted, ended=True),
        "form": form,
        "tab": tab,
        "page": page,
        "rows": [agency.row(task, now) | {"name": names[task.need.household_id]} for task in page],
        "filtered": any(wanted.values()),
    }
    return render(request, "services/casework/desk_tasks.html", context)


@needs(access.VERIFY, access.MATCH, takes_object="task", methods=("GET",))
def desk_detail(request: HttpRequest, no: str) -> HttpResponse:
    """One task of the place: who does it, when, what was done, and what the desk may do about it."""
    return desk_page(request, access.place_task_for(request.user, no))


def desk_page(request: HttpRequest, task: Any, *, notice: str = "", status: int = 200) -> HttpResponse:
    """The page of a task at the desk; with a notice, the answer to a step that came too late."""
    now = timezone.now()
    alone = without_company(coming(task.planned_visits.all(), now), now)
    context = _facts(request, task, notice) | {
        "voluntary": task.provider.kind == ProviderKind.VOLUNTEER,
        "alone": next(iter(alone.values()), []),
    }
    return render(request, "services/casework/desk_task.html", context, status=status)


def task_page(request: HttpRequest, task: Any, *, notice: str = "", status: int = 200) -> HttpResponse:
    """The page of a task; with a notice, the answer to a step that came too late."""
    return render(request, "services/casework/task.html", _facts(request, task, notice), status=status)


def _facts(request: HttpRequest, task: Any, notice: str) -> dict[str, Any]:
    """What both pages of a task show."""
    now = timezone.now()
    household = task.need.household
    fields = shown_to(request.user, household, now)
    return {
        "task": task,
        "household": household,
        "name": fields.name(household),
        "fields": fields.modes,
        "place": place_words(task.need),
        "situation": situation(task.need, timezone.localdate(now)),
        "frequency": frequency(task.need),
        "wish": wish_words(task.need),
        "detail": agency.detail(task, now),
        "verbs": [verb for verb in TASK.moves if TASK.allows(task.state, verb)],
        "notice": notice,
    }
