"""Households as JSON: the list, one file, why one sees it, and looking behind a mask.

The same door, table of fields, ground, log and brake as the pages of `views`; the object of another is 404,
the same as one that never was.
"""

from datetime import date, datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from portal.base.models import OPEN_END
from services.recipients.access import explain, household_for, windows
from services.recipients.around import around_of
from services.recipients.fields import shown
from services.recipients.listing import PAGE, lines, ordered, search
from services.recipients.looking import note_opened
from services.recipients.models import Household
from services.recipients.presenting import Row, file_view
from services.recipients.queries import with_people
from services.recipients.unmasking import note_health_read, unmask

# No column of a database holds a NUL.
NO_NUL = r"^[^\x00]*$"
router = Router(tags=["households"])


class LineOut(Schema):
    """A household of the list; the name as the reader's lists show it."""

    no: str
    name: str
    place: str
    self_care: str
    state: str


class ListOut(Schema):
    """A page of the list."""

    total: int
    page: int
    pages: int
    households: list[LineOut]


class FieldOut(Schema):
    """One field as it shows now. `opens` is the field that a click would show, with a ground where one is asked."""

    key: str
    label: str
    value: str
    opens: str = ""
    needs_ground: bool = False
    unmasked: bool = False


class MemberOut(Schema):
    """One person of the household."""

    name: str
    about: str
    fields: list[FieldOut]
    categories: list[str]
    self_care: str
    assessed_on: date | None


class CircleOut(Schema):
    """Somebody around the household."""

    name: str
    about: str
    phone: str
    address: str


class HouseholdOut(Schema):
    """A file, as far as the reader may see it now."""

    no: str
    state: str
    name: str
    fields: list[FieldOut]
    members: list[MemberOut]
    risks: list[str]
    circle: list[CircleOut]
    circle_opens: bool


class ReasonOut(Schema):
    """Why the door is open: source (place, task, person), role, cause, and until when (null: until it is ended)."""

    source: str
    role: str
    cause: str
    until: datetime | None


class WhyOut(Schema):
    """Every reason, and how each field shows: C clear, M masked, D a logged click, D* with a ground, - nothing."""

    reasons: list[ReasonOut]
    fields: dict[str, str]


class UnmaskIn(Schema):
    """Which field to look at, and why."""

    field: str = Field(max_length=20)
    ground: str = Field("", max_length=200, pattern=NO_NUL)


@router.get("", response=ListOut, summary="The households one may see")
def household_list(
    request: HttpRequest, q: str = Query("", max_length=50), page: int = Query(1, ge=1, le=100_000)
) -> Any:
    """By name, pinyin, village or record number; an ID number finds nothing here."""
    rows = ordered(search(Household.objects.visible_to(request.user), q.replace("\x00", "")))
    found = Paginator(rows, PAGE).get_page(page)
    return {
        "total": found.paginator.count,
        "page": found.number,
        "pages": found.paginator.num_pages,
        "households": [
            {
                "no": line.household.no,
                "name": line.name,
                "place": f"{line.household.township} {line.household.region}",
                "self_care": line.household.self_care,
                "state": line.household.state,
            }
            for line in lines(request.user, list(found))
        ],
    }


@router.get("/{no}", response=HouseholdOut, summary="One file")
def household_detail(request: HttpRequest, no: str) -> Any:
    """Opening it is noted like on the page, at most once in five minutes."""
    return _file(request, household_for(request.user, no))


@router.post("/{no}/unmask", response=HouseholdOut, summary="Look behind a mask")
def household_unmask(request: HttpRequest, no: str, asked: UnmaskIn) -> Any:
    """The file with this one field open in this one answer; who looked, and why, is noted."""
    household = household_for(request.user, no)
    unmask(by=request.user, household=household, field=asked.field, ground=asked.ground, at=timezone.now())
    return _file(request, household, opened=asked.field)


@router.get("/{no}/why", response=WhyOut, summary="Why one sees this file")
def household_why(request: HttpRequest, no: str) -> Any:
    """The reasons of the door and the fields they open."""
    household = household_for(request.user, no)
    reasons, now = explain(request.user, household), timezone.now()
    return {
        "reasons": [
            {
                "source": reason.source,
                "role": reason.role,
                "cause": reason.cause,
                "until": None if reason.valid_to >= OPEN_END else reason.valid_to,
            }
            for reason in reasons
        ],
        "fields": shown(reasons, windows(request.user, [household], now)[household.pk]).modes,
    }


def _file(request: HttpRequest, household: Household, *, opened: str = "") -> dict[str, Any]:
    """The file of the page as data. Refused: too_fast."""
    user, now, today = request.user, timezone.now(), timezone.localdate()
    household = with_people(household)
    reasons = explain(user, household)
    seen = shown(reasons, windows(user, [household], now)[household.pk])
    note_opened(by=user, household=household, reasons=reasons, at=now)
    view = file_view(household, seen, on=today, opened=opened)
    if view.shows_health:
        note_health_read(by=user, household=household, reasons=reasons, at=now)
    around = around_of(household, seen, on=today, opened=opened)
    return {
        "no": household.no,
        "state": household.state,
        "name": view.title,
        "fields": [_row(row) for row in view.rows],
        "members": [
            {
                "name": member.name,
                "about": member.about,
                "fields": [_row(row) for row in member.rows],
                "categories": [each.words for each in member.categories],
                "self_care": member.assessment.self_care if member.assessment else "not_assessed",
                "assessed_on": member.assessment.assessed_on if member.assessment else None,
            }
            for member in view.members
        ],
        "risks": [": ".join(filter(None, (str(r.get_kind_display()), r.words))) for r in around.risks],
        "circle": [
            {"name": each.name, "about": each.about, "phone": each.phone, "address": each.address}
            for each in around.circle
        ],
        "circle_opens": around.circle_opens,
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "key": row.key,
        "label": row.label,
        "value": row.value,
        "opens": row.opens,
        "needs_ground": row.needs_ground,
        "unmasked": row.unmasked,
    }
