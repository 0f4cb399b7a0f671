"""The directory of places for everybody: map and list side by side. The same for every reader, so it may be kept."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from partners.memberships import places, who
from partners.memberships.public_views import kept
from portal.permissions.gate import public


@public
def windows(request: HttpRequest) -> HttpResponse:
    """All townships, on the map and in the list, and the county's own office."""
    shown = places.towns(timezone.now())
    context = {"towns": shown, "map": places.drawing(shown), "office": who.county_office()}
    return kept(render(request, "partners/memberships/places.html", context))


@public
def windows_in(request: HttpRequest, code: str) -> HttpResponse:
    """One township: its window, its station, its villages."""
    shown = places.towns(timezone.now())
    town = next((each for each in shown if each.region.code == code), None)
    if town is None:
        raise Http404
    context = {
        "town": town,
        "map": places.drawing(shown, town.region),
        "villages": who.places_within(town.region),
    }
    return kept(render(request, "partners/memberships/places_town.html", context))
