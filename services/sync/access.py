"""Who sees what a phone brought and waits: the offices of the place decide; an agency sees its own people's, and no household."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404

from partners.network.queries import in_subtrees
from portal.permissions.hats import hats, places_for, teams_for
from services.sync.models import InboxState, SyncInbox
from services.sync.told import DECIDE
from services.visits.access import CONFIRM

WAITING = [InboxState.QUARANTINED, InboxState.HELD, InboxState.VARIANT]
# An amendment waits so long for its visit before a person looks at it.
LOOSE = timedelta(days=30)
LATE = timedelta(days=7)


def waiting_condition(at: datetime) -> Q:
    """What waits for a person: everything undecided but an amendment whose visit may still come."""
    loose = Q(state=InboxState.HELD, reason="before_visit", received_at__gt=at - LOOSE)
    return Q(state__in=WAITING) & ~loose


def own_item(user: Any) -> Q:
    """A condition: made or sent by this person, under whatever account of theirs."""
    mine = Q(author=user) | Q(sender=user)
    if user.identity_id is not None:
        mine |= Q(author__identity=user.identity_id) | Q(sender__identity=user.identity_id)
    return mine


def at_county(user: Any, at: datetime | None = None) -> bool:
    """Whether this person decides for the whole county: only there what names no household is looked at."""
    worn = hats(user, at)
    wide = {
        hat.region_path for hat in worn if DECIDE in hat.rules.permissions and len(hat.region_path or "") == 4
    }
    return bool(wide)


def decided_by_place(user: Any, at: datetime | None = None) -> QuerySet[SyncInbox]:
    """The items of the households that this person sees now, at the places where they decide; none of their own."""
    place = in_subtrees(places_for(user, DECIDE, at), "planned__task__need__household__region__path")
    seen = SyncInbox.objects.visible_to(user, at).filter(place).values("pk")
    rows = Q(pk__in=seen)
    if at_county(user, at):
        rows |= Q(planned=None)
    return SyncInbox.objects.filter(rows).exclude(
        pk__in=SyncInbox.objects.filter(own_item(user)).values("pk")
    )


def of_own_people(user: Any, at: datetime | None = None) -> QuerySet[SyncInbox]:
    """The items of visits that this person's agency stands for."""
    return SyncInbox.objects.filter(planned__task__provider__team_id__in=teams_for(user, CONFIRM, at))


def item_for(user: Any, no: str) -> SyncInbox:
    """The item with this number, for who decides it. Http404 otherwise."""
    row = (
        decided_by_place(user)
        .select_related(
            "author",
            "sender",
            "decided_by",
            "device",
            "record",
            "planned__assignment__user",
            "planned__task__provider",
            "planned__task__contract",
            "planned__task__need__household__region__parent__parent",
            "planned__task__need__household__township",
        )
        .filter(no=no)
        .first()
    )
    if row is None:
        raise Http404
    return row
