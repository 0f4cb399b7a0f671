"""The office's hours: volunteers, what they ask to be put right, certificates, levels."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.training.queries import training_minutes
from partners.volunteers.badges import VALID
from portal.accounts.qr import qr_data_uri
from portal.base.forms import blame
from portal.base.refused import Refused
from portal.permissions.gate import needs
from services.hours import access, actions, certificates, queries, requests
from services.hours.access import ISSUE, KEEP, STARS
from services.hours.forms import AnswerForm, CertificateForm, LevelsForm, RevokeForm
from services.hours.models import CorrectionState, HourKind, StarLevel
from services.hours.request_models import RequestedState
from services.hours.rules import hours_words, set_in_force, stars

PAGE, BADGES, FIRST = 50, 30, 5


@needs(KEEP, methods=("GET",))
def desk(request: HttpRequest) -> HttpResponse:
    """The volunteers of one's place with their hours and stars; what waits for an answer stands first."""
    levels, now = queries.levels_on(timezone.localdate()), timezone.now()
    page = Paginator(queries.with_hours(access.kept_by(request.user)), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [
            {"row": row, "words": hours_words(row.voluntary), "stars": range(stars(row.voluntary, levels))}
            for row in page
        ],
        "asked": [
            {"row": row, "left": requests.left(row, now)}
            for row in access.requests_for(request.user).filter(state=RequestedState.ASKED)[:FIRST]
        ],
        "waiting": access.corrections_for(request.user).filter(state=CorrectionState.ASKED)[:PAGE],
    }
    return render(request, "services/hours/desk.html", context)


@needs(KEEP, methods=("GET",))
def badges(request: HttpRequest) -> HttpResponse:
    """A sheet of the badges of one's place that are valid today, to print and cut."""
    wearers = access.kept_by(request.user).filter(VALID).exclude(badge_no="").select_related("user")
    page = Paginator(wearers.order_by("badge_no"), BADGES).get_page(request.GET.get("page"))
    shown = [
        {
            "no": row.badge_no,
            "name": row.user.get_full_name(),
            "qr": qr_data_uri(request.build_absolute_uri(reverse("verify", args=[row.badge_no]))),
        }
        for row in page
    ]
    context = {"page": page, "badges": shown, "printed_at": timezone.now()}
    return render(request, "services/hours/badges.html", context)


@needs(KEEP, takes_object="partners.Volunteer", methods=("GET",))
def volunteer(request: HttpRequest, no: str) -> HttpResponse:
    """One volunteer's ledger and certificates."""
    row = access.volunteer_for(request.user, no)
    return _volunteer_page(request, row, None)


def _volunteer_page(
    request: HttpRequest, row: Any, form: CertificateForm | None, status: int = 200
) -> HttpResponse:
    sums, today = queries.sums_of(row.user), timezone.localdate()
    entries = row.hour_entries.filter(kind=HourKind.VOLUNTARY).select_related("township", "reversed_by")
    page = Paginator(entries, PAGE).get_page(request.GET.get("page"))
    context = {
        "volunteer": row,
        "asked": access.requests_for(request.user).filter(volunteer=row, state=RequestedState.ASKED).first(),
        "voluntary": hours_words(sums["voluntary"]),
        "training": hours_words(training_minutes(row.user)),
        "page": page,
        "lines": [{"row": one, "words": hours_words(one.minutes)} for one in page],
        "certificates": [
            {"row": one, "words": hours_words(one.minutes)} for one in row.certificates.all()[:PAGE]
        ],
        "form": form
        or CertificateForm(
            initial={"first": today.replace(month=1, day=1), "last": today, "handler": request.user.name}
        ),
    }
    return render(request, "services/hours/volunteer.html", context, status=status)


@needs(ISSUE, takes_object="partners.Volunteer", methods=("POST",))
def issue(request: HttpRequest, no: str) -> HttpResponse:
    """Issue a certificate."""
    row = access.volunteer_for(request.user, no, to="issue")
    form = CertificateForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            made = certificates.issue_certificate(
                volunteer=row,
                first=data["first"],
                last=data["last"],
                signed_by=certificates.Signatories(data["responsible"], data["handler"], data["contact"]),
                by=request.user,
            )
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("证明 %(no)s 开好了") % {"no": made.no})
            return redirect("services:hours:certificate", made.no)
    return _volunteer_page(request, row, form, 422)


@needs(KEEP, takes_object="services.HourCorrection")
def correction(request: HttpRequest, no: str) -> HttpResponse:
    """Answer what a volunteer asked."""
    row = access.correction_for(request.user, no)
    form = AnswerForm(request.POST if request.method == "POST" else None, correction=row)
    if form.is_valid():
        data = form.cleaned_data
        row.version = data["version"]
        try:
            actions.answer_correction(
                correction=row, accept=data["verdict"] == "accept", answer=data["answer"], by=request.user
            )
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("答复好了"))
            return redirect("services:hours:desk")
    context = {"correction": row, "form": form, "open": row.state == CorrectionState.ASKED}
    if row.entry is not None:
        context["words"] = hours_words(row.entry.minutes)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "services/hours/correction.html", context, status=status)


@needs(ISSUE, takes_object="services.HourCertificate")
def revoke(request: HttpRequest, no: str) -> HttpResponse:
    """A page that asks why, then the deed."""
    row = access.certificate_for(request.user, no, to="revoke")
    form = RevokeForm(request.POST or None)
    if form.is_valid():
        try:
            certificates.revoke_certificate(certificate=row, why=form.cleaned_data["why"], by=request.user)
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("作废了"))
            return redirect("services:hours:certificate", no)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "services/hours/revoke.html", {"certificate": row, "form": form}, status=status)


@needs(STARS)
def levels(request: HttpRequest) -> HttpResponse:
    """The table of stars by date, and a new set from a day ahead on."""
    rows = list(StarLevel.objects.values_list("valid_from", "stars", "hours"))
    now = set_in_force(rows, timezone.localdate())
    form = LevelsForm(request.POST or None, initial={f"hours{count}": hours for count, hours in now})
    if form.is_valid():
        try:
            actions.set_levels(valid_from=form.cleaned_data["valid_from"], hours=form.hours, by=request.user)
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("改好了，到那天起作数"))
            return redirect("services:hours:levels")
    sets = [
        {"day": day, "hours": [hours for one, _stars, hours in sorted(rows) if one == day]}
        for day in sorted({row[0] for row in rows}, reverse=True)
    ]
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "services/hours/levels.html", {"form": form, "sets": sets}, status=status)
