"""Somebody who may not be sent any more: what they had in hand goes back, to be given to somebody else."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from partners.network.queries import holders_above
from partners.providers.models import Provider, ProviderKind
from portal.base.models import OPEN_END
from portal.base.outbox import post
from portal.base.row_security import beyond
from services.casework.ending import end_task_here
from services.tasks.access import MANAGE, VERIFY, members_with
from services.tasks.actions import release_person
from services.tasks.frequency import due_from
from services.tasks.lifecycle import NEED
from services.tasks.models import Assignment, AssignmentPart, Need, Task


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
