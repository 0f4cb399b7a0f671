"""Who may match a need, and who may answer an offer."""

from datetime import datetime
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from partners.providers.models import Provider, ProviderState
from portal.permissions.hats import teams_for
from services.matching.models import Offer, OfferState
from services.tasks.access import ANSWER, MATCH, VERIFY, members_with, needs_at_place
from services.tasks.models import Need

OFFER_ROWS = (
    "provider",
    "need__household__region__parent__parent",
    "need__household__township",
    "answered_by",
)
NEED_ROWS = ("household__region__parent__parent", "household__township", "report", "verified_by")


def answerable_by(user: Any, at: datetime) -> Q:
    """The right to answer, as a condition for the update itself: a live, qualified provider's own people.

    Subqueries only: a join would make Django wrap the update in `pk IN (...)`, which PostgreSQL does
    not judge again after waiting for a lock.
    """
    own = members_with(ANSWER, at).filter(user=user).values("provider")
    on = timezone.localdate(at)
    fit = Provider.objects.filter(state=ProviderState.LIVE).filter(
        Q(qualified_until__isnull=True) | Q(qualified_until__gte=on)
    )
    return Q(provider__in=own) & Q(provider__in=fit.values("pk"))


def open_at(at: datetime) -> Q:
    """Waiting, and not yet over time."""
    return Q(state=OfferState.WAITING, expires_at__gt=at)


def offers_of(user: Any) -> QuerySet[Offer]:
    """The offers made to the teams for which this person answers."""
    return Offer.objects.filter(provider__team_id__in=teams_for(user, ANSWER))


def offers_at_place(user: Any) -> QuerySet[Offer]:
    """The offers of needs inside the places where this person verifies or matches."""
    return Offer.objects.filter(need__in=needs_at_place(user, VERIFY, MATCH).values("pk"))


def needs_to_match(user: Any) -> QuerySet[Need]:
    """The needs at the places where this person matches."""
    return needs_at_place(user, MATCH)


def need_for(user: Any, no: str) -> Need:
    """The need with this number for one who matches there; Http404 otherwise."""
    offers = Prefetch("offers", Offer.objects.select_related("provider").order_by("-sent_at", "-pk"))
    row = needs_to_match(user).select_related(*NEED_ROWS).prefetch_related(offers).filter(no=no).first()
    if row is None:
        raise Http404
    return row


def offer_for(user: Any, no: str, *, to: str) -> Offer:
    """The offer with this number if the person may do `to` (accept, decline, withdraw); Http404 otherwise."""
    rows = (
        Offer.objects.filter(need__in=needs_to_match(user).values("pk"))
        if to == "withdraw"
        else offers_of(user)
    )
    found = (
        rows.select_related(
            "need__household__region__parent", "need__household__township", "provider", "answered_by"
        )
        .filter(no=no)
        .first()
    )
    if found is None:
        raise Http404
    return found
