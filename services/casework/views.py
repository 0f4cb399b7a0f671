"""The desk of staff, its search, and the township's work on reports."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.base.calendar_days import KEEP as KEEP_CALENDAR
from portal.base.calendar_days import years_to_enter
from portal.base.deadlines import time_left
from portal.base.forms import blame
from portal.base.periods import FEASTS, feasts_entered
from portal.base.refused import Refused
from portal.permissions.gate import needs
from portal.permissions.hats import permissions_of, places_for
from services.casework import actions
from services.casework.desk import lines_for, sections_for
from services.casework.forms import CloseReportForm, SearchForm, VerifyReportForm
from services.casework.queries import households_meant, search_desk
from services.intake.access import in_clear, report_for
from services.intake.actions import close_report
from services.intake.lifecycle import REPORT
from services.intake.models import Report, ReportState
from services.recipients.access import household_for
from services.recipients.actions import create_household
from services.recipients.forms import NewHouseholdForm
from services.recipients.history import history_of_record
from services.tasks.access import VERIFY

EDIT = "services.edit_household"


@needs("services.open_desk", methods=("GET",))
def desk(request: HttpRequest) -> HttpResponse:
    """What waits for me, the soonest first."""
    held = [
        ("services.view_contract", _("结算单送来后会出现在这里。现在先看合同。")),
    ]
    now, mine = timezone.now(), permissions_of(request.user)
    years = years_to_enter(timezone.localdate()) if KEEP_CALENDAR in mine else []
    lines, entered = lines_for(request.user, now, [feasts_entered(year) for year in years])
    context = {
        "sections": sections_for(request.user, now),
        "lines": lines,
        "sentences": [text for permission, text in held if permission in mine],
        "may_search": VERIFY in mine,
        "missing_calendars": [year for year, n in zip(years, entered, strict=True) if n < FEASTS],
    }
    return render(request, "services/casework/desk.html", context)


@needs(VERIFY, methods=("GET",))
def desk_search(request: HttpRequest) -> HttpResponse:
    """Find a household, need or report within one's own sight."""
    form = SearchForm(request.GET)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    context = {"form": form, "text": text, "found": search_desk(request.user, text)}
    return render(request, "services/casework/search.html", context)


@needs(VERIFY, takes_object="report", methods=("GET",))
def report_detail(request: HttpRequest, no: str) -> HttpResponse:
    """A report with what may be done: tie it to a household, open a new file, or close it."""
    report = report_for(request.user, no, to="verify")
    return _report_page(request, report)


def _report_page(
    request: HttpRequest, report: Report, form: Any = None, closing: Any = None, status: int = 200
) -> HttpResponse:
    first = request.GET.get("household", "").replace("\x00", "")
    waits = report.state == ReportState.RECEIVED
    if form is None and waits:
        suggested = households_meant(request.user, report, first)
        initial = {"version": report.version, "household": first}
        form = VerifyReportForm(suggested=suggested, initial=initial)
    context = {
        "report": report,
        "clear": in_clear(request.user, report),
        "left": time_left(report.due_at, timezone.now()) if waits else None,
        "form": form if waits else None,
        "closing": closing or CloseReportForm(initial={"version": report.version}, prefix="close"),
        "may_close": REPORT.allows(report.state, "close") and waits,
        "may_create": waits and request.user.has_perm(EDIT),
        "raised": report.needs.order_by("pk"),
        "history": history_of_record("report", report.no),
    }
    return render(request, "services/casework/report.html", context, status=status)


@needs(VERIFY, takes_object="report")
def report_verify(request: HttpRequest, no: str) -> HttpResponse:
    """Tie a report to a household and raise its needs."""
    report = report_for(request.user, no, to="verify")
    if request.method != "POST":
        return redirect("services:casework:report", no)
    form = VerifyReportForm(request.POST, suggested=households_meant(request.user, report))
    if form.is_valid():
        try:
            made = actions.verify_report(
                by=request.user,
                report=report,
                version=form.cleaned_data["version"],
                household=_chosen(request.user, form.cleaned_data["chosen"]),
                services=form.cleaned_data["services"],
            )
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("核实好了，提了 %(count)d 项需求") % {"count": len(made)})
            return redirect("services:casework:report", no)
    return _report_page(request, report_for(request.user, no, to="verify"), form=form, status=422)


def _chosen(user: Any, no: str) -> Any:
    """The household that was named; one out of sight reads like one that never was."""
    try:
        return household_for(user, no, VERIFY)
    except Http404:
        raise Refused("no_household", _("没有这个编号的住户，请再核一遍"), "household_no") from None


@needs(VERIFY, takes_object="report")
def report_close(request: HttpRequest, no: str) -> HttpResponse:
    """Close a report from which nothing follows."""
    report = report_for(request.user, no, to="close")
    if request.method != "POST":
        return redirect("services:casework:report", no)
    closing = CloseReportForm(request.POST, prefix="close")
    if closing.is_valid():
        try:
            close_report(
                by=request.user,
                report=report,
                version=closing.cleaned_data["version"],
                outcome=closing.cleaned_data["reason"],
            )
        except Refused as refusal:
            blame(closing, refusal)
        else:
            messages.success(request, _("结束了，上报人会看到原因"))
            return redirect("services:casework:report", no)
    return _report_page(request, report_for(request.user, no, to="close"), closing=closing, status=422)


@needs(EDIT, takes_object="report")
def report_household(request: HttpRequest, no: str) -> HttpResponse:
    """Open a new file for a report, then come back to tie it."""
    report = report_for(request.user, no, to="verify")
    if report.state != ReportState.RECEIVED:
        return redirect("services:casework:report", no)
    initial = {"name": report.person_name, "region": report.region.code}
    form = NewHouseholdForm(request.POST or None, paths=places_for(request.user, EDIT), initial=initial)
    if form.is_valid():
        try:
            made = create_household(
                by=request.user, facts=form.facts(), head=form.person_facts(), on=timezone.localdate()
            )
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("档案建好了，请接着核实"))
            page = redirect("services:casework:report", no)
            page["Location"] += f"?household={made.no}"
            return page
    context = {"form": form, "report": report}
    return render(request, "services/recipients/create.html", context, status=422 if form.errors else 200)
