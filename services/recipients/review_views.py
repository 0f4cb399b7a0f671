"""Pages of break-glass and of its review, and the nightly report of widened access."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.base.forms import blame
from portal.base.refused import Refused
from portal.permissions.gate import needs
from services.recipients import emergency
from services.recipients.edit_views import status_of
from services.recipients.emergency import ASK
from services.recipients.probing import typed_nothing
from services.recipients.report_words import lines_in_words
from services.recipients.reviewers import REVIEW
from services.recipients.sight import SightReport, SightVerdict
from services.recipients.sight_access import case_for, cases_to_review, own_emergencies, report_for
from services.recipients.sight_forms import EmergencyForm, ReviewForm

SHOWN = 30


@needs(ASK)
def emergency_ask(request: HttpRequest) -> HttpResponse:
    """Ask for half an hour of sight of one household; what one asked for before stands below."""
    form = EmergencyForm(request.POST or None)
    if form.is_valid():
        try:
            case = emergency.ask_emergency(
                by=request.user,
                household_no=form.cleaned_data["no"],
                ground=form.cleaned_data["ground"],
                at=timezone.now(),
            )
        except Refused as refusal:
            if refusal.code == "no_household":
                typed_nothing(request, form.cleaned_data["no"].strip().upper())
            blame(form, refusal)
        else:
            assert case.household is not None
            messages.success(request, _("开了，半小时内能看这户。县里会有人来复核"))
            return redirect("services:recipients:detail", case.household.no)
    context = {"form": form, "cases": own_emergencies(request.user)[:SHOWN], "now": timezone.now()}
    return render(request, "services/recipients/emergency.html", context, status=status_of(form))


@needs(ASK, takes_object="sightcase", methods=("POST",))
def emergency_end(request: HttpRequest, no: str) -> HttpResponse:
    """Done looking: give the sight back before its time."""
    case = case_for(request.user, no, to="end")
    try:
        emergency.end_emergency(by=request.user, case=case, at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("关上了"))
    return redirect("services:recipients:emergency")


@needs(REVIEW, methods=("GET",))
def sight(request: HttpRequest) -> HttpResponse:
    """What waits for review, what was reviewed, and the nightly reports."""
    rows = cases_to_review(request.user)
    context = {
        "waiting": rows.filter(verdict=SightVerdict.OPEN).order_by("valid_from")[:SHOWN],
        "done": rows.exclude(verdict=SightVerdict.OPEN).order_by("-reviewed_at")[:SHOWN],
        "reports": SightReport.objects.order_by("-day")[:SHOWN],
    }
    return render(request, "services/recipients/sight.html", context)


@needs(REVIEW, takes_object="sightcase")
def sight_case(request: HttpRequest, no: str) -> HttpResponse:
    """One case: what was looked at, why, and the reviewer's word."""
    case = case_for(request.user, no)
    form = ReviewForm(request.POST or None)
    if form.is_valid():
        try:
            emergency.review_sight(by=request.user, case=case, at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("复核好了"))
            return redirect("services:recipients:sight")
    context: dict[str, Any] = {
        "case": case,
        "form": form,
        "own": case.user_id == request.user.pk,
        "looks": emergency.looks_in(case),
    }
    return render(request, "services/recipients/sight_case.html", context, status=status_of(form))


@needs(REVIEW, takes_object="sightreport", methods=("GET",))
def sight_report(request: HttpRequest, day: str) -> HttpResponse:
    """What widened on one day."""
    report = report_for(request.user, day)
    return render(
        request, "services/recipients/sight_report.html", {"report": report, "lines": lines_in_words(report)}
    )
