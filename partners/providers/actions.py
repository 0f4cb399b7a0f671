"""Making and changing the party behind a provider. The action of the room above decides and records."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction

from partners.network.loading import pinyin_key
from partners.network.models import Region
from partners.network.offices import office_phone
from partners.providers.models import Provider, ProviderService, ProviderState, ProviderTownship
from portal.base import public_stamp
from portal.base.audit import record
from portal.base.models import record_number


def create_provider(
    *,
    kind: str,
    name: str,
    home: Region | None,
    services: Iterable[str],
    townships: Iterable[Region],
    state: str = ProviderState.PENDING,
    lat: float | None = None,
    lng: float | None = None,
    capacity: int = 10,
    qualified_until: date | None = None,
    no: str = "",
) -> Provider:
    """A provider with its team, services and townships."""
    no = no or record_number("P")
    provider = Provider.objects.create(
        no=no,
        kind=kind,
        name=name,
        name_key=pinyin_key(name)[:160],
        state=state,
        team=Group.objects.create(name=f"team-{no}"),
        home=home,
        lat=lat,
        lng=lng,
        capacity=capacity,
        qualified_until=qualified_until,
    )
    set_reach(provider, services=services, townships=townships)
    return provider


def update_provider(
    provider: Provider, *, name: str, home: Region | None, lat: float | None, lng: float | None
) -> None:
    """Write what the party says of itself."""
    provider.name, provider.name_key = name, pinyin_key(name)[:160]
    provider.home, provider.lat, provider.lng = home, lat, lng
    provider.version += 1
    provider.save(update_fields=["name", "name_key", "home", "lat", "lng", "version", "updated_at"])


def set_state(provider: Provider, state: str, **more: Any) -> None:
    """Move the provider to a state, with the fields that go with it."""
    for field, value in more.items():
        setattr(provider, field, value)
    provider.state = state
    provider.version += 1
    provider.save(update_fields=["state", "version", "updated_at", *more])
    public_stamp.bump()


@transaction.atomic
def set_office_phone(*, provider: Provider, phone: str, by: Any) -> None:
    """The number of the public directory. Refused: phone, private_phone."""
    provider.office_phone = office_phone(phone) if phone else ""
    provider.version += 1
    provider.save(update_fields=["office_phone", "version", "updated_at"])
    record(by, "provider.phone_set", provider, phone=bool(phone))
    public_stamp.bump()


def set_reach(provider: Provider, *, services: Iterable[str], townships: Iterable[Region]) -> None:
    """The services it offers and the townships it works in, replacing those of before."""
    ProviderService.objects.filter(provider=provider).delete()
    ProviderTownship.objects.filter(provider=provider).delete()
    ProviderService.objects.bulk_create(ProviderService(provider=provider, service=code) for code in services)
    ProviderTownship.objects.bulk_create(ProviderTownship(provider=provider, region=r) for r in townships)
    public_stamp.bump()
