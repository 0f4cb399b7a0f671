"""One's own hours: the ledger, what to put right, certificates."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.training.queries import training_minutes
from partners.volunteers.models import Volunteer
from portal.base.forms import blame
from portal.base.refused import Refused
from portal.permissions.gate import signed_in
from services.hours import access, actions, queries
from services.hours.forms import AskForm, CorrectionForm, first_words
from services.hours.models import HourEntry
from services.hours.request_models import RequestedState
from services.hours.rules import hours_words, next_level, stars

PAGE = 20


@signed_in(methods=("GET",))
def own(request: HttpRequest) -> HttpResponse:
    """What counts, paid and voluntary and training apart; each line; corrections; certificates."""
    return own_page(request, None)


def own_page(request: HttpRequest, form: AskForm | None, status: int = 200) -> HttpResponse:
    """The page, with the form of a certificate as it was typed."""
    user = request.user
    today = timezone.localdate()
    sums = queries.sums_of(user)
    levels = queries.levels_on(today)
    rows = access.own_entries(user).select_related("township", "reversed_by").order_by("-day", "-pk")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    following = next_level(sums["voluntary"], levels)
    context = {
        "volunteer": own_volunteer(user),
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
        "requests": list(access.own_requests(user)[:PAGE]),
        "form": form or AskForm(initial={"first": today.replace(month=1, day=1), "last": today}),
        "today": today,
    }
    context["waits"] = any(row.state == RequestedState.ASKED for row in context["requests"])
    return render(request, "services/hours/own.html", context, status=status)


def own_volunteer(user: Any) -> Volunteer | None:
    """The person's own record as an approved volunteer, if there is one."""
    return (
        Volunteer.objects.filter(user=user)
        .exclude(provider=None)
        .select_related("home__parent", "user")
        .first()
    )


def volunteer_or_404(user: Any) -> Volunteer:
    """The person's own record as an approved volunteer. Http404 otherwise."""
    row = own_volunteer(user)
    if row is None:
        raise Http404
    return row


@signed_in
def correct(request: HttpRequest, uid: Any = None) -> HttpResponse:
    """Ask to have a line put right, or a missing one written."""
    volunteer = volunteer_or_404(request.user)
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
