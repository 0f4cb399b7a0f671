"""Whether a household was reported before, or has a file already: only among what the reporter sees."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from partners.models import Region
from partners.network.queries import in_subtree
from services.intake.access import reports_visible_to
from services.intake.models import Report, ReportState
from services.recipients.models import Household, HouseholdState
from services.recipients.names import name_key

LOOKED_AT = 200


@dataclass
class Known:
    """What is known already: open reports and files of the same name in the same village."""

    reports: list[Report] = field(default_factory=list)
    households: list[Household] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.reports or self.households)


def known_already(user: Any, region: Region, person_name: str) -> Known:
    """Same village and a name that sounds the same (homophones are the usual slip)."""
    if not person_name:
        return Known()
    key = name_key(person_name)
    village = in_subtree(region.path[:12], "region__path")
    waiting = reports_visible_to(user).filter(village, state=ReportState.RECEIVED)
    reports = [
        each
        for each in waiting.select_related("region").order_by("-created_at")[:LOOKED_AT]
        if each.person_name and name_key(each.person_name) == key
    ]
    files = Household.objects.visible_to(user).filter(village, ~Q(state=HouseholdState.CLOSED), name_key=key)
    return Known(reports, list(files.select_related("region")[:5]))
