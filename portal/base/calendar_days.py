"""The county's own list of days that differ from the plain week: who enters and takes out what.

A day here goes before the library's (`periods`). Deadlines that were counted already stand as they are.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.base.audit import record
from portal.base.calendar_list import LONGEST_NAME, Entry, Fault, read_days
from portal.base.models import CalendarDay
from portal.base.periods import calendar_known, library_days, library_knows, library_works
from portal.base.refused import Refused

KEEP = "portal.change_calendarday"
PUBLISHED_FROM_MONTH = 11  # the State Council's office publishes next year's list in November
YEARS_BACK = 5
YEARS_AHEAD = 2


@dataclass(frozen=True)
class Line:
    """A day that differs from the plain week, or that the county entered itself."""

    day: date
    works: bool
    name: str
    own: bool
    against_library: bool = False


@dataclass(frozen=True)
class Entered:
    """What a list changed, in days."""

    added: int
    changed: int
    same: int


def years_kept(on: date) -> range:
    """The years that may be entered: a slip such as 2072 is none of them."""
    return range(on.year - YEARS_BACK, on.year + YEARS_AHEAD + 1)


def years_to_enter(on: date) -> list[int]:
    """Years that are due by now and not in the library: this one, and from November the next."""
    due = [on.year, on.year + 1] if on.month >= PUBLISHED_FROM_MONTH else [on.year]
    return [year for year in due if not library_knows(year)]


def missing_years(on: date) -> list[int]:
    """Years whose list should be there by now and is not."""
    return [year for year in years_to_enter(on) if not calendar_known(year)]


def days_of(year: int) -> list[Line]:
    """The year's days that differ from the plain week: our own table first, then the library."""
    found: dict[date, Line] = {}
    for day, works, name in library_days(year):
        found[day] = Line(day, works, name, own=False)
    for row in CalendarDay.objects.filter(day__year=year):
        other = found.get(row.day)
        differs = library_knows(year) and library_works(row.day) != row.works
        found[row.day] = Line(row.day, row.works, row.name or (other.name if other else ""), True, differs)
    return sorted(found.values(), key=lambda line: line.day)


@transaction.atomic
def set_day(*, by: Any, day: date, works: bool, name: str, on: date) -> bool:
    """Enter one day, or change it; whether that changed anything. Refused: year_far, works_anyway, name_long."""
    if day.year not in years_kept(on):
        raise Refused("year_far", _("年份太远了，请再看一遍"), field="day")
    if len(name) > LONGEST_NAME:
        raise Refused("name_long", _("名称最多 50 个字"), field="name")
    row = CalendarDay.objects.filter(day=day).first()
    if works and row is None and _works_anyway(day):
        raise Refused("works_anyway", _("这天平常就上班，不用录。请核对日期"), field="day")
    if row is not None and (row.works, row.name) == (works, name):
        return False
    row, _new = CalendarDay.objects.update_or_create(day=day, defaults={"works": works, "name": name})
    record(by, "calendar.day_set", row, day=day.isoformat(), works=works)
    return True


@transaction.atomic
def remove_day(*, by: Any, day: date) -> bool:
    """Take one day out of the county's own list; whether it was there."""
    gone, _kinds = CalendarDay.objects.filter(day=day).delete()
    if gone:
        record(by, "calendar.day_removed", day=day.isoformat())
    return bool(gone)


def faults_of(entries: Iterable[Entry], text: str) -> list[Fault]:
    """What only the calendar itself can say of a list: a weekday as a made-up working day is a slip."""
    rows = list(entries)
    own = set(CalendarDay.objects.filter(day__in=[row.day for row in rows]).values_list("day", flat=True))
    lines = text.lstrip("\ufeff").splitlines()
    found: dict[int, Fault] = {}
    for row in rows:
        if row.works and row.day not in own and _works_anyway(row.day):
            why = _("%(day)s 平常就上班，不用写。请核对日期") % {"day": row.day.isoformat()}
            found.setdefault(row.line, Fault(row.line, lines[row.line - 1].strip(), why))
    return list(found.values())


def check_list(text: str, *, year: int, on: date) -> tuple[list[Entry], list[Fault]]:
    """The days of a pasted list, and every line that is wrong."""
    read = read_days(text, year=year, years=years_kept(on))
    faults = read.faults + faults_of(read.entries, text)
    return read.entries, sorted(faults, key=lambda fault: fault.line)


@transaction.atomic
def enter_list(*, by: Any, entries: list[Entry]) -> Entered:
    """Enter a checked list, whole; the same list again changes nothing."""
    have = {row.day: row for row in CalendarDay.objects.filter(day__in=[entry.day for entry in entries])}
    new = [entry for entry in entries if entry.day not in have]
    changed = []
    for entry in entries:
        row = have.get(entry.day)
        if row is not None and (row.works, row.name) != (entry.works, entry.name or row.name):
            row.works, row.name = entry.works, entry.name or row.name
            changed.append(row)
    CalendarDay.objects.bulk_create(
        [CalendarDay(day=entry.day, works=entry.works, name=entry.name) for entry in new],
        update_conflicts=True,
        unique_fields=["day"],
        update_fields=["works", "name"],
    )
    CalendarDay.objects.bulk_update(changed, ["works", "name"])
    if new or changed:
        years = sorted({entry.day.year for entry in entries})
        record(by, "calendar.list_entered", years=years, added=len(new), changed=len(changed))
    return Entered(len(new), len(changed), len(entries) - len(new) - len(changed))


def _works_anyway(day: date) -> bool:
    """A plain weekday that no list makes a holiday."""
    return day.weekday() < 5 and library_works(day)
