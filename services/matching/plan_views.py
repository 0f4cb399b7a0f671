"""The bureau looks at the whole pool at once: what the optimum would be, and what if."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from portal.base.privacy import mask_name
from portal.permissions.gate import needs
from services.matching import access, queries
from services.matching.batch import read_batch
from services.matching.candidates import weights_on
from services.matching.plan import Change, Plan, Proposal, make_plan
from services.matching.plan_forms import WhatIfForm

ROWS = 25


@needs("services.match_need", methods=("GET",))
def plan(request: HttpRequest) -> HttpResponse:
    """All needs of one's pool matched at the optimum, with each term's share; with a change beside it if one is asked."""
    now = timezone.now()
    batch = read_batch(access.needs_to_match(request.user), now)
    today = Change(weights_on(timezone.localdate(now)))
    form = WhatIfForm(
        request.GET if _asked(request) else None, providers=batch.providers, weights=today.weights
    )
    change = form.change() if form.is_bound and form.is_valid() else today
    base = make_plan(batch, today)
    shown = base if change == today else make_plan(batch, change)
    page = Paginator(shown.order(), ROWS).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "base": base,
        "shown": shown,
        "tried": change != today,
        "page": page,
        "rows": _rows(shown, list(page)),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "services/matching/plan.html", context, status=status)


def _asked(request: HttpRequest) -> bool:
    return any(key != "page" for key in request.GET)


def _rows(shown: Plan, positions: list[int]) -> list[dict[str, Any]]:
    """What the page says of each need; names masked, places down to the village group."""
    rows = []
    for position in positions:
        row, need = shown.row(position), shown.batch.needs[position]
        rows.append(
            {
                "row": row,
                "served": isinstance(row, Proposal),
                "need": need,
                "name": mask_name(need.household.name),
                "place": queries.place_words(need),
            }
        )
    return rows
