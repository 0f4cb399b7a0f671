"""Pages of what policy finds: look for people, see how far it is, check one by one."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.base.forms import blame
from portal.base.refused import Refused
from portal.permissions.gate import needs
from services.discovery import actions, queries
from services.discovery.access import (
    VERIFY,
    discoveries_of,
    discovery_for,
    places_to_search,
    run_for,
    runs_of,
)
from services.discovery.forms import DismissForm, ReportForm, RunForm
from services.discovery.models import DiscoveryState, RunState

PAGE = 50


@needs(VERIFY, methods=("GET",))
def discovery_list(request: HttpRequest) -> HttpResponse:
    """Who may be missing which help, by what was done about it."""
    tabs, rows, chosen = queries.tabs_and_rows(request.user, request.GET.get("state", ""))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "tabs_by_state": tabs,
        "page": page,
        "lines": queries.told(request.user, list(page), timezone.localdate()),
        "chosen": chosen,
        "last": runs_of(request.user).first(),
    }
    return render(request, "services/discovery/list.html", context)


@needs(VERIFY)
def run(request: HttpRequest) -> HttpResponse:
    """Ask the rules of every household of a place."""
    form = RunForm(request.POST or None, places=places_to_search(request.user))
    if form.is_valid():
        try:
            found = actions.ask_run(by=request.user, region=form.cleaned_data["region"])
        except Refused as refusal:
            blame(form, refusal)
        else:
            return redirect("services:discovery:progress", found.no)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "services/discovery/run.html", {"form": form}, status=status)


@needs(VERIFY, takes_object="DiscoveryRun", methods=("GET",))
def run_detail(request: HttpRequest, no: str) -> HttpResponse:
    """How far a run is."""
    row = run_for(request.user, no)
    response = render(request, "services/discovery/progress.html", {"run": row})
    if row.state != RunState.DONE:
        response["Refresh"] = "3"
    return response


@needs(VERIFY, takes_object="Discovery", methods=("GET",))
def discovery_detail(request: HttpRequest, no: str) -> HttpResponse:
    """One person and one help: what speaks for it, what is to be asked, and the answer."""
    return _page(request, no)


def _page(request: HttpRequest, no: str, form: DismissForm | None = None, status: int = 200) -> HttpResponse:
    row = discovery_for(request.user, no)
    context: dict[str, Any] = {
        "row": row,
        "line": queries.told(request.user, [row], timezone.localdate())[0],
        "form": form or DismissForm(initial={"version": row.version}),
        "may_answer": row.state == DiscoveryState.OPEN
        and discoveries_of(request.user, to="answer").filter(pk=row.pk).exists(),
    }
    return render(request, "services/discovery/detail.html", context, status=status)


@needs(VERIFY, takes_object="Discovery", methods=("POST",))
@require_POST
def report(request: HttpRequest, no: str) -> HttpResponse:
    """It may be true: begin the usual way."""
    row = discovery_for(request.user, no, to="answer")
    form = ReportForm(request.POST)
    try:
        version = form.cleaned_data["version"] if form.is_valid() else -1
        found = actions.report_discovery(by=request.user, row=row, version=version)
    except Refused as refusal:
        messages.warning(request, refusal.message)
        return _page(request, no, status=409 if refusal.code in {"stale", "wrong_state"} else 422)
    messages.success(request, _("报上去了，编号 %(no)s，照平常核实") % {"no": found.report.no})
    return redirect("services:discovery:detail", no)


@needs(VERIFY, takes_object="Discovery", methods=("POST",))
@require_POST
def dismiss(request: HttpRequest, no: str) -> HttpResponse:
    """It is not so."""
    row = discovery_for(request.user, no, to="answer")
    form = DismissForm(request.POST)
    if form.is_valid():
        try:
            actions.dismiss_discovery(by=request.user, row=row, **form.cleaned_data)
        except Refused as refusal:
            blame(form, refusal)
            return _page(request, no, form, 409 if refusal.code in {"stale", "wrong_state"} else 422)
        messages.success(request, _("记下了，同样的情况不再问"))
        return redirect("services:discovery:list")
    return _page(request, no, form, 422)
