"""A volunteer's badge: who may show it today."""

from collections.abc import Callable
from datetime import date

from django.db.models import Q

from partners.providers.models import ProviderState
from partners.volunteers.models import Volunteer, VolunteerState

Reader = Callable[[Volunteer, date], list[str]]
_readers: list[Reader] = []


def register_company(reader: Reader) -> None:
    """Let a later room say for what a volunteer must not go anywhere alone; called once by the app's `ready`."""
    if reader not in _readers:
        _readers.append(reader)


def needs_company(row: Volunteer, on: date) -> list[str]:
    """Why this volunteer goes to no door alone, wherever it is; empty for who may. First visits are asked for each household."""
    return [words for reader in _readers for words in reader(row, on)]


# The same as a condition on volunteers; a test compares the two.
VALID = Q(state=VolunteerState.APPROVED, user__is_active=True, provider__state=ProviderState.LIVE)


def valid_today(row: Volunteer) -> bool:
    """Whether the wearer is an approved volunteer now, neither stopped nor gone."""
    return (
        row.state == VolunteerState.APPROVED
        and row.user.is_active
        and row.provider is not None
        and row.provider.state == ProviderState.LIVE
    )
