"""Decisions about hours on plain values: how long counts, how many stars, what people read."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

# A visit that nobody ended is no visit of a whole day: what is longer is asked about, not counted.
LONGEST = timedelta(hours=12)


def whole_minutes(starts_at: datetime, ends_at: datetime) -> int:
    """The minutes from arriving to leaving, rounded down; the way there is not in it."""
    return max(int((ends_at - starts_at).total_seconds() // 60), 0)


def too_long(starts_at: datetime, ends_at: datetime) -> bool:
    """Whether so long a time has to be asked about first."""
    return ends_at - starts_at > LONGEST


def stars(minutes: int, levels: Iterable[tuple[int, int]]) -> int:
    """How many stars so many voluntary minutes make; `levels` are (stars, hours) of one set."""
    return max((count for count, hours in levels if minutes >= hours * 60), default=0)


def next_level(minutes: int, levels: Iterable[tuple[int, int]]) -> tuple[int, int] | None:
    """The next level and the minutes still lacking; None at the top."""
    above = sorted((hours * 60 - minutes, count) for count, hours in levels if minutes < hours * 60)
    return (above[0][1], above[0][0]) if above else None


def hours_words(minutes: int) -> str:
    """12 小时 30 分."""
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else ""
    if not rest:
        return sign + _("%(hours)d 小时") % {"hours": hours}
    if not hours:
        return sign + _("%(rest)d 分钟") % {"rest": rest}
    return sign + _("%(hours)d 小时 %(rest)d 分") % {"hours": hours, "rest": rest}


def set_in_force(rows: Iterable[tuple[date, int, int]], on: date) -> list[tuple[int, int]]:
    """Of dated (day, stars, hours) the newest set that has begun, as (stars, hours)."""
    begun = [row for row in rows if row[0] <= on]
    newest = max((day for day, _stars, _hours in begun), default=None)
    return sorted((count, hours) for day, count, hours in begun if day == newest)
