"""Hours on their way out: ask for a list; and the bureau's table of its columns, looked at on real rows first."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.base.forms import blame
from portal.base.refused import Refused
from portal.permissions.gate import needs
from portal.permissions.hats import permissions_of
from services.exports.access import places_to_export
from services.exports.actions import Wanted, ask_export
from services.exports.kinds import EXPORT
from services.exports.models import ExportList
from services.hours.list_actions import shape_columns
from services.hours.list_forms import PARTS, ColumnRows, ListForm
from services.hours.list_models import HoursColumn
from services.hours.lists import Span, columns_of, lines_of, open_columns, rows_of
from services.hours.queries import levels_on
from services.hours.sources import SOURCES, Cell

MAP = "services.map_hours"
LOOKED_AT = 5


@needs(EXPORT)
def list_new(request: HttpRequest) -> HttpResponse:
    """Ask for a list of hours; its columns are those of the table."""
    today = timezone.localdate()
    first = {"what": ExportList.SERVICES, "first_day": today.replace(month=1, day=1), "last_day": today}
    places = places_to_export(request.user, ExportList.SERVICES)
    form = ListForm(request.POST or None, places=places, initial=first)
    if form.is_valid():
        data = form.cleaned_data
        wanted = Wanted(data["what"], data["file_type"], data["first_day"], data["last_day"])
        columns = [row.source for row in columns_of(wanted.what) if row.shown]
        try:
            export = ask_export(
                by=request.user, region=data["region"], columns=columns, purpose=data["purpose"],
                full_names=data["full_names"], wanted=wanted,
            )  # fmt: skip
        except Refused as refusal:
            blame(form, refusal)
        else:
            return redirect("services:exports:detail", export.no)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "services/hours/list_new.html", {"form": form}, status=status)


@needs(MAP)
def columns(request: HttpRequest) -> HttpResponse:
    """The table of columns of one list, and how real rows look under it; names and numbers stay masked here."""
    part = request.GET.get("part", "")
    part = part if part in SOURCES else str(ExportList.SERVICES)
    rows = columns_of(part)
    edit = ColumnRows(rows, request.POST if request.method == "POST" else None)
    problems: list[str] = []
    drawn = rows
    if request.method == "POST":
        if not edit.is_valid():
            problems = edit.problems
        elif "look" in request.POST:
            drawn = edit.drawn()
        else:
            try:
                changed = shape_columns(part=part, shapes=edit.shapes(), by=request.user)
            except Refused as refusal:
                problems = [refusal.message]
            else:
                words = _("改好了 %(n)s 列，从下一份导出起照这样") if changed else _("没有要改的")
                messages.success(request, words % {"n": changed} if changed else words)
                return redirect(f"{reverse('services:hours:columns')}?part={part}")
    tabs = [{"label": label, "url": f"?part={key}", "current": key == part} for key, label in PARTS]
    context = {"edit": edit, "problems": problems, "tabs_by_list": tabs} | _look(request, part, drawn)
    return render(request, "services/hours/columns.html", context, status=422 if problems else 200)


def _look(request: HttpRequest, part: str, drawn: list[HoursColumn]) -> dict[str, Any]:
    today = timezone.localdate()
    shown = open_columns(drawn, permissions_of(request.user))
    rows = rows_of(part, request.user, Span(today.replace(month=1, day=1), today))[:LOOKED_AT]
    return {
        "headings": [row.heading for row in shown],
        "lines": list(lines_of(rows, shown, Cell(levels=levels_on(today)))),
        "looking": "look" in request.POST,
    }
