"""What everybody may know in numbers: counted from the registers, small cells merged, nobody recognisable."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _

from partners.models import Provider
from partners.providers.models import ProviderKind, ProviderState
from portal.base.dates import in_english
from portal.base.periods import add_months, day_start, local_date
from portal.base.row_security import beyond
from services.recipients.counts import SMALL, Figures, figures_for
from services.visits.models import Verdict, VisitRecord

MONTHS = 6
# The drawing of a chart, in units of its viewBox: 340 wide, so that its words stay readable on a phone.
WIDE, LINE, LABEL, LONGEST = 340, 34, 96, 180


@dataclass(frozen=True)
class Bar:
    """A number of a chart with its place in the drawing; `number` is None where it is under five."""

    label: str
    number: int | None
    top: int
    length: int

    @property
    def middle(self) -> int:
        """Where the words of the bar stand."""
        return self.top + 19

    @property
    def behind(self) -> int:
        """Where its number stands."""
        return LABEL + self.length + 8


@dataclass(frozen=True)
class Chart:
    """Bars from zero, one below the other."""

    bars: tuple[Bar, ...]
    view: str

    @property
    def most(self) -> Bar | None:
        """The longest bar whose number is told; the finding that is said in words."""
        told = [bar for bar in self.bars if bar.number]
        return max(told, key=lambda bar: bar.number or 0) if told else None


@dataclass(frozen=True)
class PublicFigures:
    """The three tables of the page, and the day they were counted."""

    day: date
    households: Figures
    visits: Chart
    partners: Chart


def told(number: int) -> int | None:
    """The number, or None where it is one to four and might point at somebody."""
    return None if 0 < number < SMALL else number


def chart(rows: Iterable[tuple[str, int]]) -> Chart:
    """A bar for each row. One that is not told is drawn as long as the smallest told might be."""
    rows = list(rows)
    most = max((number for _label, number in rows), default=0)
    bars = tuple(
        Bar(label, told(number), place * LINE, round(LONGEST * _drawn(number) / max(most, SMALL)))
        for place, (label, number) in enumerate(rows)
    )
    return Chart(bars, f"0 0 {WIDE} {max(1, len(bars)) * LINE}")


def _drawn(number: int) -> int:
    return number if told(number) is not None else SMALL - 1


def visits_by_month(at: datetime) -> list[tuple[str, int]]:
    """Confirmed visits of the last six whole months, the oldest first; the month under way would mislead."""
    this = local_date(at).replace(day=1)
    months = [add_months(this, -back) for back in range(MONTHS, 0, -1)]
    rows = VisitRecord.objects.filter(
        verdict=Verdict.CONFIRMED, started_at__gte=day_start(months[0]), started_at__lt=day_start(this)
    )
    grouped = rows.annotate(month=TruncMonth("started_at")).values("month").annotate(n=Count("pk")).order_by()
    with beyond("counts"):
        counted = {local_date(row["month"]): row["n"] for row in grouped}
    return [(_month(month), counted.get(month, 0)) for month in months]


def _month(month: date) -> str:
    return f"{month:%b %Y}" if in_english() else _("%(y)s年%(m)s月") % {"y": month.year, "m": month.month}


def partners_at_work() -> list[tuple[str, int]]:
    """Agencies, stations and volunteers who were vetted and are not stopped."""
    kinds = [ProviderKind.AGENCY, ProviderKind.STATION, ProviderKind.VOLUNTEER]
    rows = Provider.objects.filter(state=ProviderState.LIVE, kind__in=kinds).values("kind")
    with beyond("counts"):
        counted = {row["kind"]: row["n"] for row in rows.annotate(n=Count("pk")).order_by()}
    names = {
        ProviderKind.AGENCY: _("服务机构"),
        ProviderKind.STATION: _("社工站"),
        ProviderKind.VOLUNTEER: _("志愿者"),
    }
    return [(names[kind], counted.get(kind, 0)) for kind in kinds]


def public_figures(at: datetime) -> PublicFigures:
    """Everything on the page, in four queries: no name, no place below the township, no cell under five."""
    return PublicFigures(
        day=local_date(at),
        households=figures_for(AnonymousUser(), []),
        visits=chart(visits_by_month(at)),
        partners=chart(partners_at_work()),
    )
