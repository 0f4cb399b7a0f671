"""One's own messages: what is delivered, what is read."""

from typing import Any

from django.db.models import Case, QuerySet, When
from django.utils import timezone

from portal.base.models import InboxItem


def inbox_of(user: Any) -> QuerySet[InboxItem]:
    """Everything delivered to this person, newest first; what is urgent and unread stands above it."""
    pressing = Case(When(read_at=None, message__urgent=True, then=0), default=1)
    rows = InboxItem.objects.filter(receiver=user).select_related("message")
    return rows.order_by(pressing, "-delivered_at", "-pk")


def unread_items(user: Any) -> QuerySet[InboxItem]:
    """The messages that this person has not opened."""
    return InboxItem.objects.filter(receiver=user, read_at__isnull=True)


def mark_read(user: Any, pks: list[int]) -> int:
    """Note that these messages of this person were seen; returns how many were new."""
    return InboxItem.objects.filter(receiver=user, pk__in=pks, read_at__isnull=True).update(
        read_at=timezone.now()
    )
