"""The other clock: the visits that are bought or promised, what of them was made, and who is responsible."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, F
from django.utils.translation import gettext as _

from partners.models import Post, Region
from portal.base.periods import add_months, day_start, month_of
from services.recipients.models import Household
from services.tasks.models import NeedPart, Task, TaskState
from services.visits.models import PlannedState, PlannedVisit, VisitRecord

STANDING = [TaskState.LIVE, TaskState.UNASSIGNED]


@dataclass(frozen=True)
class Bought:
    """One standing task: what it promises a month, what was made this month, when somebody comes next."""

    task: Task
    provider: str
    service: str
    per_month: int
    minutes: int
    done: int
    next_visit: PlannedVisit | None
    voluntary: bool


def bought_for(household: Household, today: date) -> list[Bought]:
    """The standing tasks of a household with this month's visits, in three queries."""
    first = month_of(today).start
    tasks = list(
        Task.objects.filter(need__household=household, state__in=STANDING)
        .select_related("need", "provider", "contract")
        .order_by("need__service", "pk")
    )
    made = dict(
        VisitRecord.objects.filter(
            planned__task__in=tasks,
            started_at__gte=day_start(first),
            started_at__lt=day_start(add_months(first, 1)),
        )
        .order_by()
        .values_list("planned__task")
        .annotate(Count("pk"))
    )
    coming: dict[int, PlannedVisit] = {}
    planned = PlannedVisit.objects.filter(task__in=tasks, day__gte=today, state=PlannedState.PLANNED)
    for visit in planned.select_related("assignment__user").order_by("starts_at"):
        coming.setdefault(visit.task_id, visit)
    return [
        Bought(
            task, str(task.provider), task.need.get_service_display(), task.need.visits_per_month,
            task.need.minutes, made.get(task.pk, 0), coming.get(task.pk), task.need.part == NeedPart.VOLUNTARY,
        )
        for task in tasks
    ]  # fmt: skip


def bought_a_month(rows: list[Bought]) -> int:
    """Visits a month that are bought or promised, all services together."""
    return sum(row.per_month for row in rows)


@dataclass(frozen=True)
class Responsible:
    """Who answers for it that a household is seen: the provider with the task, else the village, and the office above."""

    who: str
    office: str
    phone: str


def responsible_for(households: list[Household], at: datetime) -> dict[int, Responsible]:
    """For each household (by pk) who is responsible now; three queries for any number of them."""
    providers: dict[int, list[str]] = defaultdict(list)
    tasks = Task.objects.filter(need__household__in=households, state__in=STANDING).select_related("provider")
    for task in tasks.annotate(home=F("need__household_id")).order_by("pk"):
        if str(task.provider) not in providers[task.home]:
            providers[task.home].append(str(task.provider))
    paths = {household.region.path[:12] for household in households}
    officers: dict[str, str] = {}
    posts = Post.objects.filter(
        role="livelihood_officer", region__path__in=paths, valid_from__lte=at, valid_to__gt=at
    ).select_related("user", "region")
    for post in posts.order_by("pk"):
        officers.setdefault(post.region.path, post.user.get_full_name())
    offices = {row.path: row for row in Region.objects.filter(path__in={path[:8] for path in paths})}
    found = {}
    for household in households:
        path = household.region.path
        office = offices.get(path[:8])
        carers = providers.get(household.pk)
        if carers:
            who = "、".join(carers)
        elif officers.get(path[:12]):
            who = _("村民生员 %(name)s") % {"name": officers[path[:12]]}
        else:
            who = _("村里没有民生员")
        found[household.pk] = Responsible(
            who,
            _("%(town)s民政办") % {"town": office or household.township},
            office.office_phone if office else "",
        )
    return found
