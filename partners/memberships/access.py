"""The hats that memberships give."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from partners.memberships.models import Membership
from partners.providers.models import ProviderState
from portal.permissions.hats import Hat


def membership_hats(user: Any, at: datetime) -> Iterator[Hat]:
    """One hat for each membership of a live provider at that moment; a stopped provider's people see nothing."""
    rows = Membership.objects.filter(
        user=user, valid_from__lte=at, valid_to__gt=at, provider__state=ProviderState.LIVE
    ).select_related("provider")
    for row in rows:
        yield Hat(
            role=row.role,
            team_id=row.provider.team_id,
            region_name=row.provider.name,
            cause=f"membership:{row.no}",
            valid_to=row.valid_to,
        )
