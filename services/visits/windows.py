"""Around which visit a carer stands: the reader that the register asks (one query for many households)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from services.recipients.access import Window
from services.recipients.models import Household
from services.visits.access import carried_by
from services.visits.models import PlannedState, PlannedVisit
from services.visits.rules import door_window

STILL_TO_END = [PlannedState.PLANNED, PlannedState.UNDER_WAY]


def visit_windows(user: Any, households: Iterable[Household], at: datetime) -> dict[int, Window]:
    """For each household (by pk): whether one of this person's visits is today, and whether its door is open."""
    today = timezone.localdate(at)
    keys = [row.pk for row in households]
    if not keys:
        return {}
    visits = (
        PlannedVisit.objects.filter(
            carried_by(user, at),
            task__need__household__in=keys,
            day__gte=today - timedelta(days=2),
            day__lte=today + timedelta(days=2),
        )
        .exclude(state=PlannedState.CANCELLED)
        .values_list("task__need__household_id", "day", "starts_at", "minutes", "state")
    )
    found: dict[int, Window] = {}
    for household, day, starts_at, minutes, state in visits:
        opens, closes = door_window(starts_at, minutes)
        before = found.get(household, Window())
        found[household] = Window(
            visit_day=before.visit_day or day == today,
            door_open=before.door_open or (state in STILL_TO_END and opens <= at < closes),
        )
    return found
