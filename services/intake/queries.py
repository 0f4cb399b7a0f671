"""Reads for the pages of reports: steps in words, and whom to call."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from partners.models import Region
from portal.base.deadlines import TimeLeft, time_left
from portal.base.identifiers import HOTLINE
from services.intake.access import in_clear
from services.intake.models import Report, ReportState

# For places that have entered no office number.
PUBLIC_LINE = HOTLINE


Front = Callable[[Any], dict[str, Any]]
_fronts: list[Front] = []


def register_front(front: Front) -> None:
    """Let a later room say what comes first on the village page; called once by the app's `ready`."""
    if front not in _fronts:
        _fronts.append(front)


def fronts(user: Any) -> dict[str, Any]:
    """What comes first on this person's village page."""
    return {key: value for front in _fronts for key, value in front(user).items()}


@dataclass(frozen=True)
class StepInWords:
    """One step as the reporter reads it."""

    text: str
    at: datetime | None
    done: bool


@dataclass(frozen=True)
class ReportLine:
    """One report of a list. The name shows only where the reader may see it."""

    report: Report
    name: str
    left: TimeLeft | None


@dataclass(frozen=True)
class OnCall:
    """Whom to ring first."""

    office: str
    phone: str


def on_call(region: Region) -> OnCall:
    """The office number of the township, else of the county, else the public line."""
    paths = [region.path[:8], region.path[:4]]
    offices = {row.path: row for row in Region.objects.filter(path__in=paths).exclude(office_phone="")}
    for path in paths:
        if path in offices:
            return OnCall(str(offices[path]), offices[path].office_phone)
    return OnCall(str(settings.SPONSOR_NAME), PUBLIC_LINE)


def steps_of(report: Report) -> list[StepInWords]:
    """What became of a report, in the words of the reporter."""
    steps = [StepInWords(_("您报上来了"), report.created_at, True)]
    if report.state == ReportState.RECEIVED:
        return [*steps, StepInWords(_("等乡镇核实，最晚到这时"), report.due_at, False)]
    if report.state == ReportState.CLOSED and report.household_id is None:
        return [
            *steps,
            StepInWords(
                _("乡镇看过了，没有立案：%(why)s") % {"why": report.outcome}, report.updated_at, True
            ),
        ]
    steps.append(StepInWords(_("乡镇核实了，情况属实"), report.updated_at, True))
    for need in report.needs.order_by("pk"):
        words = {"service": need.get_service_display(), "state": need.get_state_display()}
        steps.append(
            StepInWords(_("%(service)s：%(state)s") % words, None, need.state in {"placed", "closed"})
        )
    return steps


def report_lines(user: Any, reports: list[Report], now: datetime) -> list[ReportLine]:
    """The reports of a page."""
    return [
        ReportLine(
            report,
            (report.person_name or _("不知道姓名")) if in_clear(user, report) else "",
            time_left(report.due_at, now) if report.state == ReportState.RECEIVED else None,
        )
        for report in reports
    ]
