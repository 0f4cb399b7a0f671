"""What standing follows from facts and dates: decisions on values only, for any day.

A day counts when it lies between the first and the last day of a span, both included. Months run from the day
of issue to the day before the same day of the month; where there is no such day, from the last of the month.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from portal.base.periods import add_months, day_start, local_date

LAPSING_DAYS = 60
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Demand:
    """One requirement in force from `start` up to, not including, `end`."""

    code: str
    start: date
    end: date
    service: str = ""
    validity: str = "lasting"
    months: int = 0

    def in_force(self, on: date) -> bool:
        """Whether it is asked on that day."""
        return self.start <= on < self.end


@dataclass(frozen=True)
class Fact:
    """Something accepted, registered or passed: from a day, until the day written on it, if any."""

    code: str
    start: date
    until: date | None = None


@dataclass(frozen=True)
class Stop:
    """A suspension, from one instant up to another."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class Subject:
    """All that decides the standing of one party. `approved_on` is None before approval."""

    demands: tuple[Demand, ...] = ()
    facts: tuple[Fact, ...] = ()
    approved_on: date | None = None
    ended_on: date | None = None
    stops: tuple[Stop, ...] = ()


@dataclass(frozen=True)
class Line:
    """One requirement on one day: `missing`, `coming`, `valid`, `lapsing` or `lapsed`, and its last day."""

    demand: Demand
    state: str
    until: date | None = None

    @property
    def holds(self) -> bool:
        """Whether it is met."""
        return self.state in {"valid", "lapsing"}


@dataclass(frozen=True)
class Standing:
    """The word, the last day on which it will hold without anything new, and each requirement.

    `until` is None where nothing ends, and where the standing does not hold.
    """

    word: str
    until: date | None = None
    days_left: int | None = None
    lines: tuple[Line, ...] = field(default=())

    @property
    def holds(self) -> bool:
        """Whether the party may be asked to do something new."""
        return self.word in {"valid", "lapsing"}

    @property
    def lacking(self) -> tuple[Line, ...]:
        """The requirements that are not met."""
        return tuple(line for line in self.lines if not line.holds)


def span(demand: Demand, fact: Fact) -> tuple[date, date]:
    """The first and the last day on which this fact meets this requirement; an open end is `date.max`."""
    ends = [fact.until or date.max]
    if demand.validity == "months":
        ends.append(add_months(fact.start, demand.months) - DAY)
    return fact.start, min(ends)


def line_on(demand: Demand, facts: Iterable[Fact], on: date) -> Line:
    """How one requirement stands on a day; spans that follow one another without a gap count as one."""
    spans = sorted(span(demand, fact) for fact in facts if fact.code == demand.code)
    until = max((end for start, end in spans if start <= on <= end), default=None)
    if until is None:
        over = [end for start, end in spans if end < on and start <= end]
        if over:
            return Line(demand, "lapsed", max(over))
        return Line(demand, "coming" if any(start > on for start, _end in spans) else "missing")
    for start, end in spans:
        if until < date.max and start <= until + DAY:
            until = max(until, end)
    if until == date.max:
        return Line(demand, "valid")
    return Line(demand, "lapsing" if (until - on).days <= LAPSING_DAYS else "valid", until)


def asked_on(subject: Subject, on: date, service: str = "") -> list[Demand]:
    """The requirements in force on a day: the general ones, and those of the service where one is named."""
    return [d for d in subject.demands if d.in_force(on) and d.service in ("", service)]


def stopped(stops: Iterable[Stop], at: datetime) -> bool:
    """Whether a suspension covers this instant; of a visit it is asked with the time of the visit."""
    return any(stop.start <= at < stop.end for stop in stops)


def standing(subject: Subject, at: datetime, service: str = "") -> Standing:
    """The standing at an instant, general or for one service.

    `suspended` goes before all else, then `not_yet` (not approved), `lapsed`, `not_yet` (something was never
    handed in), `lapsing`, `valid`. After the end of a membership or badge it is `lapsed`.
    """
    on = local_date(at)
    lines = tuple(line_on(d, subject.facts, on) for d in asked_on(subject, on, service))
    word = _word(subject, lines, at, on)
    if word != "valid":
        return Standing(word, lines=lines)
    until = _last_day(subject, at, service)
    if until is None:
        return Standing("valid", lines=lines)
    left = (until - on).days
    return Standing("lapsing" if left <= LAPSING_DAYS else "valid", until, left, lines)


def _word(subject: Subject, lines: tuple[Line, ...], at: datetime, on: date) -> str:
    states = {line.state for line in lines}
    if stopped(subject.stops, at):
        return "suspended"
    if subject.approved_on is None or on < subject.approved_on:
        return "not_yet"
    if (subject.ended_on is not None and on >= subject.ended_on) or "lapsed" in states:
        return "lapsed"
    return "not_yet" if states & {"missing", "coming"} else "valid"


def _last_day(subject: Subject, at: datetime, service: str) -> date | None:
    """The last day before the first on which something fails; only days on which something changes are asked."""
    on = local_date(at)
    if any(at < stop.start < day_start(on + DAY) for stop in subject.stops):
        return on
    demands = [d for d in subject.demands if d.service in ("", service) and d.end > on]
    turns = {d.start for d in demands}
    for demand in demands:
        ends = (span(demand, fact)[1] for fact in subject.facts if fact.code == demand.code)
        turns.update(end + DAY for end in ends if end < date.max)
    turns.update(local_date(stop.start) for stop in subject.stops)
    if subject.ended_on is not None:
        turns.add(subject.ended_on)
    for day in sorted(turn for turn in turns if turn > on):
        if not _holds_on(subject, day, service):
            return day - DAY
    return None


def _holds_on(subject: Subject, day: date, service: str) -> bool:
    if subject.ended_on is not None and day >= subject.ended_on:
        return False
    if any(
        local_date(stop.start) <= day and stop.end > max(stop.start, day_start(day)) for stop in subject.stops
    ):
        return False
    return all(line_on(d, subject.facts, day).holds for d in asked_on(subject, day, service))
