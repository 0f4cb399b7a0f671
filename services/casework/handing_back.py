"""Somebody who may not be sent any more: what they had in hand goes back, to be given to somebody else."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from partners.network.models import Region
from partners.network.queries import holders_above
from partners.providers.models import Provider, ProviderKind, ProviderSuspension
from partners.volunteers.models import Volunteer
from portal.base.models import OPEN_END
from portal.base.outbox import post
from portal.base.row_security import beyond
from services.casework.ending import end_task_here
from services.tasks.access import MANAGE, VERIFY, members_with
from services.tasks.actions import release_person
from services.tasks.frequency import due_from
from services.tasks.lifecycle import NEED, TASK
from services.tasks.models import Assignment, AssignmentPart, Need, Task, TaskState
from services.visits.models import PlannedState, PlannedVisit


@transaction.atomic
@beyond("release")
def hand_back(*, by: Any, user: Any, at: datetime) -> int:
    """End every assignment of this person now; returns how many.

    A volunteer's own task ends and its need waits for a match again; a task of a team goes on with the team,
    and waits for somebody where this person led it. Those who answer for each are told.
    """
    rows = list(
        Assignment.objects.filter(user=user, valid_to=OPEN_END)
        .select_related("task__provider", "task__need__household__region", "user")
        .order_by("task_id")
    )
    own = [row for row in rows if _is_own(row)]
    for row in own:
        end_task_here(by=by, task=row.task, reason=_("志愿者撤回了同意"), at=at)
        _wait_again(row.task.need, at)
    for provider in (
        Provider.objects.filter(tasks__in=[row.task_id for row in rows]).distinct().order_by("pk")
    ):
        release_person(user=user, provider=provider, by=by, at=at)
    for row in rows:
        _tell(row.task, user, row in own, at)
    return len(rows)


@beyond("release")
def hand_back_stopped(*, providers: list[int], by: Any, at: datetime) -> None:
    """Suspensions began: what these partners (by key) carried is work for others at once, and who finds them is told.

    A volunteer's needs wait for a match again. The tasks of an agency or a
    station stay with it, for it may come back: the desk of each household's place shows them until they are ended
    there. Visits under way are made to their end.
    """
    for provider in Provider.objects.filter(pk__in=providers).order_by("pk"):
        if provider.kind == ProviderKind.VOLUNTEER:
            for volunteer in Volunteer.objects.filter(provider=provider).select_related("user"):
                _release_volunteer(volunteer, by, at)
        else:
            _tell_offices(provider, at)


def _release_volunteer(volunteer: Volunteer, by: Any, at: datetime) -> None:
    """Every task of theirs, but for one that has no visit before a suspension with an end is over.

    Where they go along with somebody the rule of company is asked of each visit; nothing ends.
    """
    stops = ProviderSuspension.objects.filter(
        provider=volunteer.provider_id, valid_from__lte=at, valid_to__gt=at
    )
    over = stops.aggregate(end=Max("valid_to"))["end"] or OPEN_END
    tasks = Task.objects.filter(provider=volunteer.provider_id, state__in=TASK.sources("end"))
    for task in tasks.select_related("provider", "need__household__region").order_by("pk"):
        planned = PlannedVisit.objects.filter(task=task, state=PlannedState.PLANNED)
        if over < OPEN_END and not planned.filter(starts_at__lt=over).exists():
            continue
        end_task_here(by=by, task=task, reason=_("志愿者停用"), at=at, under_way_too=False)
        _wait_again(task.need, at)
        _tell(task, volunteer.user, True, at)


def _tell_offices(provider: Provider, at: datetime) -> None:
    """Once to each person of the offices where it has households, whatever their number."""
    tasks = Task.objects.filter(provider=provider).exclude(state=TaskState.ENDED)
    people: dict[int, Any] = {}
    for town in Region.objects.filter(pk__in=tasks.values("need__household__township")).order_by("path"):
        people |= {person.pk: person for person in holders_above(VERIFY, town, at)}
    for person in people.values():
        post(
            person,
            "tasks_of_stopped",
            provider,
            dedupe=f"tasks_of_stopped:{provider.no}:{at.isoformat()}:{person.pk}",
        )


def _is_own(row: Assignment) -> bool:
    return row.part == AssignmentPart.LEAD and row.task.provider.kind == ProviderKind.VOLUNTEER


def _wait_again(need: Need, at: datetime) -> None:
    Need.objects.filter(pk=need.pk, state__in=NEED.sources("vacate")).update(
        state=NEED.moves["vacate"].target,
        version=F("version") + 1,
        due_at=due_from(at, urgent=need.urgent),
        updated_at=at,
    )


def _tell(task: Task, user: Any, own: bool, at: datetime) -> None:
    """The team that goes on with the task; of a volunteer's own task, who finds somebody at the place."""
    household = task.need.household
    if own:
        for person in holders_above(VERIFY, household.region, at):
            post(
                person,
                "need_given_back",
                task.need,
                household=household,
                dedupe=f"given_back:{task.no}:{person.pk}",
            )
        return
    for member in members_with(MANAGE, at).filter(provider=task.provider).select_related("user"):
        if member.user_id != user.pk:
            post(
                member.user, "task_given_back", task, household=household,
                dedupe=f"task_given_back:{task.no}:{user.uid}:{member.user.pk}",
            )  # fmt: skip
