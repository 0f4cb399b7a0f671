"""What becomes of a visit that a phone brings: the tables 4.4 and 4.9 of the protocol, as one decision. No queries.

What counts is the time of the visit; what happened since only sends it to a person, it never loses it.
"""

from dataclasses import dataclass
from datetime import datetime

CREATED, QUARANTINED, HELD = "created", "quarantined", "held"


@dataclass(frozen=True)
class Facts:
    """All that decides for one visit, read in one transaction.

    `sent_from` and `sent_to` bound the author's assignment of the ticket's epoch; None: there never was one.
    """

    genuine: bool  # the ticket is ours, of this phone, for this visit
    once_allowed: bool  # the author was at some time sent to this household
    own: bool  # the author is who is logged in, or their phone signed the envelope
    phone_open: bool  # neither shut nor lost
    deposited: bool  # handed in without a login
    erased: bool
    recipient_gone: bool
    valid_from: datetime
    valid_to: datetime
    sent_from: datetime | None
    sent_to: datetime | None
    assigned_now: bool
    same_epoch: bool  # the task was not given to somebody else since
    task_stopped: bool  # ended or resting now
    provider_live: bool
    author_active: bool
    recorded: bool  # the planned visit has its record already
    cancelled_at: datetime | None  # when the planned visit was taken off
    known_items: bool


@dataclass(frozen=True)
class Outcome:
    """What the phone is told, and marks that a created visit carries for a second look."""

    state: str
    reason: str = ""
    marks: tuple[str, ...] = ()


def judge(facts: Facts, *, began: datetime, suspect: bool = False) -> Outcome:
    """Where one visit goes."""
    if facts.erased:
        return Outcome(QUARANTINED, "recipient_erased")
    if not facts.genuine:
        return Outcome(QUARANTINED, "no_ticket") if facts.once_allowed else Outcome(HELD, "unknown_target")
    if not facts.own:
        return Outcome(QUARANTINED, "other_author")
    if not facts.phone_open:
        return Outcome(QUARANTINED, "device_lost")
    if not facts.known_items:
        return Outcome(HELD, "unknown_form")
    if facts.recipient_gone:
        return Outcome(QUARANTINED, "recipient_state")
    outside = _outside(facts, began)
    if outside:
        return Outcome(QUARANTINED, outside)
    if not (facts.same_epoch and facts.provider_live and facts.author_active):
        return Outcome(QUARANTINED, "revoked_since")
    if not facts.task_stopped and not facts.assigned_now:
        return Outcome(QUARANTINED, "revoked_since")
    if facts.recorded:
        return Outcome(QUARANTINED, "second_visit")
    if facts.deposited:
        return Outcome(QUARANTINED, "deposited")
    marks = ("clock",) if suspect else ()
    if facts.task_stopped or facts.cancelled_at is not None:
        marks = (*marks, "cancelled")
    return Outcome(CREATED, marks=marks)


def _outside(facts: Facts, began: datetime) -> str:
    """Why the author was not sent there at that moment; empty where they were."""
    if facts.sent_from is None or facts.sent_to is None:
        return "outside_assignment"
    if facts.task_stopped and facts.same_epoch and began >= facts.sent_to:
        return "after_cancellation"
    if facts.cancelled_at is not None and began >= facts.cancelled_at:
        return "after_cancellation"
    if not facts.sent_from <= began < facts.sent_to:
        return "outside_assignment"
    if not facts.valid_from <= began <= facts.valid_to:
        return "outside_assignment"
    return ""
