"""Reads for an agency's tasks: which tab a task stands under, its next date, and its detail."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.base.dates import month_day_words
from portal.base.models import OPEN_END, AuditEvent
from portal.base.privacy import mask_name
from services.matching.queries import frequency
from services.tasks.access import tasks_of
from services.tasks.models import Assignment, AssignmentPart, Task, TaskState
from services.visits.models import PlannedState, PlannedVisit, Verdict, VisitRecord

# The tabs of the page in their order: code, words, colour of the tag, whether its count is a warning.
TABS = [
    ("unassigned", gettext_lazy("待派人"), "amber", True),
    ("live", gettext_lazy("进行中"), "teal", False),
    ("missed", gettext_lazy("漏访"), "red", True),
    ("returned", gettext_lazy("退回补充"), "purple", False),
    ("done", gettext_lazy("本月已完成"), "green", False),
    ("paused", gettext_lazy("暂停"), "purple", False),
]
ENDED_TAB = ("ended", gettext_lazy("已终止"), "grey", False)
WORDS = {code: (words, colour) for code, words, colour, _hot in [*TABS, ENDED_TAB]}


def month_bounds(on: date) -> tuple[date, date]:
    """The first day of the month and of the one after."""
    first = on.replace(day=1)
    return first, date(first.year + first.month // 12, first.month % 12 + 1, 1)


def agency_tasks(user: Any, at: datetime) -> QuerySet[Task]:
    """The live tasks of the teams this person manages."""
    return with_tabs(tasks_of(user).exclude(state=TaskState.ENDED), at)


def with_tabs(tasks: QuerySet[Task], at: datetime) -> QuerySet[Task]:
    """Each task with its tab, next date and month's count."""
    on = timezone.localdate(at)
    first, after = month_bounds(on)
    visits = PlannedVisit.objects.filter(task=OuterRef("pk"))
    coming = visits.filter(state__in=[PlannedState.PLANNED, PlannedState.UNDER_WAY], day__gte=on)
    overdue = visits.filter(
        Q(state=PlannedState.MISSED, day__gte=first) | Q(state=PlannedState.PLANNED, day__lt=on)
    )
    returned = VisitRecord.objects.filter(planned__task=OuterRef("pk"), verdict=Verdict.RETURNED)
    recorded = (
        visits.filter(state=PlannedState.RECORDED, day__gte=first, day__lt=after)
        .order_by()
        .values("task")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return tasks.annotate(
        next_at=Subquery(coming.order_by("starts_at").values("starts_at")[:1]),
        done=Coalesce(Subquery(recorded, output_field=IntegerField()), 0),
        is_missed=Exists(overdue),
        is_returned=Exists(returned),
    ).annotate(
        tab=Case(
            When(state=TaskState.ENDED, then=Value("ended")),
            When(state=TaskState.UNASSIGNED, then=Value("unassigned")),
            When(state=TaskState.PAUSED, then=Value("paused")),
            When(is_missed=True, then=Value("missed")),
            When(is_returned=True, then=Value("returned")),
            When(done__gte=F("need__visits_per_month"), then=Value("done")),
            default=Value("live"),
            output_field=CharField(),
        )
    )


def filtered(tasks: QuerySet[Task], wanted: dict[str, str]) -> QuerySet[Task]:
    """The filter bar: township, service, worker, and number or family name."""
    if wanted.get("township"):
        tasks = tasks.filter(need__household__township__code=wanted["township"])
    if wanted.get("service"):
        tasks = tasks.filter(need__service=wanted["service"])
    if wanted.get("provider"):
        tasks = tasks.filter(provider__no=wanted["provider"])
    if wanted.get("worker"):
        sent = Assignment.objects.filter(valid_to=OPEN_END, user__uid=wanted["worker"])
        tasks = tasks.filter(pk__in=sent.values("task"))
    if wanted.get("q"):
        q = wanted["q"].strip()
        tasks = tasks.filter(
            Q(no__iexact=q) | Q(need__no__iexact=q) | Q(need__household__name__startswith=q[:1])
            if len(q) == 1
            else Q(no__iexact=q) | Q(need__no__iexact=q) | Q(no__endswith=q)
        )
    return tasks


def page_rows(tasks: QuerySet[Task]) -> QuerySet[Task]:
    """The tasks with what a row shows; next visit first, those without a date at the end."""
    leads = Assignment.objects.filter(valid_to=OPEN_END, part=AssignmentPart.LEAD).select_related("user")
    return (
        tasks.select_related("need__household__region__parent", "need__household__township", "provider")
        .prefetch_related(Prefetch("assignments", leads, to_attr="leads"))
        .order_by(F("next_at").asc(nulls_last=True), "pk")
    )


def row(task: Task, at: datetime) -> dict[str, Any]:
    """One line of the table; the household's name is masked in every list."""
    listed: Any = task  # with what agency_tasks() and page_rows() add
    region = task.need.household.region
    village = region.parent if region.level == "group" else region
    words, colour = WORDS[listed.tab]
    return {
        "task": task,
        "name": mask_name(task.need.household.name),
        "service": task.need.get_service_display(),
        "frequency": frequency(task.need),
        "place": f"{task.need.household.township} {village}",
        "worker": listed.leads[0].user if listed.leads else None,
        "next": next_words(listed.next_at, at),
        "month": f"{listed.done}/{task.need.visits_per_month}",
        "tag": {"words": words, "colour": colour},
    }


def next_words(moment: datetime | None, at: datetime) -> str:
    """今天 10:30, 11月26日 09:00, or a dash."""
    if moment is None:
        return "—"
    local, today = timezone.localtime(moment), timezone.localdate(at)
    clock = f"{local:%H:%M}"
    if local.date() == today:
        return _("今天 %(clock)s") % {"clock": clock}
    return f"{month_day_words(local)} {clock}"


def tab_counts(tasks: QuerySet[Any]) -> dict[str, int]:
    """How many tasks stand under each tab, in one query."""
    return {line["tab"]: line["n"] for line in tasks.order_by().values("tab").annotate(n=Count("pk"))}


@dataclass(frozen=True)
class Detail:
    """What a task's page shows besides the task."""

    lead: Assignment | None
    companions: list[Assignment]
    coming: list[PlannedVisit]
    past: list[PlannedVisit]
    events: list[dict[str, Any]]


EVENT_WORDS = {
    "offer.accepted": gettext_lazy("接下派单"),
    "need.placed": gettext_lazy("派给志愿者"),
    "task.assigned": gettext_lazy("派了人"),
    "task.accompanied": gettext_lazy("加了陪同的志愿者"),
    "assignment.ended": gettext_lazy("一人不再去这户"),
    "task.planned": gettext_lazy("排了上门日期"),
    "task.paused": gettext_lazy("暂停了任务"),
    "task.resumed": gettext_lazy("恢复了任务"),
    "task.ended": gettext_lazy("结束了任务"),
    "visits.cancelled": gettext_lazy("取消了没做的上门"),
    "visit.cancelled": gettext_lazy("取消了一次上门"),
    "field.unmasked": gettext_lazy("看了被遮住的信息"),
}


def detail(task: Task, at: datetime) -> Detail:
    """People, dates and history of one task."""
    people = list(
        task.assignments.filter(valid_to=OPEN_END)
        .select_related("user__volunteer")
        .order_by("valid_from", "pk")
    )
    today = timezone.localdate(at)
    visits = list(
        task.planned_visits.exclude(state=PlannedState.CANCELLED)
        .select_related("assignment__user")
        .prefetch_related("records")
        .order_by("starts_at")
    )
    open_states = {PlannedState.PLANNED, PlannedState.UNDER_WAY}
    coming = [visit for visit in visits if visit.state in open_states and visit.day >= today]
    past = [visit for visit in reversed(visits) if visit not in coming]
    return Detail(
        lead=next((one for one in people if one.part == AssignmentPart.LEAD), None),
        companions=[one for one in people if one.part == AssignmentPart.COMPANION],
        coming=coming,
        past=past[:20],
        events=events(task),
    )


def events(task: Task) -> list[dict[str, Any]]:
    """What was done to the task, newest first, with whose hand."""
    rows = (
        AuditEvent.objects.filter(kind="task", object_no=task.no, verb__in=EVENT_WORDS)
        .select_related("actor")
        .order_by("-at", "-pk")[:20]
    )
    found = [
        {
            "at": line.at,
            "text": EVENT_WORDS[line.verb],
            "by": line.actor.get_full_name() if line.actor else "",
        }
        for line in rows
    ]
    return [*found, {"at": task.valid_from, "text": EVENT_WORDS["offer.accepted"], "by": ""}]
