"""Visits to which a volunteer may not go alone, and has nobody valid to go with: asked anew for every visit.

The rule is that of `partners.volunteers.sending`. It is asked of the moment of the visit: a companion who was stopped,
left or was taken off the task is none from then on. Nobody has to run a job for it to be known.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from partners.providers.models import ProviderKind, ProviderState, ProviderSuspension
from partners.volunteers.models import Volunteer, VolunteerState
from partners.volunteers.sending import Ground, Sent, fit_as_company, grounds_for_two
from portal.base.periods import local_date
from portal.base.row_security import beyond
from services.tasks.company import Training, read_training, sent_of, went_before
from services.tasks.models import Assignment, AssignmentPart
from services.visits.models import PlannedState, PlannedVisit

# So far ahead somebody is told: long enough to find another companion.
AHEAD = timedelta(days=14)
STANDING = {VolunteerState.APPROVED, VolunteerState.SUSPENDED}


@dataclass(frozen=True)
class Facts:
    """What decides for a handful of visits, read in a fixed number of statements."""

    volunteers: dict[int, Volunteer]
    companions: dict[int, list[Assignment]]
    stops: dict[int, list[tuple[datetime, datetime]]]
    training: Training
    been: set[tuple[int, int]]


def voluntary(rows: QuerySet[PlannedVisit]) -> QuerySet[PlannedVisit]:
    """Those of `rows` that a volunteer makes on their own account, with what the rule reads."""
    found = rows.filter(task__provider__kind=ProviderKind.VOLUNTEER, assignment__isnull=False)
    return found.select_related("task__provider", "task__need__household__township", "assignment__user")


def coming(rows: QuerySet[PlannedVisit], at: datetime) -> QuerySet[PlannedVisit]:
    """Voluntary visits of today and the next two weeks that nobody has begun."""
    today = timezone.localdate(at)
    return voluntary(rows).filter(state=PlannedState.PLANNED, day__gte=today, day__lte=today + AHEAD)


def without_company(visits: Iterable[PlannedVisit], at: datetime) -> dict[int, list[Ground]]:
    """Why each of these visits needs two and has only one, by its key; those in order are left out.

    Agencies' visits are none of it: their workers are vetted to go alone.
    """
    found = [
        visit
        for visit in visits
        if visit.task.provider.kind == ProviderKind.VOLUNTEER and visit.assignment is not None
    ]
    if not found:
        return {}
    with beyond("company"):
        facts = _facts(found, at)
    grounds = {visit.pk: _grounds(visit, facts, at) for visit in found}
    return {pk: why for pk, why in grounds.items() if why}


def _facts(visits: list[PlannedVisit], at: datetime) -> Facts:
    tasks = {visit.task_id for visit in visits}
    rows = Assignment.objects.filter(task__in=tasks, part=AssignmentPart.COMPANION).select_related("user")
    companions: dict[int, list[Assignment]] = defaultdict(list)
    for row in rows.order_by("pk"):
        companions[row.task_id].append(row)
    users = {visit.assignment.user_id for visit in visits if visit.assignment is not None}
    leads, users = users, users | {row.user_id for each in companions.values() for row in each}
    people = Volunteer.objects.filter(user__in=users).select_related("user", "provider")
    volunteers = {row.user_id: row for row in people}
    stops: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    keys = [row.provider_id for row in volunteers.values() if row.provider_id is not None]
    dated = ProviderSuspension.objects.filter(provider__in=keys)
    for owner, start, end in dated.values_list("provider", "valid_from", "valid_to"):
        stops[owner].append((start, end))
    homes = {visit.task.need.household_id for visit in visits}
    training = read_training(users, local_date(at))
    return Facts(volunteers, companions, stops, training, went_before(leads, homes))


def _grounds(visit: PlannedVisit, facts: Facts, at: datetime) -> list[Ground]:
    assert visit.assignment is not None  # only such visits are asked about
    moment = visit.checked_in_at or max(visit.starts_at, at)
    lead = facts.volunteers.get(visit.assignment.user_id)
    if lead is None:
        return []
    first = (lead.user_id, visit.task.need.household_id) not in facts.been
    sent = _sent(visit, lead, facts, local_date(moment))
    grounds = grounds_for_two(sent, first_visit=first, on=local_date(moment))
    if not grounds or any(_counts(visit, row, facts, moment) for row in facts.companions[visit.task_id]):
        return []
    return grounds


def _sent(visit: PlannedVisit, who: Volunteer, facts: Facts, on: date) -> Sent:
    return sent_of(who, visit.task.need.service, facts.training, lasting_to=on)


def _counts(visit: PlannedVisit, row: Assignment, facts: Facts, moment: datetime) -> bool:
    """Whether this companion goes along at that moment, may go, and is fit as company."""
    who = facts.volunteers.get(row.user_id)
    if who is None or not row.valid_from <= moment < row.valid_to:
        return False
    fit = fit_as_company(_sent(visit, who, facts, local_date(moment)), local_date(moment))
    return fit and _stands(who, facts.stops, moment)


def _stands(who: Volunteer, stops: dict[int, list[tuple[datetime, datetime]]], moment: datetime) -> bool:
    """Whether somebody is an approved volunteer at a moment: neither gone nor stopped then."""
    provider = who.provider
    if provider is None or not who.user.is_active or who.state not in STANDING:
        return False
    dated = stops[provider.pk]
    if any(start <= moment < end for start, end in dated):
        return False
    # one stopped without dates is stopped for good
    return provider.state == ProviderState.LIVE or (provider.state == ProviderState.SUSPENDED and bool(dated))


def alone_now(visit: PlannedVisit, at: datetime) -> list[Ground]:
    """The same for one visit: what the one at the door is told."""
    return without_company([visit], at).get(visit.pk, [])


def rows_alone(rows: QuerySet[PlannedVisit], at: datetime) -> list[Any]:
    """The keys of the coming visits of `rows` that lack company."""
    return list(without_company(coming(rows, at), at))
