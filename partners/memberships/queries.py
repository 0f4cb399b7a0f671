"""Reading a team, and the providers at work."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, F, IntegerField, QuerySet, When

from partners.memberships.models import MemberRole, Membership, MembershipState
from partners.network.models import Region
from partners.providers.models import (
    Provider,
    ProviderKind,
    ProviderService,
    ProviderState,
    ProviderTownship,
)
from portal.base.models import OPEN_END

LAPSING = timedelta(days=60)
PUBLIC_KINDS = (ProviderKind.AGENCY, ProviderKind.STATION)


def team_of(provider: Provider) -> QuerySet[Membership]:
    """The present members and those invited: heads first, then by the day they came."""
    first = Case(When(role=MemberRole.WORKER, then=1), default=0, output_field=IntegerField())
    return (
        Membership.objects.filter(provider=provider)
        .exclude(state=MembershipState.ENDED)
        .select_related("user")
        .order_by(first, "valid_from", "pk")
    )


def left_lately(provider: Provider) -> QuerySet[Membership]:
    """Who left, the last twenty; those who never came are not among them."""
    rows = Membership.objects.filter(
        provider=provider, state=MembershipState.ENDED, valid_to__gt=F("valid_from")
    )
    return rows.select_related("user").order_by("-valid_to")[:20]


def heads_here(region: Region, at: datetime) -> QuerySet[Membership]:
    """The heads of the agencies and stations whose office is at this place."""
    return (
        Membership.objects.filter(
            provider__home=region,
            provider__state=ProviderState.LIVE,
            role__in=[MemberRole.MANAGER, MemberRole.STATION_LEAD],
            valid_from__lte=at,
            valid_to__gt=at,
        )
        .select_related("user", "provider")
        .order_by("provider__kind", "provider__name_key", "pk")
    )


def leaves_at(user: Any, provider: Provider, at: datetime) -> datetime:
    """When the person's last membership there ends; OPEN_END for who stays, and for who is no member at all."""
    ends = Membership.objects.filter(provider=provider, user=user, valid_from__lte=at, valid_to__gt=at)
    return max(ends.values_list("valid_to", flat=True), default=OPEN_END)


def providers_at_work(
    *, kind: str = "", service: str = "", township: Region | None = None
) -> QuerySet[Provider]:
    """Agencies and stations that are neither waiting nor stopped nor gone, with what they do and where, by name."""
    kinds = [kind] if kind in PUBLIC_KINDS else PUBLIC_KINDS
    rows = Provider.objects.filter(state=ProviderState.LIVE, kind__in=kinds)
    if service:
        rows = rows.filter(pk__in=ProviderService.objects.filter(service=service).values("provider"))
    if township is not None:
        rows = rows.filter(pk__in=ProviderTownship.objects.filter(region=township).values("provider"))
    return (
        rows.select_related("home", "organisation", "station")
        .prefetch_related("services", "townships__region")
        .order_by("kind", "name_key", "pk")
    )
