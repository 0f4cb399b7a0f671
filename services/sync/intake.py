"""Taking in what a phone sends: each item stored before anything is made of it, each in a transaction of its own.

One commit an item: the envelope, what became of it, its audit row and messages. Only after it the phone is answered,
so that a receipt is always true. An item that cannot be processed is held as it came, and stops no other.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import OperationalError, transaction
from django.utils import timezone

from portal.base.models import record_number
from portal.base.privacy import blind_index
from portal.base.refused import Refused
from portal.base.row_security import beyond
from services.sync import amending, arriving
from services.sync.envelopes import Envelope, Undecodable, open_envelope, read
from services.sync.judging import HELD, Outcome
from services.sync.models import InboxState, ItemKind, SyncDevice, SyncInbox
from services.sync.payloads import Item, Unreadable, read_item

logger = logging.getLogger(__name__)
RETRY_SECONDS = 5
MOST_ITEMS = 50


@dataclass(frozen=True)
class Result:
    """One line of the answer, in the order of the items."""

    result: str
    receipt: str = ""
    code: str = ""
    retry_after: int = 0
    item: str = ""


@dataclass(frozen=True)
class Opened:
    """An envelope with its content."""

    envelope: Envelope
    item: Item
    raw: str


def take_in(
    items: list[Any], *, by: Any, at: datetime | None = None, deposited: bool = False
) -> list[Result]:
    """Take up to fifty items; one that fails spoils none of the others. `deposited`: without a login (4.8)."""
    return [take_item(item, by=by, at=at, deposited=deposited) for item in items[:MOST_ITEMS]]


def take_item(item: Any, *, by: Any, at: datetime | None = None, deposited: bool = False) -> Result:
    """One item: opened before the transaction, since a transaction that computes starves the others."""
    try:
        opened = open_item(item)
    except Undecodable as wrong:
        return Result("rejected", code=wrong.code, item=_id_of(item))
    try:
        with transaction.atomic(), beyond("sync"):
            return _store(opened, by, at or timezone.now(), deposited)
    except OperationalError:
        logger.warning("an item could not be stored now; the phone sends it again", exc_info=True)
        return Result("retry", retry_after=RETRY_SECONDS, item=str(opened.item.item))


def open_item(item: Any) -> Opened:
    """Open and look at the ids. Undecodable: what `open_envelope` says, and malformed."""
    envelope = read(item)
    plain = open_envelope(envelope)
    try:
        return Opened(envelope, read_item(plain), plain.decode())
    except (Unreadable, UnicodeDecodeError):
        raise Undecodable("malformed") from None


def _id_of(item: Any) -> str:
    """What the phone calls its item, to tell it which one was rejected."""
    digest = item.get("hash") if isinstance(item, dict) else None
    return digest[:64] if isinstance(digest, str) else ""


def _store(opened: Opened, by: Any, at: datetime, deposited: bool) -> Result:
    row, new = put_down(opened, by, at, deposited)
    if not new:
        return Result("duplicate", row.receipt, item=str(row.item))
    outcome = process(row, opened, by, at)
    settle(row, outcome)
    if row.state == InboxState.CREATED and row.kind == ItemKind.VISIT:
        _apply_waiting(row, at)
    return Result(_told_as(outcome), row.receipt, code=_reason_told(outcome), item=str(row.item))


def put_down(opened: Opened, by: Any, at: datetime, deposited: bool = False) -> tuple[SyncInbox, bool]:
    """Step 1: the envelope as it came, and its receipt. Whether it is new; the first of an id is no variant."""
    device = SyncDevice.objects.filter(uid=opened.envelope.device).first()
    for variant in (False, True):
        row = SyncInbox(
            no=record_number("B", 10),
            item=opened.item.item,
            visit=opened.item.visit,
            kind=opened.item.kind,
            payload_hash=opened.envelope.digest,
            raw=opened.raw,
            variant=variant,
            device=device,
            seq=opened.envelope.seq,
            sender=by,
            author=by,
            received_at=at,
            deposited=deposited,
        )
        SyncInbox.objects.bulk_create([row], ignore_conflicts=True)
        kept = SyncInbox.objects.filter(item=row.item, payload_hash=row.payload_hash).first()
        if kept is not None:
            if kept.uid == row.uid:
                kept.receipt = receipt_of(kept)
            return kept, kept.uid == row.uid
    raise OperationalError("neither stored nor found: sent again, it is one or the other")


def receipt_of(row: SyncInbox) -> str:
    """Proof that the server holds this envelope: only the server can make it."""
    text = f"{row.item}|{row.payload_hash}|{row.received_at.isoformat()}|{row.pk}"
    return blind_index(text, "sync-receipt")


def process(row: SyncInbox, opened: Opened, by: Any, at: datetime) -> Outcome:
    """Step 2, inside a savepoint: whatever goes wrong here takes back what was half done, and the envelope is held."""
    if row.variant:
        return arriving.beside_the_first(row, at)
    try:
        with transaction.atomic():
            if row.kind == ItemKind.AMENDMENT:
                return amending.amend(row, opened.item.said, by, at)
            return arriving.arrive(row, opened.envelope, opened.item.said, by, at)
    except OperationalError:
        raise
    except Unreadable as wrong:
        return Outcome(HELD, wrong.code)
    except Refused as refusal:
        return Outcome(HELD, refusal.code[:24])
    except Exception:  # noqa: BLE001 - a fault of ours must not lose a visit: it is logged, and the envelope is kept
        logger.exception("an envelope could not be processed and is held: inbox %s", row.pk)
        return Outcome(HELD, "server_error")


def settle(row: SyncInbox, outcome: Outcome) -> None:
    """Step 3: what became of it."""
    row.state, row.reason = outcome.state, outcome.reason
    row.save(
        update_fields=[
            "state", "reason", "receipt", "author", "planned", "record", "epoch", "started_at", "ended_at",
            "clock_suspect", "photos", "updated_at",
        ]
    )  # fmt: skip


def _apply_waiting(visit: SyncInbox, at: datetime) -> None:
    """Amendments that came before their visit are applied now, each in a savepoint of its own."""
    waiting = SyncInbox.objects.filter(
        visit=visit.visit, kind=ItemKind.AMENDMENT, state=InboxState.HELD, reason=amending.BEFORE_VISIT
    )
    for row in waiting.select_related("sender").order_by("pk"):
        settle(row, reprocess(row, at))


def reprocess(row: SyncInbox, at: datetime) -> Outcome:
    """Try a held amendment once more, from the content as it was stored."""
    said = read_item(row.raw.encode()).said
    try:
        with transaction.atomic():
            return amending.amend(row, said, row.sender, at)
    except Unreadable as wrong:
        return Outcome(HELD, wrong.code)
    except Refused as refusal:
        return Outcome(HELD, refusal.code[:24])


def _told_as(outcome: Outcome) -> str:
    """What the phone is told. A visit without a ticket is answered alike whether its household is known to the author."""
    if outcome.state == InboxState.VARIANT:
        return "conflict_payload"
    return "quarantined" if outcome.reason == "unknown_target" else str(outcome.state)


def _reason_told(outcome: Outcome) -> str:
    return "no_ticket" if outcome.reason == "unknown_target" else outcome.reason
