"""The public directory: who was vetted and may be asked today. The same for every reader, so it may be kept."""

from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from partners.memberships.forms import DirectoryForm
from partners.memberships.public_views import kept
from partners.network.offices import shown_phone
from partners.organisations.ratings import rating_end, rating_on
from partners.vetting.directory import Listed, listed
from portal.base.periods import local_date
from portal.permissions.gate import public

PER_PAGE = 20


@public
def providers(request: HttpRequest) -> HttpResponse:
    """Who was vetted and may be asked today, by kind, service and township."""
    now = timezone.now()
    form = DirectoryForm(request.GET or None)
    wanted = form.cleaned_data if form.is_valid() else {}
    rows = listed(
        now,
        kind=wanted.get("kind", ""),
        service=wanted.get("service", ""),
        township=wanted.get("township"),
    )
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "filtered": any(wanted.values()),
        "page": page,
        "shown": [_shown(one, now) for one in page],
    }
    return kept(render(request, "partners/vetting/providers.html", context))


@public
def provider(request: HttpRequest, no: str) -> HttpResponse:
    """One of them; who is stopped or lapsed is not there, like a number that never was."""
    now = timezone.now()
    found = listed(now, no=no)
    if not found:
        raise Http404
    return kept(render(request, "partners/vetting/provider.html", _shown(found[0], now)))


def _shown(one: Listed, at: datetime) -> dict[str, Any]:
    """What the public may know: office facts, never a contact person, a typed introduction or their address."""
    row, today = one.row, local_date(at)
    organisation = getattr(row, "organisation", None)
    station = getattr(row, "station", None)
    rating = rating_on(organisation.rating, organisation.rating_from, today) if organisation else ""
    return {
        "row": row,
        "organisation": organisation,
        "station": station,
        "standing": one.standing,
        "services": one.services,
        "rating": rating,
        "rating_until": rating_end(organisation.rating_from) if rating else None,
        "phone": shown_phone(row.office_phone) or (shown_phone(station.office_phone) if station else ""),
    }
