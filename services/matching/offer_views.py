"""The offers of a place by state: who has not answered, who declined, and why."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from portal.permissions.gate import needs
from services.matching import access, queries
from services.matching.models import OfferState
from services.recipients.listing import lines
from services.tasks.access import MATCH, VERIFY

ROWS = 50


@needs(VERIFY, MATCH, methods=("GET",))
def offers(request: HttpRequest) -> HttpResponse:
    """Offers of the place; those that wait stand first, the shortest time on top."""
    now = timezone.now()
    mine = access.offers_at_place(request.user)
    counts = dict(mine.order_by().values_list("state").annotate(Count("pk")))
    state = request.GET.get("state", "")
    state = state if state in OfferState.values else OfferState.WAITING
    order = ("expires_at", "pk") if state == OfferState.WAITING else ("-sent_at", "-pk")
    rows = mine.filter(state=state).select_related(*access.OFFER_ROWS).order_by(*order)
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    households = [offer.need.household for offer in page.object_list]
    names = {line.household.pk: line.name for line in lines(request.user, households)}
    items = [
        {
            "label": OfferState(code).label,
            "url": "?" + urlencode({"state": code}),
            "count": counts.get(code, 0),
            "current": code == state,
            "hot": code in queries.FAILED and bool(counts.get(code)),
        }
        for code in OfferState.values
    ]
    context = {
        "items": items,
        "state": state,
        "page": page,
        "rows": [
            {
                "offer": offer,
                "name": names[offer.need.household_id],
                "place": queries.place_words(offer.need),
                "frequency": queries.frequency(offer.need),
                "left": queries.time_left(offer.expires_at, now) if state == OfferState.WAITING else None,
            }
            for offer in page
        ],
        "may_match": request.user.has_perm(MATCH),
    }
    return render(request, "services/matching/offers.html", context)
