"""A visit arrives: who made it, when, whether they were sent there then, and what that makes of it."""

from datetime import datetime
from typing import Any

from portal.base.audit import record
from portal.base.outbox import post
from services.sync import tickets
from services.sync.clock import believe
from services.sync.envelopes import Envelope
from services.sync.facts import facts_of, is_own, planned_visit, ticket_of
from services.sync.judging import CREATED, HELD, Outcome, judge
from services.sync.models import InboxState, SyncInbox
from services.sync.payloads import Brought, read_visit
from services.sync.told import deciders_of
from services.visits.late import Made, bring_visit
from services.visits.models import PlannedVisit, VisitRecord
from services.visits.rules import payload_hash


def arrive(row: SyncInbox, envelope: Envelope, said: dict[str, Any], by: Any, at: datetime) -> Outcome:
    """Judge one visit and, where it counts, write its record. Unreadable, Refused."""
    brought = read_visit(said)
    ticket = ticket_of(tickets.read(brought.ticket), row.device, brought.visit_no)
    issued = ticket.issued_at if ticket is not None else None
    span = believe(brought.told, issued_at=issued, received_at=at)
    row.started_at, row.ended_at, row.clock_suspect = span.started_at, span.ended_at, span.suspect
    planned = planned_visit(brought.visit_no)
    if planned is None:
        return _noted(row, None, Outcome(HELD, "unknown_target"), at)
    row.author = ticket.user if ticket is not None else by
    row.epoch = ticket.epoch if ticket is not None else None
    twin = VisitRecord.objects.filter(uid=row.visit, author=row.author, planned=planned).first()
    if twin is not None:
        return _twin(row, twin, brought)
    own = is_own(by, row.author, envelope, row.device)
    row.photos = list(brought.photos)
    facts = facts_of(
        planned=planned, ticket=ticket, author=row.author, own=own, row=row, brought=brought, at=at
    )
    outcome = judge(facts, began=span.started_at, suspect=span.suspect)
    if outcome.reason != "unknown_target":
        row.planned = planned
    if outcome.state == CREATED:
        row.record = land(row, planned, brought, outcome.marks, at)
    return _noted(row, planned, outcome, at)


def beside_the_first(row: SyncInbox, at: datetime) -> Outcome:
    """Another content under an id that was taken: kept, for whoever decides. What is another's tells nothing of theirs."""
    first = SyncInbox.objects.filter(item=row.item, variant=False).select_related("author").first()
    if first is not None and row.sender_id in (first.sender_id, first.author_id):
        row.author, row.epoch = first.author, first.epoch
        row.planned = planned_visit(first.planned.no) if first.planned is not None else None
        row.started_at, row.ended_at = first.started_at, first.ended_at
    return _noted(row, row.planned, Outcome(InboxState.VARIANT, "other_content"), at)


def _twin(row: SyncInbox, twin: VisitRecord, brought: Brought) -> Outcome:
    """The same visit was handed in on the page meanwhile: the same words are one visit, others a variant of it."""
    row.planned, row.record = twin.planned, twin
    same = twin.payload_hash == payload_hash(row.visit, twin.planned.no, brought.report)
    return Outcome(CREATED, "handed_in") if same else Outcome(InboxState.VARIANT, "other_content")


def land(
    row: SyncInbox, planned: PlannedVisit, brought: Brought, marks: tuple[str, ...], at: datetime
) -> VisitRecord:
    """The record of a visit that counts, or that a person decided to count. Refused: already_recorded, uid_taken."""
    assert row.started_at is not None and row.ended_at is not None  # set when it arrived
    made = Made(
        started_at=row.started_at,
        ended_at=row.ended_at,
        arrived=brought.arrived,
        ground=brought.ground,
        company_ground=brought.company_ground,
        epoch=row.epoch,
        marks=marks,
        decided=row.decided_by_id is not None,
    )
    return bring_visit(
        planned=planned, author=row.author, uid=row.visit, made=made, report=brought.report, at=at
    )


def _noted(row: SyncInbox, planned: PlannedVisit | None, outcome: Outcome, at: datetime) -> Outcome:
    """What did not become a record leaves an audit row, and tells those who decide."""
    if outcome.state == CREATED:
        return outcome
    hidden = outcome.reason == "unknown_target"
    household = planned.task.need.household if planned is not None and not hidden else None
    record(row.sender, f"sync.{outcome.state}", row, household=household, reason=outcome.reason)
    for person in deciders_of(row, at):
        post(person, "visit_brought", row, household=household, dedupe=f"visit_brought:{row.uid}:{person.pk}")
    return outcome
