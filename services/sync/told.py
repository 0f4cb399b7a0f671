"""Who decides about what a phone brought: the offices of the place, never the author's own agency alone."""

from datetime import datetime
from typing import Any

from partners.network.models import Region, RegionLevel
from services.sync.models import SyncInbox
from services.visits.duty import office_people

DECIDE = "services.decide_brought"


def deciders_of(row: SyncInbox, at: datetime) -> list[Any]:
    """The people to tell: the township of the household; where no household may be named, the county."""
    people = county_people(at) if row.planned is None else []
    if row.planned is not None:
        people = office_people(row.planned.task.need.household.township.path, DECIDE, at)
    return [person for person in people if person.pk != row.author_id]


def county_people(at: datetime) -> list[Any]:
    """Everybody at the county who decides."""
    counties = Region.objects.filter(level=RegionLevel.COUNTY).values_list("path", flat=True)
    return [person for path in counties for person in office_people(path, DECIDE, at)]
