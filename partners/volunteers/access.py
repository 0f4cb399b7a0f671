"""The hat that an approved volunteer wears."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils import timezone

from partners.network.access import office_holders
from partners.network.models import RegionLevel
from partners.network.queries import in_subtrees
from partners.providers.stopping import while_stopped
from partners.volunteers.models import Volunteer, VolunteerState
from portal.permissions.hats import Hat, hats, places_for


def volunteer_hats(user: Any, at: datetime) -> Iterator[Hat]:
    """The volunteer's hat while the record is approved; of a stopped one, what they may still end."""
    known = (VolunteerState.APPROVED, VolunteerState.SUSPENDED)
    row = Volunteer.objects.filter(user=user, state__in=known).select_related("provider").first()
    if row is not None and row.state == VolunteerState.SUSPENDED:
        yield from while_stopped(user, at)
    elif row is not None:
        yield Hat(role="volunteer", cause=f"volunteer:{row.no}")


def checked_the_volunteer(by: Any, user: Any) -> bool:
    """A reset rule: the township may reset its volunteer, all of whose rights come from volunteering."""
    here = in_subtrees(places_for(by, "partners.check_application"), "home__path")
    own = Volunteer.objects.filter(here, user=user).exists()
    worn = hats(user, timezone.now())
    return own and all(hat.role == "volunteer" for hat in worn if hat.shut_household is None)


def heads_of_volunteer(user: Any, at: datetime) -> Iterator[Any]:
    """Who answers for a volunteer: the township that checked the application."""
    row = Volunteer.objects.filter(user=user).select_related("home__parent").first()
    if row is not None:
        township = row.home if row.home.level == RegionLevel.TOWNSHIP else row.home.parent or row.home
        yield from office_holders("partners.check_application", township, at)
