"""A visit under way when its carer is stopped, leaves or is replaced: it is made to its end, and nothing else opens.

A suspension and a leaving take the hats at once. Who stands at a door then keeps this one hat, until the visit is
handed in or a day is over: to end the visit and to have a receipt. The household itself stays shut.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from partners.providers.models import ProviderState
from portal.base.row_security import beyond
from portal.permissions.hats import Hat, permissions_of
from services.visits.access import FINISH, LOG, entered_by, held_by
from services.visits.doubts import was_stopped
from services.visits.models import PlannedState, PlannedVisit, VisitRecord

# After so long a visit that was never handed in counts as missed.
LEFT_OPEN = timedelta(hours=24)


def begun(user: Any, at: datetime) -> QuerySet[PlannedVisit]:
    """The visits that this person began within a day and that were shut to them since, ended ones among them."""
    return PlannedVisit.objects.filter(
        entered_by(user),
        Q(task__provider__state=ProviderState.SUSPENDED) | ~held_by(user, at),
        state__in=[PlannedState.UNDER_WAY, PlannedState.RECORDED],
        checked_in_at__gt=at - LEFT_OPEN,
    ).select_related(
        "task__need__household__region__parent__parent",
        "task__need__household__township",
        "task__provider",
        "assignment",
    )


def finishing_hats(user: Any, at: datetime) -> Iterator[Hat]:
    """One hat for the visit that a suspension or a leaving found under way; it stays a day, for the receipt."""
    with beyond("finishing"):
        row = begun(user, at).order_by("-checked_in_at").first()
    if row is not None and row.checked_in_at is not None:
        yield Hat(
            role="finishing",
            region_name=row.task.provider.name,
            cause=f"visit:{row.no}",
            valid_from=row.checked_in_at,
            valid_to=row.checked_in_at + LEFT_OPEN,
        )


def to_finish(user: Any, no: str = "") -> list[PlannedVisit]:
    """The visits that this person may end though they are shut; with a number that one alone."""
    if not permissions_of(user) & {FINISH, LOG}:
        return []
    with beyond("finishing"):
        rows = begun(user, timezone.now()).filter(state=PlannedState.UNDER_WAY)
        return list(rows.filter(no=no) if no else rows)


def finished(user: Any, planned_no: str) -> VisitRecord | None:
    """What this person handed in of such a visit after it was shut: for the receipt."""
    if not permissions_of(user) & {FINISH, LOG}:
        return None
    with beyond("finishing"):
        kept = begun(user, timezone.now()).filter(no=planned_no).values("pk")
        row = (
            VisitRecord.objects.filter(author=user, planned__in=kept)
            .select_related("author", "planned__task__provider", "planned__task__need", "planned__assignment")
            .first()
        )
        return row if row is not None and _was_shut(row) else None


def _was_shut(row: VisitRecord) -> bool:
    sent = row.planned.assignment
    ended = sent is not None and sent.valid_to <= row.received_at
    return ended or was_stopped(row.planned.task.provider, row.received_at)
