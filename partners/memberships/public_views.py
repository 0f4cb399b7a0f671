"""What everybody may read: whom to ask in a village. The same for every reader, so it may be kept."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from partners.memberships import who
from partners.network.models import RegionLevel
from partners.network.queries import county
from portal.permissions.gate import public


def kept(response: HttpResponse) -> HttpResponse:
    """Marks the answer as the same for every reader."""
    response["X-Page-Cache"] = "public"
    return response


@public
def ask(request: HttpRequest) -> HttpResponse:
    """Choose the township."""
    place = county()
    context = {
        "office": who.office_of(place) if place else None,
        "places": who.places_within(place) if place else [],
    }
    return kept(render(request, "partners/memberships/who.html", context))


@public
def ask_in(request: HttpRequest, code: str) -> HttpResponse:
    """A township: choose the village. A village: the answer."""
    now = timezone.now()
    region = who.public_place(code, now)
    if region is None or region.level == RegionLevel.COUNTY:
        raise Http404
    if region.level == RegionLevel.VILLAGE:
        context = {"region": region, "answer": who.who_to_ask(region, now)}
        return kept(render(request, "partners/memberships/who_village.html", context))
    context = {"region": region, "office": who.office_of(region), "places": who.places_within(region)}
    return kept(render(request, "partners/memberships/who.html", context))
