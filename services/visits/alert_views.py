"""Dangers: reporting one at the door, and dealing with it at the three desks."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.base.refused import Refused
from portal.permissions.gate import needs
from services.recipients.fields import listed_names, shown_to
from services.visits import access, alerting, dangers, queries
from services.visits.cards import clear_paths, phone_tabs, place_words
from services.visits.finishing import to_finish
from services.visits.forms import AlertForm, OutcomeForm
from services.visits.lifecycle import ALERT
from services.visits.looks import look, opened, page_of
from services.visits.models import Alert, AlertState

FIELDS = ("name", "address", "phone")


@needs(access.LOG, access.FINISH, takes_object="PlannedVisit")
def report(request: HttpRequest, no: str) -> HttpResponse:
    """Something is wrong here: five large choices, the numbers to call on top."""
    ending = to_finish(request.user, no)
    planned = ending[0] if ending else access.planned_for(request.user, no, to="alert")
    chosen = request.GET.get("flag", "")
    form = AlertForm(request.POST or None, initial={"flag": chosen} if chosen in dangers.DANGERS else None)
    if request.method == "POST" and form.is_valid():
        try:
            alert = alerting.raise_alert(
                planned=planned,
                by=request.user,
                flag=form.cleaned_data["flag"],
                words=form.cleaned_data["words"],
                uid=form.cleaned_data["uid"],
            )
            if ending:
                messages.success(request, _("报告了，乡镇和县里都知道了"))
                return redirect("services:visits:visit", no)
            return redirect("services:visits:alert_told", no, alert.no)
        except Refused as refusal:
            form.add_error(refusal.field, refusal.message)
    return render(
        request,
        "services/visits/alert.html",
        {
            "planned": planned,
            "form": form,
            "office_phone": planned.task.need.household.township.office_phone,
            "tabs": phone_tabs("today"),
        },
        status=422 if form.is_bound else 200,
    )


@needs(access.LOG, takes_object="PlannedVisit", methods=("GET",))
def told(request: HttpRequest, no: str, alert_no: str) -> HttpResponse:
    """Who was told, and what to do meanwhile."""
    planned = access.planned_for(request.user, no, to="alert")
    alert = access.own_alert_for(request.user, planned, alert_no)
    return render(
        request,
        "services/visits/alert_told.html",
        {
            "planned": planned,
            "alert": alert,
            "danger": dangers.DANGERS.get(alert.flag),
            "office_phone": planned.task.need.household.township.office_phone,
            "tabs": phone_tabs("today"),
        },
    )


@needs(access.RECEIVE, methods=("GET",))
def alerts(request: HttpRequest, area: str) -> HttpResponse:
    """What was reported, the overdue first."""
    now = timezone.now()
    received = access.alerts_received_by(request.user)
    state = request.GET.get("state", "open")
    wanted = {
        "open": received.filter(state=AlertState.OPEN),
        "acknowledged": received.filter(state=AlertState.ACKNOWLEDGED),
        "closed": received.filter(state=AlertState.CLOSED),
    }
    state = state if state in wanted else "open"
    page = page_of(request, queries.alert_list(wanted[state], now))
    counts = queries.alert_counts(received)
    names = listed_names(request.user, [row.household for row in page], clear_paths(request.user))
    return render(
        request,
        "services/visits/alerts.html",
        {
            "area": area,
            "page": page,
            "rows": [_row(alert, names[alert.household_id], now) for alert in page],
            "items": [
                {
                    "label": label,
                    "url": f"?state={code}",
                    "count": counts[code],
                    "current": code == state,
                    "hot": code == AlertState.OPEN,
                }
                for code, label in AlertState.choices
            ],
        },
    )


def _row(alert: Alert, name: str, now: Any) -> dict[str, Any]:
    due = dangers.due_at(alert.level, alert.raised_at)
    return {
        "alert": alert,
        "name": name,
        "words": dangers.words_of(alert.flag),
        "place": place_words(alert.household.region),
        "due": due,
        "overdue": alert.state == AlertState.OPEN and due <= now,
    }


@needs(access.RECEIVE, takes_object="Alert", methods=("GET",))
def alert(request: HttpRequest, no: str, area: str) -> HttpResponse:
    """One alert: what, where, who; take it, write down what was done."""
    return _alert_page(request, access.alert_for(request.user, no), area)


def _alert_page(
    request: HttpRequest, alert: Alert, area: str, form: OutcomeForm | None = None
) -> HttpResponse:
    now = timezone.now()
    shown = shown_to(request.user, alert.household, now)
    return render(
        request,
        "services/visits/alert_desk.html",
        {
            "area": area,
            "alert": alert,
            "look_url": reverse(f"services:visits:{area}_alert_look", args=[alert.no]),
            "acknowledge_url": reverse(f"services:visits:{area}_alert_acknowledge", args=[alert.no]),
            "close_url": reverse(f"services:visits:{area}_alert_close", args=[alert.no]),
            "row": _row(alert, shown.name(alert.household), now),
            "fields": opened(request.user, alert.household, FIELDS, now),
            "may_take": ALERT.allows(alert.state, "acknowledge"),
            "may_close": ALERT.allows(alert.state, "close"),
            "form": form or OutcomeForm(),
            "bad": form is not None,
        },
        status=422 if form is not None else 200,
    )


@needs(access.RECEIVE, takes_object="Alert", methods=("POST",))
@require_POST
def acknowledge(request: HttpRequest, no: str, area: str) -> HttpResponse:
    """I deal with this."""
    row = access.alert_for(request.user, no)
    try:
        alerting.acknowledge_alert(alert=row, by=request.user)
        messages.success(request, _("已由您接手，报告的人会收到通知"))
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect(f"services:visits:{area}_alert", no)


@needs(access.RECEIVE, takes_object="Alert", methods=("POST",))
@require_POST
def close(request: HttpRequest, no: str, area: str) -> HttpResponse:
    """What was done, and it is over."""
    row = access.alert_for(request.user, no)
    form = OutcomeForm(request.POST)
    if form.is_valid():
        try:
            alerting.close_alert(alert=row, by=request.user, outcome=form.cleaned_data["outcome"])
            messages.success(request, _("已记下处理结果"))
            return redirect(f"services:visits:{area}_alert", no)
        except Refused as refusal:
            form.add_error(refusal.field, refusal.message)
    return _alert_page(request, row, area, form)


@needs(access.RECEIVE, takes_object="Alert", methods=("POST",))
@require_POST
def look_alert(request: HttpRequest, no: str, area: str) -> HttpResponse:
    """Lift a mask of the household of an alert; leaves a line."""
    row = access.alert_for(request.user, no)
    look(request, row.household, FIELDS)
    return redirect(f"services:visits:{area}_alert", no)
