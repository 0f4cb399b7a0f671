"""The hat that an approved volunteer wears."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from partners.volunteers.models import Volunteer, VolunteerState
from portal.permissions.hats import Hat


def volunteer_hats(user: Any, at: datetime) -> Iterator[Hat]:
    """The volunteer's hat while the record is approved."""
    row = (
        Volunteer.objects.filter(user=user, state=VolunteerState.APPROVED).select_related("provider").first()
    )
    if row is not None:
        yield Hat(role="volunteer", cause=f"volunteer:{row.no}")
