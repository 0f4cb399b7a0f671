"""Dated intervals, months and working days, all as the calendar hangs in Shanghai."""

import calendar as month_calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
from chinese_calendar.constants import Holiday
from chinese_calendar.constants import holidays as _library_holidays
from chinese_calendar.constants import workdays as _library_workdays
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portal.base.dates import in_english
from portal.base.models import CalendarDay
from portal.base.refused import Refused

SHANGHAI = ZoneInfo("Asia/Shanghai")
_LIBRARY_YEARS = frozenset(day.year for day in _library_holidays)
_SEARCH_DAYS = 60
FEASTS = 2


@dataclass(frozen=True)
class Interval:
    """Days from `start` up to, not including, `end`; without an end it stands open."""

    start: date
    end: date | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end <= self.start:
            raise Refused("interval_order", _("结束日期应晚于开始日期，请再看一遍"))

    def contains(self, day: date) -> bool:
        """Whether the day lies inside."""
        return self.start <= day and (self.end is None or day < self.end)

    def overlaps(self, other: "Interval") -> bool:
        """Whether the two share a day; touching ends share none."""
        return (other.end is None or self.start < other.end) and (self.end is None or other.start < self.end)

    def days(self) -> Iterator[date]:
        """Each day of a closed interval."""
        if self.end is None:
            raise ValueError("an open interval has no last day")
        return (self.start + timedelta(days=n) for n in range((self.end - self.start).days))


def local_date(at: datetime) -> date:
    """The day in Shanghai of a moment."""
    return at.astimezone(SHANGHAI).date()


def day_start(day: date) -> datetime:
    """The first moment of a day in Shanghai."""
    return datetime.combine(day, time.min, SHANGHAI)


def month_of(day: date) -> Interval:
    """The calendar month of a day."""
    first = day.replace(day=1)
    return Interval(first, add_months(first, 1))


def month_bounds(year: int, month: int) -> tuple[datetime, datetime]:
    """The first moment of a month and of the next, in Shanghai: half-open, so every visit is in one."""
    first = date(year, month, 1)
    return day_start(first), day_start(add_months(first, 1))


def add_months(day: date, months: int) -> date:
    """The same day some months on; the last of the month where there is no such day."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = month_calendar.monthrange(years, month + 1)[1]
    return date(years, month + 1, min(day.day, last))


def age_on(birth_date: date, on: date) -> int:
    """Full years (周岁). Who is born on 29 February is a year older on 1 March in a common year."""
    return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))


def feasts_entered(year: int) -> QuerySet[CalendarDay]:
    """New Year's Day and National Day as far as they are in our table: with all of them the list was entered."""
    return CalendarDay.objects.filter(day__in=[date(year, 1, 1), date(year, 10, 1)], works=False)


def calendar_known(year: int) -> bool:
    """Whether the State Council's list of that year is known, from the table or the library.

    If not, plain weekdays count and the page that shows a deadline should say so.
    """
    if library_knows(year):
        return True
    return feasts_entered(year).count() == FEASTS


def require_calendar(year: int) -> None:
    """For deadlines that must not be guessed. Refused: calendar_missing."""
    if not calendar_known(year):
        raise Refused(
            "calendar_missing", _("%(year)d 年的放假安排还没录入，请先到“日历”里录入") % {"year": year}
        )


def is_working_day(day: date) -> bool:
    """Whether offices work that day: our table first, then the library, then plain weekdays."""
    row = CalendarDay.objects.filter(day=day).values_list("works", flat=True).first()
    return library_works(day) if row is None else row


def working_days_after(start: date, count: int) -> date:
    """The `count`-th working day after `start`; `start` itself does not count. Refused: calendar_missing."""
    if count < 0:
        raise ValueError("count working days forward")
    day, left = start, count
    while left:
        try:
            stretch = [day + timedelta(days=n) for n in range(1, _SEARCH_DAYS + 1)]
        except OverflowError:
            raise Refused("calendar_missing", _("日期太远了，请再看一遍")) from None
        table = dict(
            CalendarDay.objects.filter(day__gt=day, day__lte=stretch[-1]).values_list("day", "works")
        )
        for day in stretch:
            left -= table.get(day, library_works(day))
            if not left:
                break
    return day


def library_knows(year: int) -> bool:
    """Whether the library holds the State Council's list of that year."""
    return year in _LIBRARY_YEARS


def library_works(day: date) -> bool:
    """Whether offices work that day by the library, or by the plain week where it has no list."""
    if library_knows(day.year):
        return bool(chinese_calendar.is_workday(day))
    return day.weekday() < 5


def library_days(year: int) -> list[tuple[date, bool, str]]:
    """The library's holidays and worked weekends of a year: day, whether it works, and the feast's name."""
    names = {each.value: each.chinese for each in Holiday}
    kinds = ((False, _library_holidays), (True, _library_workdays))
    return [
        (day, works, name if in_english() else names[name])
        for works, days in kinds
        for day, name in days.items()
        if day.year == year
    ]
