"""Records that are taken and not simply believed: nothing that somebody did is lost, and nothing is paid unseen.

What the rules of the work say is judged by the time of the visit itself, never by that of its upload.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.providers.models import ProviderState
from partners.vetting.supervising import dated_stops
from portal.base.audit import record
from portal.base.outbox import post
from portal.base.refused import Refused
from portal.base.row_security import beyond
from services.recipients.look_ins import note_seen
from services.visits.access import DECIDE, decided_visits
from services.visits.company import alone_now
from services.visits.duty import judges_of, office_people
from services.visits.models import (
    DECIDED_KINDS,
    DoubtKind,
    PlannedVisit,
    Verdict,
    VisitDoubt,
    VisitRecord,
)


def doubts_of(planned: PlannedVisit, at: datetime) -> list[str]:
    """What speaks against a visit handed in at a moment, by the moment at which it began; asked before it is written."""
    began = planned.checked_in_at
    if began is None:
        return []
    found = []
    if was_stopped(planned.task.provider, began):
        found.append(DoubtKind.STOPPED.value)
    if _moved(planned, at):
        found.append(DoubtKind.MOVED.value)
    if planned.company_ground or alone_now(planned, began):
        found.append(DoubtKind.COMPANY.value)
    return found


def _moved(planned: PlannedVisit, at: datetime) -> bool:
    """Whether somebody else was sent or the person left while the visit was made. A task that ended is no such thing."""
    sent = planned.assignment
    if sent is None or sent.valid_to == planned.task.valid_to <= at:
        return False
    return sent.valid_to <= at or planned.epoch != planned.task.epoch


def was_stopped(provider: Any, moment: datetime) -> bool:
    """Whether a provider was stopped when a visit began. One stopped without dates is stopped for good."""
    stops = dated_stops(provider.pk)
    if not stops:
        return provider.state == ProviderState.SUSPENDED
    return covers(stops, moment)


def covers(stops: Iterable[tuple[datetime, datetime]], moment: datetime) -> bool:
    """Whether a moment lies in one of these spans: half-open, so that the instant of lifting is free again."""
    return any(start <= moment < end for start, end in stops)


def write_doubts(row: VisitRecord, kinds: list[str], at: datetime) -> None:
    """Flag a record that was just taken, and tell those who look into it. Inside the caller's transaction."""
    if not kinds:
        return
    VisitDoubt.objects.bulk_create(VisitDoubt(record=row, kind=kind) for kind in kinds)
    VisitRecord.objects.filter(pk=row.pk).update(verdict=Verdict.FLAGGED)
    row.verdict = Verdict.FLAGGED
    household = row.planned.task.need.household
    record(None, "visit.doubted", row, household=household, kinds=kinds)
    people = judges_of(row.planned, at)
    if set(kinds) & set(DECIDED_KINDS):
        people = [*people, *office_people(household.township.path[:4], DECIDE, at)]
    for person in {each.pk: each for each in people}.values():
        post(person, "visit_doubted", row, household=household)


def unsettled() -> Q:
    """A condition on records: the bureau has to speak about it, and has not said that it counts."""
    open_ones = VisitDoubt.objects.filter(record=OuterRef("pk"), kind__in=DECIDED_KINDS)
    return Q(Exists(open_ones.exclude(accepted=True)))


@transaction.atomic
def settle_doubt(
    *, doubt: VisitDoubt, accept: bool, reason: str, by: Any, at: datetime | None = None
) -> VisitDoubt:
    """The bureau says whether such a visit counts; then it is judged like any other, or never.

    Refused: wrong_state, reason_needed.
    """
    at = at or timezone.now()
    own = Q(record__author=by)
    if by.identity_id is not None:
        own |= Q(record__author__identity=by.identity_id)
    theirs = PlannedVisit.objects.filter(decided_visits(by, at), pk=OuterRef("record__planned_id"))
    mine = VisitDoubt.objects.filter(~own, Exists(theirs), pk=doubt.pk).values("pk")
    won = VisitDoubt.objects.filter(pk__in=mine, kind__in=DECIDED_KINDS, settled_at=None).update(
        accepted=accept, settled_by=by, settled_at=at, reason=reason.strip()[:300], updated_at=at
    )
    if not won:
        raise Refused("wrong_state", _("这份记录刚被别人看过，请刷新再看"))
    if not reason.strip():
        raise Refused("reason_needed", _("请写明理由，做事的人会看到"), "reason")
    row = doubt.record
    household = row.planned.task.need.household
    record(by, "visit.doubt_settled", row, household=household, accepted=accept)
    if accept and not VisitRecord.objects.filter(unsettled(), pk=row.pk).exists():
        with beyond("ending"):
            note_seen(household.pk, timezone.localdate(row.started_at), "visit")
    topic = "visit_counts" if accept else "visit_counts_not"
    for person in {each.pk: each for each in [row.author, *judges_of(row.planned, at)]}.values():
        post(person, topic, row, household=household)
    doubt.refresh_from_db()
    return doubt
