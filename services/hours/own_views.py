"""One's own hours: the ledger, what to put right, certificates."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.network.queries import holders_above
from partners.training.queries import training_minutes
from partners.volunteers.models import Volunteer
from portal.base.forms import blame
from portal.base.outbox import post
from portal.base.refused import Refused
from portal.permissions.gate import signed_in
from services.hours import access, actions, queries
from services.hours.forms import CorrectionForm, first_words
from services.hours.models import HourEntry
from services.hours.rules import hours_words, next_level, stars

PAGE = 20


@signed_in(methods=("GET",))
def own(request: HttpRequest) -> HttpResponse:
    """What counts, paid and voluntary and training apart; each line; corrections; certificates."""
    user = request.user
    sums = queries.sums_of(user)
    levels = queries.levels_on(timezone.localdate())
    rows = access.own_entries(user).select_related("township", "reversed_by").order_by("-day", "-pk")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    following = next_level(sums["voluntary"], levels)
    context = {
        "volunteer": _volunteer(user),
        "voluntary": hours_words(sums["voluntary"]),
        "paid": hours_words(sums["paid"]) if sums["paid"] else "",
        "training": hours_words(training_minutes(user)),
        "stars": range(stars(sums["voluntary"], levels)),
        "following": following and {"stars": following[0], "left": hours_words(following[1])},
        "page": page,
        "lines": [{"row": row, "words": hours_words(row.minutes)} for row in page],
        "corrections": access.own_corrections(user)[:PAGE],
        "certificates": [
            {"row": row, "words": hours_words(row.minutes)} for row in access.own_certificates(user)[:PAGE]
        ],
    }
    return render(request, "services/hours/own.html", context)


def _volunteer(user: Any) -> Volunteer | None:
    return (
        Volunteer.objects.filter(user=user)
        .exclude(provider=None)
        .select_related("home__parent", "user")
        .first()
    )


def _volunteer_or_404(user: Any) -> Volunteer:
    row = _volunteer(user)
    if row is None:
        raise Http404
    return row


@signed_in
def correct(request: HttpRequest, uid: Any = None) -> HttpResponse:
    """Ask to have a line put right, or a missing one written."""
    volunteer = _volunteer_or_404(request.user)
    entry: HourEntry | None = None
    if uid is not None:
        entry = access.own_entries(request.user).filter(uid=uid, volunteer=volunteer, reverses=None).first()
        if entry is None:
            raise Http404
    form = CorrectionForm(request.POST or None, initial=first_words(entry))
    if form.is_valid():
        try:
            starts_at, ends_at = form.span
            data = form.cleaned_data
            actions.ask_correction(
                volunteer=volunteer, service=data["service"], starts_at=starts_at, ends_at=ends_at,
                words=data["words"], entry=entry,
            )  # fmt: skip
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("收下了，5 个工作日内答复您"))
            return redirect("services:hours:own")
    status = 422 if form.is_bound and form.errors else 200
    context = {"form": form, "entry": entry, "words": hours_words(entry.minutes) if entry else ""}
    return render(request, "services/hours/correct.html", context, status=status)


@signed_in(methods=("POST",))
def withdraw(request: HttpRequest, no: str) -> HttpResponse:
    """Take back one's own request."""
    correction = access.own_corrections(request.user).select_related("volunteer__home").filter(no=no).first()
    if correction is None:
        raise Http404
    try:
        actions.withdraw_correction(correction=correction, by=request.user)
        messages.success(request, _("撤回了"))
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect("services:hours:own")


@signed_in(methods=("POST",))
def ask_certificate(request: HttpRequest) -> HttpResponse:
    """Ask the office for a certificate; asking again on the same day tells nobody twice."""
    volunteer = _volunteer_or_404(request.user)
    today = timezone.localdate()
    for person in holders_above(access.ISSUE, volunteer.home, timezone.now()):
        post(
            person,
            "certificate_asked",
            volunteer,
            dedupe=f"certificate_asked:{volunteer.no}:{today}:{person.pk}",
        )
    messages.success(request, _("告诉县民政局了。证明不收钱，开好了会有消息"))
    return redirect("services:hours:own")
