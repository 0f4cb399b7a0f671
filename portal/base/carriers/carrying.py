"""Messages beyond the inbox: planned with the delivery, carried by a job, each once as far as a carrier allows.

`plan` writes rows in the transaction that puts a message into the inbox, after the check of the right. `carry`
claims rows by compare-and-set (as the relay does), asks again whether the receiver may know, and hands them over
outside any transaction. A carrier that is down twice gives way to the second; who took a letter is asked later
whether it arrived. What cannot be sent ends as a dead letter on the administrator's page.
"""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, F, QuerySet, When
from django.utils import timezone
from django.utils.translation import override

from portal.base import topics
from portal.base.carriers.choices import (
    CHOSEN_AMONG,
    address_of,
    channels_for,
    choice_of,
    comes_at_once,
    digest_time,
    waits_until,
)
from portal.base.carriers.letters import (
    AlreadyTaken,
    CarrierDown,
    Letter,
    TellsReceipts,
    Unanswered,
    Undeliverable,
)
from portal.base.carriers.models import Carriage, CarriageState, Kind
from portal.base.carriers.port import letter_of
from portal.base.carriers.registry import carriers_of, carries
from portal.base.models import InboxItem, OutboxMessage

logger = logging.getLogger(__name__)

CLAIM_TIME = timedelta(seconds=60)
TRIES_EACH = 2
MAX_ATTEMPTS = 8
KEPT = timedelta(days=90)
_FIRST_PAUSE = timedelta(seconds=10)
_LONGEST_PAUSE = timedelta(hours=1)
# When to ask what became of a letter, counted from its handing over; after the last nobody asks again.
RECEIPT_AFTER = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=24))


def plan(message: OutboxMessage, at: datetime) -> None:
    """Write down by which channels this delivered message goes out; in the caller's transaction."""
    if not any(carries(channel) for channel in CHOSEN_AMONG):
        return
    kind = topics.topic_of(message).kind
    choice = choice_of(message.receiver)
    rows = []
    for channel in channels_for(choice, kind):
        if not address_of(message.receiver, channel):
            continue
        if comes_at_once(choice, kind):
            start = waits_until(choice, kind, at)
            rows.append(_row(message.receiver, channel, kind, message.dedupe_key, start, message))
        else:
            start = digest_time(at)
            key = f"digest:{message.receiver_id}:{start:%Y%m%d}"
            rows.append(_row(message.receiver, channel, Kind.WORK, key, start, None))
    Carriage.objects.bulk_create(rows, ignore_conflicts=True)


def _row(
    receiver: Any, channel: str, kind: str, key: str, start: datetime, message: OutboxMessage | None
) -> Carriage:
    return Carriage(
        message=message,
        receiver=receiver,
        channel=channel,
        kind=kind,
        key=f"{key}:{channel}",
        available_at=start,
    )


def due(at: datetime) -> QuerySet[Carriage]:
    """What may be claimed now, danger first."""
    ready = Carriage.objects.filter(state=CarriageState.WAITING, available_at__lte=at, claimed_until__lte=at)
    return ready.order_by(Case(When(kind=Kind.DANGER, then=0), default=1), "pk")


def dead_carriages() -> QuerySet[Carriage]:
    """What could not be sent, newest first; for the administrator's page."""
    return Carriage.objects.filter(state=CarriageState.DEAD).order_by("-settled_at")


def carry(*, at: datetime | None = None, limit: int = 10) -> int:
    """Hand over what is due; returns how many were handed over."""
    at = at or timezone.now()
    rows = due(at).select_related("receiver", "message")[:limit]
    return sum(_attempt(row, at) for row in rows if _claim(row, at))


def revive(*, carriage: Carriage, at: datetime) -> bool:
    """Try a dead one again from the beginning."""
    return bool(
        dead_carriages()
        .filter(pk=carriage.pk)
        .update(
            state=CarriageState.WAITING,
            attempts=0,
            reason="",
            settled_at=None,
            available_at=at,
            claimed_until=at,
        )
    )


def _claim(row: Carriage, at: datetime) -> bool:
    won = (
        due(at)
        .order_by()
        .filter(pk=row.pk, claim_epoch=row.claim_epoch)
        .update(claim_epoch=F("claim_epoch") + 1, claimed_until=at + CLAIM_TIME, attempts=F("attempts") + 1)
    )
    if won:
        row.claim_epoch += 1
        row.attempts += 1
    return bool(won)


def _set(row: Carriage, **changes: Any) -> bool:
    """Change a claimed row; nothing happens when the claim was lost meanwhile."""
    mine = Carriage.objects.filter(pk=row.pk, claim_epoch=row.claim_epoch, state=CarriageState.WAITING)
    return bool(mine.update(**changes))


def _settle(row: Carriage, state: str, reason: str, at: datetime) -> None:
    _set(row, state=state, reason=reason[:64], settled_at=at)


def _attempt(row: Carriage, at: datetime) -> bool:
    """One try; returns whether it was handed over."""
    choice = choice_of(row.receiver)
    start = waits_until(choice, row.kind, at)
    if start > at:
        _set(row, available_at=start, claimed_until=at, attempts=F("attempts") - 1)
        return False
    to = address_of(row.receiver, row.channel)
    if reason := _needless(row, to):
        _settle(row, CarriageState.DROPPED, reason, at)
        return False
    carriers = carriers_of(row.channel)
    if not carriers:
        _settle(row, CarriageState.DEAD, "not_connected", at)
        return False
    carrier = carriers[(row.attempts - 1) // TRIES_EACH % len(carriers)]
    try:
        reference = carrier.send(_letter(row, to))
    except AlreadyTaken:
        reference = ""
    except Undeliverable as never:
        _settle(row, CarriageState.DEAD, f"{carrier.name}:{never.code}", at)
        return False
    except CarrierDown as down:
        _put_back(row, carrier.name, down, at)
        return False
    asks = isinstance(carrier, TellsReceipts) and reference
    return _set(
        row,
        state=CarriageState.HANDED,
        carrier=carrier.name,
        reference=reference[:120],
        handed_at=at,
        available_at=at + RECEIPT_AFTER[0],
        settled_at=None if asks else at,
    )


def _needless(row: Carriage, to: str) -> str:
    """Why this need not go out any more; empty when it must."""
    if not to:
        return "no_address"
    if row.message is None:
        return "" if _unread(row) else "read"
    if not topics.may_receive(row.receiver, row.message):
        return "no_right"
    seen = InboxItem.objects.filter(message=row.message, read_at__isnull=False).exists()
    return "read" if seen else ""


def _unread(row: Carriage) -> int:
    """What came in the day before a digest and was not opened."""
    since = row.available_at - timedelta(days=1)
    return InboxItem.objects.filter(
        receiver=row.receiver, read_at__isnull=True, delivered_at__gte=since
    ).count()


def _letter(row: Carriage, to: str) -> Letter:
    template, params = f"notice_{row.kind}", {}
    if row.message is None:
        template, params = "digest", {"count": str(min(_unread(row), 99_999))}
    with override(row.receiver.language):
        letter = letter_of(row.channel, to, template, params, row.key)
    return Letter(**(vars(letter) | {"refusals": row.refusals}))


def _put_back(row: Carriage, name: str, down: CarrierDown, at: datetime) -> None:
    """Wait longer after each failure; the last one makes a dead letter."""
    logger.warning("%s did not take a %s: %s", name, row.channel, down.code)
    if row.attempts >= MAX_ATTEMPTS:
        _settle(row, CarriageState.DEAD, f"{name}:{down.code}", at)
        return
    pause = min(_FIRST_PAUSE * 2 ** (row.attempts - 1), _LONGEST_PAUSE)
    refused = 0 if isinstance(down, Unanswered) else 1
    _set(
        row,
        available_at=at + pause,
        claimed_until=at,
        refusals=F("refusals") + refused,
        reason=down.code[:64],
    )


def awaiting_receipt(at: datetime) -> QuerySet[Carriage]:
    """Handed over, and due to be asked about."""
    return Carriage.objects.filter(state=CarriageState.HANDED, settled_at=None, available_at__lte=at)


def ask_receipts(*, at: datetime | None = None, limit: int = 50) -> int:
    """Ask the carriers what became of letters they took; returns how many were settled."""
    at = at or timezone.now()
    rows = awaiting_receipt(at).select_related("receiver").order_by("available_at")[:limit]
    return sum(_ask(row, at) for row in rows)


def _ask(row: Carriage, at: datetime) -> bool:
    known = [
        each
        for each in carriers_of(row.channel)
        if each.name == row.carrier and isinstance(each, TellsReceipts)
    ]
    to = address_of(row.receiver, row.channel)
    handed_at = row.handed_at or at
    state, code = "open", ""
    if known and to:
        try:
            receipt = known[0].receipt(to, row.reference, handed_at)
            state, code = receipt.state, receipt.code
        except CarrierDown as down:
            logger.warning("%s tells nothing of a receipt: %s", row.carrier, down.code)
    later = [span for span in RECEIPT_AFTER if handed_at + span > at]
    if state == "open" and later:
        _receipt(row, available_at=handed_at + later[0])
        return False
    return settle_receipt(row, state, code, at)


def settle_receipt(row: Carriage, state: str, code: str, at: datetime) -> bool:
    """Note what became of a letter: delivered; failed, so the second carrier tries; or nobody ever said."""
    if state == "delivered":
        return _receipt(row, state=CarriageState.DELIVERED, reason=code[:64], settled_at=at)
    if state == "open":
        return _receipt(row, reason="no_receipt", settled_at=at)
    others = len(carriers_of(row.channel)) > 1 and row.attempts <= TRIES_EACH
    if others:
        # The next try is the second carrier's first.
        return _receipt(row, state=CarriageState.WAITING, attempts=TRIES_EACH, refusals=F("refusals") + 1,
                        reason=code[:64], available_at=at, claimed_until=at)  # fmt: skip
    return _receipt(row, state=CarriageState.DEAD, reason=f"{row.carrier}:{code}"[:64], settled_at=at)


def _receipt(row: Carriage, **changes: Any) -> bool:
    open_rows = Carriage.objects.filter(pk=row.pk, state=CarriageState.HANDED, claim_epoch=row.claim_epoch)
    return bool(open_rows.update(**changes))


def sweep_carriages(*, at: datetime | None = None) -> int:
    """Remove digests settled long ago (a message takes its own with it); returns how many."""
    before = (at or timezone.now()) - KEPT
    return Carriage.objects.filter(message=None, settled_at__lt=before).delete()[0]
