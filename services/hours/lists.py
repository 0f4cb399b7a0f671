"""Voluntary hours as lists that leave the house: the rows of a place and a span of days, under the bureau's columns."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone, translation

from partners.models import Region
from partners.network.queries import in_subtree
from partners.volunteers.models import Volunteer
from portal.permissions.hats import hats
from services.exports.kinds import EXPORT, ListKind, Made
from services.exports.models import ExportList, RegisterExport
from services.hours.access import KEEP, kept_by
from services.hours.list_models import HoursColumn
from services.hours.models import HourEntry, HourKind
from services.hours.queries import levels_on
from services.hours.sources import SOURCES, Cell, written

CHUNK = 500
TARGET_LANGUAGE = "zh-hans"  # what takes the file in reads Chinese, whoever asked for it


@dataclass(frozen=True)
class Span:
    """Whose hours and of which days, both included. Without a place, all that the asker keeps."""

    first: date
    last: date
    region: Region | None = None


def columns_of(part: str) -> list[HoursColumn]:
    """Every column of a list, in the order of the table."""
    return list(HoursColumn.objects.filter(part=part))


def rights_at(user: Any, at: datetime, region: Region | None = None) -> frozenset[str]:
    """What the person may do with hours in that place at that moment."""
    worn = [hat for hat in hats(user, at) if KEEP in hat.rules.permissions and hat.region_path]
    if region is not None:
        worn = [hat for hat in worn if region.path.startswith(hat.region_path)]
    return frozenset().union(*(hat.rules.permissions for hat in worn))


def open_columns(columns: list[HoursColumn], rights: frozenset[str]) -> list[HoursColumn]:
    """Those that are on and whose source these rights open."""
    return [row for row in columns if row.shown and SOURCES[row.part][row.source].right in rights]


def rows_of(part: str, asker: Any, span: Span) -> QuerySet[Any]:
    """The volunteers whose hours the asker keeps, or the standing lines of their voluntary service. Never paid work."""
    people = kept_by(asker)
    if span.region is not None:
        people = people.filter(in_subtree(span.region.path, "home__path"))
    if part == ExportList.VOLUNTEERS:
        return _volunteers(people, span)
    lines = HourEntry.objects.filter(
        kind=HourKind.VOLUNTARY, minutes__gt=0, reverses=None, reversed_by=None,
        day__gte=span.first, day__lte=span.last, volunteer__in=people,
    )  # fmt: skip
    return lines.select_related("volunteer__user__identity", "township", "by").order_by(
        "volunteer__no", "day", "pk"
    )


def _volunteers(people: QuerySet[Volunteer], span: Span) -> QuerySet[Volunteer]:
    within = Q(
        hour_entries__kind=HourKind.VOLUNTARY,
        hour_entries__day__gte=span.first,
        hour_entries__day__lte=span.last,
    )
    return (
        people.select_related("user__identity", "home")
        .annotate(voluntary=Coalesce(Sum("hour_entries__minutes", filter=within), 0))
        .order_by("no")
    )


def lines_of(rows: Any, columns: list[HoursColumn], cell: Cell) -> Iterator[list[str]]:
    """Each row under the columns, in Chinese."""
    for row in rows:
        with translation.override(TARGET_LANGUAGE):
            yield [written(SOURCES[one.part][one.source].value(row, cell), one.form) for one in columns]


def _make(export: RegisterExport, asker: Any, at: datetime) -> Made:
    """The columns that were asked for, are still on, and are open to the asker at this moment."""
    asked = [row for row in columns_of(export.what) if row.source in export.columns]
    columns = open_columns(asked, rights_at(asker, at, export.region))
    assert export.first_day is not None and export.last_day is not None  # noqa: S101 - held by export_days_of_hours
    span = Span(export.first_day, export.last_day, export.region)
    cell = Cell(export.full_names, levels_on(timezone.localdate(at)))
    rows = rows_of(export.what, asker, span).iterator(chunk_size=CHUNK)
    return Made(
        [row.source for row in columns], [row.heading for row in columns], lines_of(rows, columns, cell)
    )


def list_of_hours(part: str) -> ListKind:
    """What the exports need to know of one of the two lists."""
    return ListKind(
        permissions=frozenset({EXPORT, KEEP}),
        labels=lambda: {key: source.label for key, source in SOURCES[part].items()},
        make=_make,
    )
