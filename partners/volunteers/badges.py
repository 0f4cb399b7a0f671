"""A volunteer's badge: who may show it today."""

from partners.providers.models import ProviderState
from partners.volunteers.models import Volunteer, VolunteerState


def valid_today(row: Volunteer) -> bool:
    """Whether the wearer is an approved volunteer now, neither stopped nor gone."""
    return (
        row.state == VolunteerState.APPROVED
        and row.user.is_active
        and row.provider is not None
        and row.provider.state == ProviderState.LIVE
    )
