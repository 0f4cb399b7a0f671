"""Pages of reports: the village officer's on the phone, and the township's list."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.base.forms import blame
from portal.base.refused import Refused
from portal.permissions.gate import needs
from services.intake import actions
from services.intake.access import (
    REPORT,
    VERIFY,
    in_clear,
    places_to_report,
    report_for,
    reports_to_verify,
    reports_visible_to,
)
from services.intake.duplicates import Known, known_already
from services.intake.forms import NoteForm, ReportForm
from services.intake.models import ReportState
from services.intake.queries import fronts, on_call, report_lines, steps_of

OWN_SHOWN = 20
PAGE = 50


@needs(REPORT, methods=("GET",))
def village(request: HttpRequest) -> HttpResponse:
    """The village officer's page: report a household, and what became of one's reports."""
    own = reports_visible_to(request.user).filter(reported_by=request.user)
    rows = own.select_related("region__parent").order_by("-created_at", "-pk")[:OWN_SHOWN]
    first = places_to_report(request.user).first()
    context = fronts(request.user) | {
        "lines": report_lines(request.user, list(rows), timezone.now()),
        "on_call": on_call(first) if first else None,
    }
    return render(request, "services/intake/village.html", context)


@needs(REPORT)
def report_new(request: HttpRequest) -> HttpResponse:
    """Report a household; urgent ones see the number to ring before the form."""
    urgent = request.GET.get("urgent") == "1"
    form = ReportForm(request.POST or None, user=request.user, initial={"urgent": "yes" if urgent else "no"})
    known, status = Known(), 200
    if form.is_valid():
        facts = form.facts()
        if not form.cleaned_data["anyway"]:
            known = known_already(request.user, facts["region"], facts["person_name"])
        if not known:
            try:
                report = actions.make_report(by=request.user, **facts)
            except Refused as refusal:
                blame(form, refusal)
            else:
                return redirect("services:intake:received", report.no)
        status = 409
    if form.errors:
        status = 422
    first = places_to_report(request.user).first()
    context = {
        "form": form,
        "known": known,
        "urgent": urgent,
        "on_call": on_call(first) if urgent and first else None,
    }
    return render(request, "services/intake/report.html", context, status=status)


@needs(REPORT, takes_object="report", methods=("GET",))
def report_received(request: HttpRequest, no: str) -> HttpResponse:
    """The receipt: number, what comes next, whom to ring if it is urgent."""
    report = report_for(request.user, no)
    context = {"report": report, "on_call": on_call(report.region) if report.urgent else None}
    return render(request, "services/intake/received.html", context)


@needs(REPORT, takes_object="report")
def report_own(request: HttpRequest, no: str) -> HttpResponse:
    """One report with its steps in words; a note may be added while it waits."""
    report = report_for(request.user, no)
    form = NoteForm(request.POST or None)
    if form.is_valid():
        try:
            actions.add_report_note(by=request.user, report=report, words=form.cleaned_data["words"])
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("补上了"))
            return redirect("services:intake:own", no)
    context = {
        "report": report,
        "clear": in_clear(request.user, report),
        "steps": steps_of(report),
        "form": form if report.state == ReportState.RECEIVED else None,
    }
    return render(request, "services/intake/own.html", context, status=422 if form.errors else 200)


@needs(VERIFY, methods=("GET",))
def report_list(request: HttpRequest) -> HttpResponse:
    """The township's reports by state and deadline."""
    state = request.GET.get("state", "")
    state = state if state in ReportState.values else ReportState.RECEIVED
    seen = reports_to_verify(request.user)
    counts = dict(seen.order_by().values_list("state").annotate(Count("pk")))
    rows = seen.filter(state=state).select_related("region__parent", "reported_by")
    page = Paginator(rows.order_by("due_at", "pk"), PAGE).get_page(request.GET.get("page"))
    tabs = [
        {
            "label": label,
            "url": f"?state={value}",
            "count": counts.get(value, 0),
            "current": value == state,
            "hot": value == ReportState.RECEIVED and bool(counts.get(value)),
        }
        for value, label in ReportState.choices
    ]
    context = {
        "tabs_by_state": tabs,
        "page": page,
        "lines": report_lines(request.user, list(page), timezone.now()),
    }
    return render(request, "services/intake/list.html", context)
