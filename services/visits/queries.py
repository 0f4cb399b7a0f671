"""Reading visits and alerts: days, lists and the numbers of the desks."""

import json
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Case, Count, IntegerField, Prefetch, Q, QuerySet, Value, When
from django.utils import timezone

from portal.base.models import OPEN_END
from services.contracts.models import ChecklistItem
from services.recipients.models import HouseholdRisk, Person, Relation
from services.visits.access import (
    alerts_received_by,
    carried_visits,
    records_judged_by,
    records_read_by,
    records_written_by,
)
from services.visits.dangers import ESCALATES_AFTER
from services.visits.missed import missed_condition
from services.visits.models import Alert, AlertState, PlannedState, PlannedVisit, Verdict, VisitRecord

TO_DO = [PlannedState.PLANNED, PlannedState.UNDER_WAY]


def heads(path: str) -> Prefetch:
    """The living heads of households, for how a carer addresses them."""
    living = Person.objects.filter(relation=Relation.SELF, died_on__isnull=True).only(
        "household_id", "sex", "birth_date", "relation"
    )
    return Prefetch(path, queryset=living, to_attr="heads")


def risks_now() -> Prefetch:
    """The standing risks of each household, by kind; the words are read on the page of the visit."""
    rows = HouseholdRisk.objects.filter(valid_to=OPEN_END).defer("words")
    return Prefetch("task__need__household__risks", queryset=rows)


def _for_cards(rows: QuerySet[PlannedVisit]) -> QuerySet[PlannedVisit]:
    return rows.select_related(
        "task__need__household__region__parent__parent", "assignment"
    ).prefetch_related(heads("task__need__household__persons"), risks_now())


def visits_on(user: Any, day: date) -> list[PlannedVisit]:
    """This person's visits of a day in order."""
    return list(_for_cards(carried_visits(user).filter(day=day)).order_by("starts_at", "pk"))


def visits_between(user: Any, first: date, last: date) -> list[PlannedVisit]:
    """This person's visits from a day to a day, both included."""
    return list(
        _for_cards(carried_visits(user).filter(day__gte=first, day__lte=last)).order_by("starts_at", "pk")
    )


def next_day_after(user: Any, day: date) -> date | None:
    """The next day on which this person goes somewhere."""
    rows = carried_visits(user).filter(day__gt=day, state__in=TO_DO).order_by("day")
    return rows.values_list("day", flat=True).first()


def count_on(user: Any, day: date) -> int:
    """How many visits this person makes on a day."""
    return carried_visits(user).filter(day=day).count()


def returned_records(user: Any) -> QuerySet[VisitRecord]:
    """One's own records that were sent back for completion."""
    return (
        records_written_by(user)
        .filter(verdict=Verdict.RETURNED)
        .select_related("planned__task__need__household")
        .order_by("-received_at")
    )


def checklist(service: str, besides: list[str] | None = None) -> list[ChecklistItem]:
    """The lines of a service's checklist; a retired line only where an old record holds it."""
    wanted = Q(retired=False, service=service) | Q(code__in=besides or [])
    return list(ChecklistItem.objects.filter(wanted).order_by("position", "code"))


def item_notes(row: Any) -> dict[str, str]:
    """The words to each line of a record or an amendment."""
    return json.loads(row.item_notes) if row.item_notes else {}


def present_answers(row: VisitRecord) -> tuple[dict[str, str], dict[str, str]]:
    """Answers and words as they stand with all amendments laid over the record."""
    answers, notes = dict(row.answers), item_notes(row)
    for amendment in row.amendments.order_by("base_version", "pk"):
        answers |= amendment.answers
        notes |= item_notes(amendment)
    return answers, notes


def for_list(rows: QuerySet[VisitRecord]) -> QuerySet[VisitRecord]:
    """With what a list shows; the longest waiting first."""
    return (
        rows.select_related(
            "author",
            "planned__task__provider",
            "planned__task__need__household__region__parent__parent",
            "planned__task__need__household__township",
        )
        .prefetch_related("doubts")
        .annotate(photo_count=Count("photos"))
        .defer("note", "item_notes")
        .order_by("-received_at", "-pk")
    )


def verdict_counts(rows: QuerySet[VisitRecord]) -> dict[str, int]:
    """How many records stand at each verdict."""
    found = dict(rows.order_by().values_list("verdict").annotate(n=Count("pk")))
    return {verdict: found.get(verdict, 0) for verdict in Verdict.values}


def missed_visits(rows: QuerySet[PlannedVisit], at: datetime) -> QuerySet[PlannedVisit]:
    """Those of `rows` that nobody made, the newest first."""
    return (
        rows.filter(missed_condition(at))
        .select_related("assignment__user", "task__provider", "task__need__household__region__parent__parent")
        .order_by("-day", "-pk")
    )


def overdue_condition(at: datetime) -> Q:
    """Open alerts that nobody took in time."""
    late = Q(pk__in=[])
    for level, wait in ESCALATES_AFTER.items():
        late |= Q(level=level, raised_at__lte=at - wait)
    return Q(state=AlertState.OPEN) & late


def alert_list(rows: QuerySet[Alert], at: datetime) -> QuerySet[Alert]:
    """Alerts for a list: the overdue first, then by level, then the oldest."""
    rank = Case(When(overdue_condition(at), then=Value(0)), default=Value(1), output_field=IntegerField())
    return (
        rows.annotate(rank=rank)
        .select_related("household__region__parent__parent", "household__township", "taken_by")
        .defer("words", "outcome")
        .order_by("rank", "level", "raised_at", "pk")
    )


def alert_counts(rows: QuerySet[Alert]) -> dict[str, int]:
    """How many alerts stand at each state."""
    found = dict(rows.order_by().values_list("state").annotate(n=Count("pk")))
    return {state: found.get(state, 0) for state in AlertState.values}


def visits_to_confirm(user: Any) -> int:
    """How many records wait for this person to judge them."""
    waiting = [Verdict.SUBMITTED, Verdict.FLAGGED]
    return records_judged_by(user).filter(verdict__in=waiting).exclude(author=user).count()


def open_alerts(user: Any) -> QuerySet[Alert]:
    """Alerts told to this person's desk that nobody has closed."""
    return alerts_received_by(user).exclude(state=AlertState.CLOSED)


def todays_visits(user: Any) -> QuerySet[PlannedVisit]:
    """The visits this person still makes today."""
    return carried_visits(user).filter(day=timezone.localdate(), state__in=TO_DO)


def recent_records(user: Any, days: int = 30) -> int:
    """How many records reached this person's desk lately."""
    return records_read_by(user).filter(received_at__gte=timezone.now() - timedelta(days=days)).count()
