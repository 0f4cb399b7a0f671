"""What every stored row shares: a public uid, a record number, times; and the ledgers of the ground."""

import os
import secrets
import struct
import time
import uuid
from datetime import UTC, datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.base.privacy import EncryptedTextField

OPEN_END = datetime(9999, 12, 31, tzinfo=UTC)
_VARIANT = {digit: "89ab"[int(digit, 16) % 4] for digit in "0123456789abcdef"}


def uuid7() -> uuid.UUID:
    """A UUID of version 7 (RFC 9562, 5.7): 48 bits of milliseconds, then random bits."""
    return uuid.UUID(uuid7_texts(1)[0])


def uuid7_texts(count: int) -> list[str]:
    """Many of them at once in their usual spelling; objects would cost more than the rest of a row."""
    drawn, high = os.urandom(10 * count).hex(), f"{time.time_ns() // 1_000_000:012x}"
    high = f"{high[:8]}-{high[8:]}-7"
    parts = (drawn[place : place + 20] for place in range(0, 20 * count, 20))
    return [f"{high}{part[:3]}-{_VARIANT[part[3]]}{part[4:7]}-{part[8:]}" for part in parts]


def record_number(prefix: str, digits: int = 8) -> str:
    """A new record number for URLs and telephone talk, such as `H-48201937`; unique by constraint."""
    low = 10 ** (digits - 1)
    return f"{prefix}-{secrets.randbelow(9 * low) + low}"


def record_numbers(prefix: str, count: int, digits: int = 8) -> set[str]:
    """At most `count` new record numbers, drawn at once."""
    low = 10 ** (digits - 1)
    drawn = struct.unpack(f"{count}Q", os.urandom(8 * count))
    return {f"{prefix}-{number % (9 * low) + low}" for number in drawn}


class Stamped(models.Model):
    """A row with a uid made in Python, and the times of its birth and last change."""

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True


class Versioned(models.Model):
    """A row that two people may edit; each change raises `version`."""

    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True


class AuditEvent(models.Model):
    """One thing that happened: who did what to which record. Append-only; chained by the sealer.

    `detail` holds codes, numbers and record numbers, never names or secrets. What somebody typed as a reason
    stands in `AuditWords`, because this row can never be emptied; here is only its mark.
    """

    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(
        "portal.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    verb = models.CharField(max_length=64)
    kind = models.CharField(max_length=64, blank=True)
    object_no = models.CharField(max_length=64, blank=True)
    household_no = models.CharField(max_length=32, blank=True)
    purpose_mark = models.CharField(max_length=200, blank=True, db_column="purpose")
    detail = models.JSONField(default=dict, blank=True)

    class Meta:
        permissions = [
            ("read_audit", "看操作记录"),
            ("view_health", "看系统状态"),
        ]
        indexes = [
            models.Index(fields=["household_no", "at"], name="audit_household_at"),
            models.Index(fields=["kind", "object_no"], name="audit_kind_object"),
            models.Index(fields=["actor", "at"], name="audit_actor_at"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_no}"

    @property
    def purpose(self) -> str:
        """The reason that was typed, as long as it is kept. Lists read it with `select_related("words")`."""
        if not self.purpose_mark:
            return ""
        words = getattr(self, "words", None)
        return words.text if words is not None else _("（理由已删除）")


class AuditWords(models.Model):
    """The reason typed for one audit row, encrypted and by itself: an erasure takes it and leaves the row whole.

    The row holds SHA-256 of uid and text, so that changed words show, and erased ones cannot be guessed.
    """

    event = models.OneToOneField(AuditEvent, on_delete=models.PROTECT, related_name="words")
    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    text = EncryptedTextField()

    def __str__(self) -> str:
        return f"#{self.event_id}"


class AuditSeal(models.Model):
    """A link of the audit chain: the digest over the event and the link before it."""

    event = models.OneToOneField(AuditEvent, on_delete=models.PROTECT, related_name="seal")
    sequence = models.PositiveBigIntegerField(unique=True)
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"#{self.sequence}"


class OutboxMessage(models.Model):
    """Something to tell one person, written in the transaction of its cause, delivered by the relay.

    It holds codes and record numbers only; the words are made when it is read.
    """

    dedupe_key = models.CharField(max_length=200, unique=True)
    topic = models.CharField(max_length=64)
    receiver = models.ForeignKey("portal.User", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=64, blank=True)
    object_no = models.CharField(max_length=64, blank=True)
    household_no = models.CharField(max_length=32, blank=True)
    urgent = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    available_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    claim_epoch = models.PositiveIntegerField(default=0)
    claimed_until = models.DateTimeField(default=datetime(1970, 1, 1, tzinfo=UTC))
    sent_at = models.DateTimeField(null=True, blank=True)
    dead_at = models.DateTimeField(null=True, blank=True)
    dead_reason = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [models.Index(fields=["sent_at", "available_at"], name="outbox_waiting")]

    def __str__(self) -> str:
        return self.dedupe_key


class InboxItem(models.Model):
    """A message delivered to a person's inbox on the site."""

    receiver = models.ForeignKey("portal.User", on_delete=models.CASCADE, related_name="inbox")
    message = models.OneToOneField(OutboxMessage, on_delete=models.CASCADE, related_name="delivered")
    delivered_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["receiver", "read_at"], name="inbox_receiver_read")]

    def __str__(self) -> str:
        return f"{self.receiver_id} {self.message_id}"


class ProtectedFile(Stamped):
    """A stored photo or paper, outside the web root; served only after a check at that moment.

    The bytes lie encrypted under DATA_DIR/files by uid. What it belongs to decides who may read it.
    """

    kind = models.CharField(max_length=32)
    content_type = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    uploaded_by = models.ForeignKey(
        "portal.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    def __str__(self) -> str:
        return f"{self.kind} {self.uid}"


class CalendarDay(models.Model):
    """A day whose kind differs from the plain week: a holiday, or a Saturday or Sunday worked."""

    day = models.DateField(unique=True)
    works = models.BooleanField()
    name = models.CharField(max_length=50, blank=True)

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class JobLease(models.Model):
    """Which process runs a recurring job until when; the epoch fences a paused one."""

    name = models.CharField(max_length=64, unique=True)
    epoch = models.PositiveIntegerField(default=0)
    held_until = models.DateTimeField(default=datetime(1970, 1, 1, tzinfo=UTC))
    last_run_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class KeyRotation(models.Model):
    """How far one place of sealed values is on its way to the newest key; a killed run goes on from here."""

    key_id = models.CharField(max_length=16)
    store = models.CharField(max_length=120)
    last_pk = models.BigIntegerField(default=0)
    looked = models.PositiveBigIntegerField(default=0)
    changed = models.PositiveBigIntegerField(default=0)
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="rotation_store_once", fields=["key_id", "store"])]

    def __str__(self) -> str:
        return f"{self.store} {self.key_id}"


class Tally(models.Model):
    """How often something was tried in a span that ends at `until`. The key holds a fingerprint, no number."""

    key = models.CharField(max_length=120, unique=True)
    count = models.PositiveIntegerField(default=0)
    until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.count} until {self.until:%F %T}"
