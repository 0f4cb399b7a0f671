"""Visits that nobody made: shown at once by a condition; a job tidies the state and tells both sides."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from portal.base.audit import record
from portal.base.outbox import post
from services.visits.duty import agency_people, office_people
from services.visits.lifecycle import PLANNED
from services.visits.models import PlannedState, PlannedVisit

LEFT_OPEN = timedelta(hours=24)


def missed_condition(at: datetime) -> Q:
    """Planned and its day past, or begun and never handed in; no job is needed to know it."""
    return (
        Q(state=PlannedState.MISSED)
        | Q(state=PlannedState.PLANNED, day__lt=timezone.localdate(at))
        | Q(state=PlannedState.UNDER_WAY, checked_in_at__lt=at - LEFT_OPEN)
    )


def is_missed(visit: PlannedVisit, at: datetime) -> bool:
    """The same rule for one row."""
    if visit.state == PlannedState.UNDER_WAY:
        return visit.checked_in_at is not None and visit.checked_in_at < at - LEFT_OPEN
    late = visit.state == PlannedState.PLANNED and visit.day < timezone.localdate(at)
    return late or visit.state == PlannedState.MISSED


def mark_missed(at: datetime | None = None) -> int:
    """Set missed visits to their state and tell the carer, the agency and the township. Returns how many."""
    at = at or timezone.now()
    late = PlannedVisit.objects.filter(missed_condition(at)).exclude(state=PlannedState.MISSED)
    rows = late.select_related("task__need__household__township", "task__provider", "assignment__user")
    return sum(_mark(row, at) for row in rows[:500])


@transaction.atomic
def _mark(row: PlannedVisit, at: datetime) -> int:
    changed = PlannedVisit.objects.filter(
        missed_condition(at), pk=row.pk, state__in=PLANNED.sources("miss")
    ).update(state=PLANNED.moves["miss"].target, version=F("version") + 1, updated_at=at)
    if not changed:
        return 0
    household = row.task.need.household
    people = agency_people(row.task.provider, "services.manage_tasks", at)
    people += office_people(household.township.path, "services.read_visit", at)
    if row.assignment is not None:
        people.append(row.assignment.user)
    record(None, "visit.missed", row, household=household)
    for person in {person.pk: person for person in people}.values():
        post(person, "visit_missed", row, household=household)
    return 1
