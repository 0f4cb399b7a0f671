"""Reads that span rooms: households a report may mean, and the search of the desk."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.utils.translation import gettext as _

from partners.network.queries import in_subtree, in_subtrees
from portal.permissions.hats import places_for
from services.intake.access import reports_to_verify
from services.intake.models import Report
from services.recipients.listing import Line, lines, ordered, search
from services.recipients.models import Household, HouseholdState
from services.recipients.names import name_key
from services.tasks.access import VERIFY
from services.tasks.need_access import needs_visible_to

SUGGESTED = 8
FOUND = 30


@dataclass(frozen=True)
class Suggested:
    """A household that a report may mean, as a choice."""

    household: Household
    label: str


def _own_area(user: Any) -> QuerySet[Household]:
    rows = Household.objects.visible_to(user).filter(in_subtrees(places_for(user, VERIFY), "region__path"))
    return rows.exclude(state=HouseholdState.CLOSED)


def households_meant(user: Any, report: Report, first: str = "") -> list[Suggested]:
    """Households of the reader's own area in the village of the report, those of the same name first."""
    key = name_key(report.person_name) if report.person_name else ""
    rank = Case(
        When(no=first, then=Value(0)),
        When(name_key=key, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    rows = _own_area(user).filter(in_subtree(report.region.path[:12], "region__path"))
    best = ordered(rows).annotate(rank=rank).order_by("rank", "name_key", "pk")[:SUGGESTED]
    return [
        Suggested(
            line.household,
            _("%(name)s，%(region)s，%(no)s")
            % {"name": line.name, "region": line.household.region, "no": line.household.no},
        )
        for line in lines(user, list(best))
    ]


@dataclass(frozen=True)
class Found:
    """What a search found, all of it within the reader's sight."""

    households: list[Line]
    needs: list[Any]
    reports: list[Any]

    def __bool__(self) -> bool:
        return bool(self.households or self.needs or self.reports)


def search_desk(user: Any, text: str) -> Found:
    """Households by name, pinyin, village or number; needs and reports by their number."""
    text = text.strip()
    if not text:
        return Found([], [], [])
    households = list(ordered(search(Household.objects.visible_to(user), text))[:FOUND])
    needs = needs_visible_to(user).filter(no__iexact=text).select_related("household")
    reports = reports_to_verify(user).filter(no__iexact=text)
    return Found(lines(user, households), list(needs), list(reports))
