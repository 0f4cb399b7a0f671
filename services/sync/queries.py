"""Reading what phones brought, for the pages."""

import json
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from partners.memberships.models import Membership
from portal.permissions.hats import teams_for
from services.recipients.door import live
from services.sync.access import LATE
from services.sync.devices import missing_items
from services.sync.models import SyncDevice, SyncInbox
from services.visits.access import CONFIRM


def for_list(rows: QuerySet[SyncInbox]) -> QuerySet[SyncInbox]:
    """With what a list shows; the longest waiting first."""
    return (
        rows.select_related(
            "author",
            "planned__task__provider",
            "planned__task__need__household__region__parent__parent",
            "planned__task__need__household__township",
        )
        .defer("raw")
        .order_by("received_at", "pk")
    )


def days_waiting(row: SyncInbox, at: datetime) -> int:
    """How many whole days an item has waited."""
    return (timezone.localdate(at) - timezone.localdate(row.received_at)).days


def is_late(row: SyncInbox, at: datetime) -> bool:
    """Whether it waits longer than it may."""
    return at - row.received_at > LATE


def said_in(row: SyncInbox) -> dict[str, Any]:
    """The content as the phone wrote it; nothing where it was cleared."""
    return json.loads(row.raw) if row.raw else {}


def unsent_of_team(user: Any, at: datetime) -> list[dict[str, Any]]:
    """Phones of this agency's people with items that were written and never came."""
    people = Membership.objects.filter(live(at), provider__team_id__in=teams_for(user, CONFIRM, at)).values(
        "user"
    )
    phones = SyncDevice.objects.filter(user__in=people)
    missing = missing_items(phones)
    rows = SyncDevice.objects.filter(pk__in=missing).select_related("user").order_by("pk")
    return [{"person": row.user.get_full_name(), "phone": row.name, "count": missing[row.pk]} for row in rows]
