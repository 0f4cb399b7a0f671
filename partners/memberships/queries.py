"""Reading a team, and the providers that the public may know."""

from datetime import date, timedelta

from django.db.models import Case, IntegerField, QuerySet, When

from partners.memberships.models import MemberRole, Membership
from partners.providers.models import Provider, ProviderKind, ProviderState
from portal.base.models import OPEN_END

LAPSING = timedelta(days=60)


def team_of(provider: Provider) -> QuerySet[Membership]:
    """The present members: heads first, then by the day they came."""
    first = Case(When(role=MemberRole.WORKER, then=1), default=0, output_field=IntegerField())
    return (
        Membership.objects.filter(provider=provider, valid_to=OPEN_END)
        .select_related("user")
        .order_by(first, "valid_from", "pk")
    )


def left_lately(provider: Provider) -> QuerySet[Membership]:
    """Who left, the last twenty."""
    rows = Membership.objects.filter(provider=provider, valid_to__lt=OPEN_END)
    return rows.select_related("user").order_by("-valid_to")[:20]


def standing(provider: Provider, on: date) -> str:
    """The word for its standing: valid, lapsing, lapsed or suspended."""
    if provider.state != ProviderState.LIVE:
        return "suspended"
    until = provider.qualified_until
    if until is None or until > on + LAPSING:
        return "valid"
    return "lapsing" if until > on else "lapsed"


def public_providers(kind: str) -> QuerySet[Provider]:
    """Live agencies or stations with what they do and where, by name."""
    return (
        Provider.objects.filter(state=ProviderState.LIVE, kind=kind)
        .exclude(kind__in=[ProviderKind.VOLUNTEER, ProviderKind.INDIVIDUAL])
        .select_related("home", "organisation", "station")
        .prefetch_related("services", "townships__region")
        .order_by("name_key", "pk")
    )
