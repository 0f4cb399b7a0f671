"""What everybody may read: whom to ask in a village, and who was vetted. The same for every reader, so it may be kept."""

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from partners.memberships import queries, who
from partners.memberships.forms import DirectoryForm
from partners.network.models import RegionLevel
from partners.network.offices import shown_phone
from partners.network.queries import county
from partners.organisations.ratings import rating_end, rating_on
from partners.providers.models import Provider
from portal.permissions.gate import public

PER_PAGE = 20


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


@public
def providers(request: HttpRequest) -> HttpResponse:
    """Who was vetted and may be asked today, by kind, service and township."""
    today = timezone.localdate()
    form = DirectoryForm(request.GET or None)
    wanted = form.cleaned_data if form.is_valid() else {}
    rows = queries.public_providers(
        today,
        kind=wanted.get("kind", ""),
        service=wanted.get("service", ""),
        township=wanted.get("township"),
    )
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "filtered": any(wanted.values()),
        "page": page,
        "shown": [_shown(row, today) for row in page],
    }
    return kept(render(request, "partners/memberships/providers.html", context))


@public
def provider(request: HttpRequest, no: str) -> HttpResponse:
    """One of them; who is stopped or lapsed is not there, like a number that never was."""
    today = timezone.localdate()
    row = queries.public_providers(today).filter(no=no).first()
    if row is None:
        raise Http404
    return kept(render(request, "partners/memberships/provider.html", _shown(row, today)))


def _shown(row: Provider, today: date) -> dict[str, Any]:
    """What the public may know: office facts, never a contact person, a typed introduction or their address."""
    organisation = getattr(row, "organisation", None)
    station = getattr(row, "station", None)
    rating = rating_on(organisation.rating, organisation.rating_from, today) if organisation else ""
    return {
        "row": row,
        "organisation": organisation,
        "station": station,
        "standing": queries.standing(row, today),
        "rating": rating,
        "rating_until": rating_end(organisation.rating_from) if rating else None,
        "phone": shown_phone(row.office_phone) or (shown_phone(station.office_phone) if station else ""),
    }
