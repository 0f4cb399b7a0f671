"""Who looks for people, and who checks what was found: the township of the place, through the door of the household."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404

from partners.models import Region
from partners.network.queries import in_subtree, in_subtrees
from portal.permissions.hats import places_for
from services.discovery.models import Discovery, DiscoveryRun
from services.intake.access import REPORT, VERIFY

__all__ = [
    "VERIFY",
    "discoveries_of",
    "discovery_for",
    "may_run_in",
    "places_to_search",
    "run_for",
    "runs_of",
]


def discoveries_of(user: Any, *, to: str = "see") -> QuerySet[Discovery]:
    """What was found at the places where the person verifies; to answer it they must report there too."""
    places = places_for(user, VERIFY)
    rows = Discovery.objects.visible_to(user).filter(in_subtrees(places, "household__region__path"))
    if to == "answer":
        rows = rows.filter(in_subtrees(places_for(user, REPORT), "household__region__path"))
    return rows


def discovery_for(user: Any, no: str, *, to: str = "see") -> Discovery:
    """The one with this number if the person may do `to` with it; Http404 otherwise, as for one that never was."""
    row = (
        discoveries_of(user, to=to)
        .filter(no=no)
        .select_related("household__region__parent", "household__township", "person", "report", "answered_by")
        .first()
    )
    if row is None:
        raise Http404
    return row


def may_run_in(user: Any, region: Region) -> bool:
    """Whether a place lies in the person's own area."""
    return any(region.path.startswith(path) for path in places_for(user, VERIFY))


def places_to_search(user: Any) -> list[Region]:
    """The person's own places and, for a county, its townships."""
    found = list(Region.objects.filter(path__in=places_for(user, VERIFY)).order_by("path"))
    for place in [each for each in found if each.level == "county"]:
        found += list(Region.objects.filter(in_subtree(place.path), level="township").order_by("path"))
    return list(dict.fromkeys(found))


def runs_of(user: Any) -> QuerySet[DiscoveryRun]:
    """The runs at the person's places, newest first."""
    mine = in_subtrees(places_for(user, VERIFY), "region__path") | Q(asked_by=user)
    return DiscoveryRun.objects.filter(mine).select_related("region", "asked_by").order_by("-pk")


def run_for(user: Any, no: str) -> DiscoveryRun:
    """The run with this number. Http404 otherwise."""
    row = runs_of(user).filter(no=no).first()
    if row is None:
        raise Http404
    return row
