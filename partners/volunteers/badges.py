"""A volunteer's badge: who may show it today."""

from django.db.models import Q

from partners.providers.models import ProviderState
from partners.volunteers.models import Volunteer, VolunteerState

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
