"""The bureau's matching board, and an agency's answer to an offer."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.base.privacy import mask_name
from portal.base.refused import Refused
from portal.permissions.gate import needs, signed_in
from services.matching import access, actions, guard, queries
from services.matching.candidates import place_of, suggest, weights_on
from services.matching.forms import GroundForm, SendForm
from services.matching.lifecycle import OFFER
from services.matching.models import OfferState
from services.matching.scoring import FAR_KM, ROOMY
from services.matching.sketch import draw
from services.tasks.access import MATCH
from services.tasks.models import Need, NeedPart, NeedState

ROWS = 50


@needs("services.match_need", methods=("GET",))
def queue(request: HttpRequest) -> HttpResponse:
    """Needs waiting for a match, by deadline."""
    now = timezone.now()
    page = Paginator(queries.queue(request.user), ROWS).get_page(request.GET.get("page"))
    rows = [queries.queue_row(need, now) for need in page]
    return render(request, "services/matching/queue.html", {"page": page, "rows": rows})


@needs("services.match_need", takes_object="need")
def need(request: HttpRequest, no: str) -> HttpResponse:
    """One need with its suggestions; sends the offer."""
    row = access.need_for(request.user, no)
    now = timezone.now()
    if row.part == NeedPart.VOLUNTARY:
        return redirect("services:tasks:volunteer", no)
    status = 200
    form = SendForm(request.POST or None, urgent=row.urgent, initial={"hours": 24, "version": row.version})
    if request.method == "POST" and form.is_valid():
        row.version = form.cleaned_data["version"]
        try:
            offer = actions.send_offer(
                need=row,
                provider_no=form.cleaned_data["provider"],
                hours=form.cleaned_data["hours"],
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=now,
            )
            messages.success(request, _("已派给 %(name)s，等对方答复") % {"name": offer.provider.name})
            return redirect("services:matching:need", no)
        except Refused as refusal:
            row = access.need_for(request.user, no)
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
            status = 409 if refusal.code == "need_changed" else 422
    elif form.errors:
        status = 422
    return render(request, "services/matching/need.html", _board(request, row, form, now), status=status)


def _board(request: HttpRequest, row: Need, form: SendForm, now: Any) -> dict[str, Any]:
    """Everything the three columns show."""
    waiting = list(queries.queue(request.user)[:ROWS])
    open_offer = next((one for one in row.offers.all() if one.state == OfferState.WAITING), None)
    suggestion = suggest(row, now) if row.state == NeedState.TO_MATCH else None
    chosen = form["provider"].value() or (
        suggestion.ranked[0].provider.no if suggestion and suggestion.ranked else ""
    )
    return {
        "form": form,
        "need": row,
        "name": mask_name(row.household.name),
        "place": queries.place_words(row),
        "situation": queries.situation(
            next((one for one in waiting if one.pk == row.pk), row), timezone.localdate(now)
        ),
        "frequency": queries.frequency(row),
        "wish": queries.wish_words(row),
        "left": queries.time_left(row.due_at, now),
        "queue": [queries.queue_row(one, now) for one in waiting],
        "suggestion": suggestion,
        "chosen": chosen,
        "drawing": draw(place_of(row), suggestion.shown) if suggestion else None,
        "history": queries.history(row),
        "open_offer": open_offer,
        "offer_left": queries.time_left(open_offer.expires_at, now) if open_offer else None,
        "duty": actions.failures(row) >= actions.FAILURES_BEFORE_DUTY,
    }


@needs("services.match_need", takes_object="offer")
def withdraw(request: HttpRequest, no: str) -> HttpResponse:
    """Take an unanswered offer back."""
    offer = access.offer_for(request.user, no, to="withdraw")
    form = GroundForm(request.POST or None, initial={"version": offer.version})
    if request.method == "POST" and form.is_valid():
        offer.version = form.cleaned_data["version"]
        try:
            actions.withdraw_offer(offer=offer, by=request.user, reason=form.cleaned_data["ground"])
            messages.success(request, _("派单撤回了，可以另派"))
            return redirect("services:matching:need", offer.need.no)
        except Refused as refusal:
            return _gone(request, offer, refusal)
    return _answer(request, "services/matching/withdraw.html", form, offer)


@needs("services.answer_offer", takes_object="offer")
def accept(request: HttpRequest, no: str) -> HttpResponse:
    """Take the work: a page that says what it is, and the answer."""
    offer = access.offer_for(request.user, no, to="accept")
    now = timezone.now()
    if request.method == "POST":
        try:
            task = guard.patiently(actions.accept_offer, offer=offer, by=request.user, at=now)
            messages.success(request, _("接下了。请派人，再排上门日期。"))
            return redirect("services:tasks:detail", task.no)
        except Refused as refusal:
            return _gone(request, offer, refusal)
    return _answer(request, "services/matching/accept.html", None, offer)


@needs("services.answer_offer", takes_object="offer")
def decline(request: HttpRequest, no: str) -> HttpResponse:
    """Say no, with a ground."""
    offer = access.offer_for(request.user, no, to="decline")
    form = GroundForm(request.POST or None, initial={"version": offer.version})
    if request.method == "POST" and form.is_valid():
        offer.version = form.cleaned_data["version"]
        try:
            actions.decline_offer(offer=offer, ground=form.cleaned_data["ground"], by=request.user)
            messages.success(request, _("谢绝了，需求退回县里另派"))
            return redirect("services:tasks:agency")
        except Refused as refusal:
            return _gone(request, offer, refusal)
    return _answer(request, "services/matching/decline.html", form, offer)


def _answer(request: HttpRequest, template: str, form: Any, offer: Any) -> HttpResponse:
    now = timezone.now()
    if not OFFER.allows(offer.state, "accept") or offer.expires_at <= now:
        return _gone(request, offer, actions.gone(offer, now))
    status = 422 if form is not None and form.errors else 200
    card = queries.offer_card(offer, now)
    return render(request, template, {"form": form, "offer": offer, "card": card}, status=status)


def _gone(request: HttpRequest, offer: Any, refusal: Refused) -> HttpResponse:
    """409: the offer is not what the page showed; says what it is now."""
    offer.refresh_from_db(fields=["state", "version"])
    bureau = request.user.has_perm(MATCH)
    back = (
        reverse("services:matching:need", args=[offer.need.no])
        if bureau
        else reverse("services:tasks:agency")
    )
    context = {"offer": offer, "message": refusal.message, "back": back, "bureau": bureau}
    return render(request, "services/matching/gone.html", context, status=409)


@signed_in(methods=("GET",))
def rules(request: HttpRequest) -> HttpResponse:
    """How suggestions are made: the hard rules and the weights that hold today."""
    return render(
        request,
        "services/matching/rules.html",
        {"weights": weights_on(timezone.localdate()), "far_km": FAR_KM, "roomy": ROOMY},
    )
