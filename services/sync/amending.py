"""Amendments that a phone sends: append-only, field by field; two answers to one question go to a person."""

from datetime import datetime
from typing import Any

from portal.base.audit import record
from portal.base.outbox import post
from services.sync.judging import CREATED, HELD, QUARANTINED, Outcome
from services.sync.models import SyncInbox
from services.sync.payloads import Change, read_change
from services.sync.told import deciders_of
from services.visits.access import held_by
from services.visits.late import amend_late, version_of
from services.visits.models import PlannedVisit, Verdict, VisitAmendment, VisitRecord
from services.visits.queries import item_notes

BEFORE_VISIT = "before_visit"
SOFT, HARD = "soft_conflict", "hard_conflict"


def amend(row: SyncInbox, said: dict[str, Any], by: Any, at: datetime) -> Outcome:
    """Apply one amendment, or say who has to look at it. Unreadable, Refused."""
    change = read_change(said)
    target = (
        VisitRecord.objects.filter(uid=row.visit).select_related("planned__task__need__household").first()
    )
    if target is None:
        return Outcome(HELD, BEFORE_VISIT)
    row.author, row.epoch = by, target.epoch
    if target.author_id == by.pk:
        row.record, row.planned = target, target.planned
    outcome = _judged(change, target, by, at, row.deposited)
    if outcome.state == CREATED:
        lay_over(row, change, target, at)
        return outcome
    household = target.planned.task.need.household if row.planned_id else None
    record(by, f"sync.{outcome.state}", row, household=household, reason=outcome.reason)
    for person in deciders_of(row, at):
        post(person, "visit_brought", row, household=household, dedupe=f"visit_brought:{row.uid}:{person.pk}")
    return outcome


def lay_over(row: SyncInbox, change: Change, target: VisitRecord, at: datetime) -> VisitAmendment:
    """The amendment itself. Refused: wrong_state."""
    return amend_late(
        row=target,
        author=row.author,
        uid=row.item,
        answers=change.answers,
        item_notes=change.item_notes,
        note=change.note,
        at=at,
    )


def _judged(change: Change, target: VisitRecord, by: Any, at: datetime, deposited: bool) -> Outcome:
    if target.author_id != by.pk:
        return Outcome(HELD, "unknown_target")
    if not PlannedVisit.objects.filter(held_by(by, at), pk=target.planned_id).exists():
        return Outcome(QUARANTINED, "revoked_since")
    if deposited:
        return Outcome(QUARANTINED, "deposited")
    if change.withdrawn:
        return Outcome(QUARANTINED, "withdrawn")
    if target.verdict == Verdict.CONFIRMED:
        return Outcome(QUARANTINED, "confirmed_before")
    now = version_of(target)
    if change.base > now:
        return Outcome(QUARANTINED, "unknown_version")
    since = touched_since(target, change.base)
    if change.fields & since:
        return Outcome(QUARANTINED, HARD)
    return Outcome(CREATED, SOFT if change.base < now else "")


def touched_since(target: VisitRecord, base: int) -> set[str]:
    """The fields that later amendments changed."""
    touched: set[str] = set()
    for row in target.amendments.filter(base_version__gte=base):
        touched |= {f"answer:{code}" for code in row.answers} | {f"words:{code}" for code in item_notes(row)}
        touched |= {"note"} if row.note else set()
    return touched
