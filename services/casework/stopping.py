"""A pause stops the visits planned in the same minute; the return brings back those whose day has not come."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from portal.base.audit import record
from portal.base.outbox import post
from services.recipients import pauses
from services.recipients.models import Household, HouseholdPause
from services.tasks.access import MANAGE, members_with
from services.tasks.models import Task, TaskState
from services.visits.planning import restore_visits, stop_visits


def _tasks(household: Household) -> list[Task]:
    rows = Task.objects.filter(need__household=household).exclude(state=TaskState.ENDED)
    return list(rows.select_related("need__household", "provider"))


def _tell(household: Household, topic: str, row: HouseholdPause, by: Any, at: datetime) -> None:
    """Those who go there and those who send them."""
    people = {}
    for task in _tasks(household):
        for assignment in task.assignments.filter(valid_from__lte=at, valid_to__gt=at).select_related("user"):
            people[assignment.user_id] = assignment.user
        for member in members_with(MANAGE, at).filter(provider=task.provider).select_related("user"):
            people[member.user_id] = member.user
    for person in people.values():
        if person.pk != by.pk:
            post(
                person,
                topic,
                household,
                household=household,
                urgent=True,
                dedupe=f"{topic}:{row.uid}:{person.pk}",
            )


@transaction.atomic
def pause(
    *,
    by: Any,
    household: Household,
    version: int,
    reason: str,
    words: str = "",
    expected_on: date | None = None,
    at: datetime | None = None,
) -> HouseholdPause:
    """Stop every visit not yet begun, now, and tell who would have gone. Refused: those of `pause_household`."""
    at = at or timezone.now()
    row = pauses.pause_household(
        by=by,
        household=household,
        version=version,
        reason=reason,
        words=words,
        expected_on=expected_on,
        at=at,
    )
    stopped = stop_visits(tasks=_tasks(household), by=by, household=household, at=at, pause=row)
    record(by, "visits.stopped", household, household=household, count=stopped)
    _tell(household, "household_paused", row, by, at)
    return row


@transaction.atomic
def resume(*, by: Any, household: Household, version: int, at: datetime | None = None) -> int:
    """Visits may go there again; returns how many of the stopped ones came back. Refused: wrong_state, stale."""
    at = at or timezone.now()
    row = pauses.resume_household(by=by, household=household, version=version, at=at)
    if row is None:
        return 0
    restored = restore_visits(pause=row, at=at)
    record(by, "visits.restored", household, household=household, count=restored)
    _tell(household, "household_resumed", row, by, at)
    return restored
