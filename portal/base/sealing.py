"""The audit chain: each sealed row's digest covers the digest before it, so a change shows.

The sealer works behind the writers, never on their path. It takes every row without a seal that is
older than the settle time, in id order. A row whose transaction was still open then (a lower id that
commits later) simply has no seal yet: it is chained when it appears, and `sequence` is the order of
sealing, not of ids. So nothing is skipped for ever, and an honest late row breaks nothing.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from portal.base.audit import words_mark
from portal.base.models import AuditEvent, AuditSeal, AuditWords
from portal.base.privacy import Tampered

GENESIS = "0" * 64
SETTLE = timedelta(seconds=2)
# A transaction open longer than this before its rows appear is for a person to look at.
LATE = timedelta(minutes=15)
# Each second only the newest rows are searched; the hourly sweep looks at all.
_WINDOW = 5_000
_CHUNK = 500


@dataclass(frozen=True)
class Finding:
    """One break of the chain: changed (also its words), removed, inserted or cut (the end is missing)."""

    kind: str
    sequence: int | None
    event_id: int | None


@dataclass
class Verdict:
    """What the check of the whole chain found."""

    findings: list[Finding] = field(default_factory=list)
    sealed: int = 0
    unsealed: int = 0
    head: tuple[int, str] = (0, GENESIS)


def canonical(event: AuditEvent) -> str:
    """The one way to write a row down for its digest."""
    row = {
        "id": event.pk,
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": event.actor_id,
        "verb": event.verb,
        "kind": event.kind,
        "object_no": event.object_no,
        "household_no": event.household_no,
        "purpose": event.purpose_mark,
        "detail": event.detail,
    }
    return json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def link(previous: str, event: AuditEvent) -> str:
    """The digest of a row after the digest before it."""
    return hashlib.sha256(f"{previous}{canonical(event)}".encode()).hexdigest()


def settled(at: datetime, *, everywhere: bool = False) -> QuerySet[AuditEvent]:
    """Rows to seal: without a seal and older than the settle time, in id order."""
    rows = AuditEvent.objects.filter(seal=None, at__lte=at - SETTLE).order_by("pk")
    if everywhere:
        return rows
    newest = AuditSeal.objects.aggregate(newest=Max("event_id"))["newest"] or 0
    return rows.filter(pk__gt=newest - _WINDOW)


def seal_settled(*, at: datetime | None = None, limit: int = 2_000, everywhere: bool = False) -> int:
    """Chain what has settled; returns how many rows. Of two sealers at once, one does it."""
    at = at or timezone.now()
    try:
        with transaction.atomic():
            last = AuditSeal.objects.order_by("-sequence").first()
            sequence, digest = (last.sequence, last.digest) if last else (0, GENESIS)
            seals = []
            for event in settled(at, everywhere=everywhere)[:limit]:
                sequence, digest = sequence + 1, link(digest, event)
                seals.append(AuditSeal(event=event, sequence=sequence, digest=digest, sealed_at=at))
            AuditSeal.objects.bulk_create(seals, batch_size=_CHUNK)
    except IntegrityError:
        # Another sealer took the same sequence numbers; the rows are sealed by it.
        return 0
    return len(seals)


def seal_stragglers(*, at: datetime | None = None) -> int:
    """The hourly sweep over all rows, however old their id."""
    return seal_settled(at=at, everywhere=True)


def verify(*, at: datetime | None = None, expected_head: tuple[int, str] | None = None) -> Verdict:
    """Check the whole chain. With a head noted down earlier, a cut-off end is found too."""
    at = at or timezone.now()
    verdict = Verdict()
    previous, expected, highest = GENESIS, 1, 0
    for seal, event in _links():
        if seal.sequence != expected:
            verdict.findings += [Finding("removed", gone, None) for gone in range(expected, seal.sequence)]
        if event is None:
            verdict.findings.append(Finding("removed", seal.sequence, seal.event_id))
        elif seal.sequence == expected and link(previous, event) != seal.digest:
            verdict.findings.append(Finding("changed", seal.sequence, event.pk))
        elif event.pk < highest and seal.sealed_at - event.at > LATE:
            verdict.findings.append(Finding("inserted", seal.sequence, event.pk))
        if (
            expected_head is not None
            and seal.sequence == expected_head[0]
            and seal.digest != expected_head[1]
        ):
            verdict.findings.append(Finding("changed", seal.sequence, seal.event_id))
        previous, expected, highest = seal.digest, seal.sequence + 1, max(highest, seal.event_id)
        verdict.sealed += 1
        verdict.head = (seal.sequence, seal.digest)
    if expected_head is not None and verdict.head[0] < expected_head[0]:
        verdict.findings.append(Finding("cut", expected_head[0], None))
    unsealed = AuditEvent.objects.filter(seal=None)
    strangers = unsealed.filter(pk__lt=highest, at__lt=at - LATE).values_list("pk", flat=True)
    verdict.findings += [Finding("inserted", None, pk) for pk in strangers]
    verdict.unsealed = unsealed.count()
    verdict.findings += [Finding("words", None, pk) for pk in _other_words()]
    return verdict


def _other_words() -> Iterator[int]:
    """Rows whose reason is not the one that was typed. Reasons that an erasure took are no break."""
    for words in AuditWords.objects.select_related("event").order_by("pk").iterator(chunk_size=_CHUNK):
        try:
            same = words_mark(words) == words.event.purpose_mark
        except Tampered:
            same = False
        if not same:
            yield words.event_id


def _links() -> Iterator[tuple[AuditSeal, AuditEvent | None]]:
    """Seals in their order, each with its row or None."""
    after = -1
    while seals := list(AuditSeal.objects.filter(sequence__gt=after).order_by("sequence")[:_CHUNK]):
        events = AuditEvent.objects.in_bulk([seal.event_id for seal in seals])
        yield from ((seal, events.get(seal.event_id)) for seal in seals)
        after = seals[-1].sequence
