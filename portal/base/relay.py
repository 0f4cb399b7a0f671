"""The relay: takes waiting messages out of the outbox and puts them into inboxes, each once; by which channels they
go on from there is written down with it (`carriers.carrying`).

A message is claimed by compare-and-set for a minute. Whoever claims raises `claim_epoch`, so a relay
that slept past its claim can no longer deliver. A crash leaves the claim to run out; the next relay
takes over. Attempts are counted at the claim, so a message that kills its relay ends as a dead letter.
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone

from portal.base import topics
from portal.base.audit import record
from portal.base.carriers import carrying
from portal.base.models import InboxItem, OutboxMessage

logger = logging.getLogger(__name__)

CLAIM_TIME = timedelta(seconds=60)
MAX_ATTEMPTS = 8
_FIRST_PAUSE = timedelta(seconds=5)
_LONGEST_PAUSE = timedelta(hours=1)


def waiting() -> QuerySet[OutboxMessage]:
    """Messages neither delivered nor given up."""
    return OutboxMessage.objects.filter(sent_at=None, dead_at=None)


def dead_letters() -> QuerySet[OutboxMessage]:
    """Messages given up, newest first; for the administrator's page."""
    return OutboxMessage.objects.exclude(dead_at=None).order_by("-dead_at")


def due(at: datetime) -> QuerySet[OutboxMessage]:
    """What may be claimed now: urgent first, and of one thing and receiver only the earliest."""
    earlier = waiting().filter(
        receiver=OuterRef("receiver"),
        kind=OuterRef("kind"),
        object_no=OuterRef("object_no"),
        pk__lt=OuterRef("pk"),
    )
    ready = waiting().filter(available_at__lte=at, claimed_until__lte=at)
    return ready.filter(~Exists(earlier)).order_by("-urgent", "pk")


def relay(*, at: datetime | None = None, limit: int = 200) -> int:
    """Deliver what is due, at most `limit` attempts; returns how many were delivered."""
    at = at or timezone.now()
    delivered = 0
    while limit > 0:
        batch = list(due(at)[:limit])
        if not batch:
            break
        limit -= len(batch)
        delivered += sum(_attempt(message, at) for message in batch)
    return delivered


def claim(message: OutboxMessage, at: datetime) -> bool:
    """Take the message for a minute; of several relays one wins, and `message` carries its epoch."""
    won = (
        waiting()
        .filter(pk=message.pk, claim_epoch=message.claim_epoch, claimed_until__lte=at)
        .update(claim_epoch=F("claim_epoch") + 1, claimed_until=at + CLAIM_TIME, attempts=F("attempts") + 1)
    )
    if won:
        message.claim_epoch += 1
        message.attempts += 1
    return bool(won)


@transaction.atomic
def deliver(message: OutboxMessage, at: datetime) -> bool:
    """Put a claimed message into its inbox; nothing happens when the claim was lost meanwhile."""
    if not _mine(message).update(sent_at=at):
        return False
    InboxItem.objects.bulk_create(
        [InboxItem(message=message, receiver_id=message.receiver_id, delivered_at=at)], ignore_conflicts=True
    )
    carrying.plan(message, at)
    return True


@transaction.atomic
def give_up(message: OutboxMessage, reason: str, at: datetime) -> None:
    """Make a claimed message a dead letter, with its reason and an audit row."""
    if _mine(message).update(dead_at=at, dead_reason=reason):
        record(None, "message.withheld", message, topic=message.topic, reason=reason)


def revive(*, message: OutboxMessage) -> bool:
    """Try a dead letter again from the beginning."""
    now = timezone.now()
    return bool(
        dead_letters()
        .filter(pk=message.pk)
        .update(dead_at=None, dead_reason="", attempts=0, available_at=now, claimed_until=now)
    )


def _mine(message: OutboxMessage) -> QuerySet[OutboxMessage]:
    return waiting().filter(pk=message.pk, claim_epoch=message.claim_epoch)


def _attempt(message: OutboxMessage, at: datetime) -> bool:
    if not claim(message, at):
        return False
    if message.attempts > MAX_ATTEMPTS:
        give_up(message, "too_many_attempts", at)
        return False
    try:
        if not topics.may_receive(message.receiver, message):
            give_up(message, "no_right", at)
            return False
        return deliver(message, at)
    except Exception:  # noqa: BLE001 - one bad message must not stop the others; it is logged and retried
        logger.exception("message %s of topic %s", message.pk, message.topic)
        _put_back(message, at)
        return False


def _put_back(message: OutboxMessage, at: datetime) -> None:
    """Release the claim and wait longer after each failure; the last failure makes a dead letter."""
    if message.attempts >= MAX_ATTEMPTS:
        reason = "failed" if message.topic in topics.known() else "unknown_topic"
        give_up(message, reason, at)
        return
    pause = min(_FIRST_PAUSE * 2 ** (message.attempts - 1), _LONGEST_PAUSE)
    _mine(message).update(available_at=at + pause, claimed_until=at)
