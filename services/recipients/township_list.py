"""A township's households as one hand-written statement: page, rows and total in one query.

The rule is that of `door.visible_condition`; a test asserts on random data that both give the same rows.
Why by hand: building the same query in the ORM costs more than running it (`manage.py bench access`).
It starts from the grants, whose copied keys lie in the order of the list under a covering index; each
source gives its first rows in that order, and only the count walks them all. Files that are paused or
closed are few; a partial index names them, and they are taken away.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.db import connection
from django.utils import timezone

from partners.network.models import Region
from partners.network.queries import path_after
from portal.permissions.hats import hats
from services.recipients.models import HouseholdState, SelfCare

_REGION = ("id", "code", "path", "level", "parent_id", "name", "name_en")
_COLUMNS = (
    "h.id, h.no, h.name, h.name_key, h.township_id, h.self_care, h.state, r.id, r.code, r.path, r.level, "
    "r.parent_id, r.name, r.name_en"
)
_IN_PLACE = (
    "SELECT p.name_key, p.id FROM services_household p JOIN partners_region q ON q.id = p.region_id "
    "WHERE p.township_id = %s AND q.path >= %s AND q.path < %s"
)
_ACTIVE = (
    " AND {id} NOT IN (SELECT n.id FROM services_household n "
    "WHERE n.township_id = %s AND n.state IN ('paused', 'closed'))"
)
_WHOLE_TOWNSHIP = "SELECT p.name_key, p.id FROM services_household p WHERE p.township_id = %s"
_BY_TEAM = (
    "SELECT g.name_key, g.content_object_id AS id FROM services_householdteamgrant g "
    "WHERE g.group_id = %s AND g.township_id = %s AND g.valid_to > %s AND g.valid_from <= %s"
)
_BY_PERSON = (
    "SELECT g.name_key, g.content_object_id AS id FROM services_householdusergrant g "
    "WHERE g.user_id = %s AND g.township_id = %s AND g.valid_to > %s AND g.valid_from <= %s"
)


@dataclass(frozen=True, slots=True)
class HouseholdLine:
    """What one line of the list needs of a household, with its region read."""

    pk: int
    no: str
    name: str
    name_key: str
    township_id: int
    self_care: str
    state: str
    region: Region
    township: Region | None = None

    @property
    def region_id(self) -> int:
        """Key of the village or group."""
        return self.region.pk

    def get_self_care_display(self) -> str:
        """The class in words."""
        return str(SelfCare(self.self_care).label)

    def get_state_display(self) -> str:
        """The state in words."""
        return str(HouseholdState(self.state).label)


@dataclass(frozen=True)
class HouseholdPage:
    """One page of the list, and how many lines there are in all."""

    rows: list[HouseholdLine]
    total: int
    number: int
    size: int

    @property
    def pages(self) -> int:
        """How many pages there are; one at least."""
        return max(1, -(-self.total // self.size))


def _sources(user: Any, township: Region, at: datetime | None) -> list[tuple[str, str, list[Any]]]:
    """The sources of sight in this township as SELECTs of (name_key, id), the id's column, and the parameters."""
    worn = hats(user, at)
    moment = connection.ops.adapt_datetimefield_value(at or timezone.now())
    places = {hat.region_path for hat in worn if hat.rules.sees_place and hat.region_path}
    if any(path <= township.path < path_after(path) for path in places):
        return [(_WHOLE_TOWNSHIP, "p.id", [township.pk])]
    inside = sorted(path for path in places if township.path <= path < path_after(township.path))
    found: list[tuple[str, str, list[Any]]] = [
        (_IN_PLACE, "p.id", [township.pk, path, path_after(path)]) for path in inside
    ]
    for team in sorted({hat.team_id for hat in worn if hat.rules.sees_team and hat.team_id}):
        found.append((_BY_TEAM, "g.content_object_id", [team, township.pk, moment, moment]))
    if any("services.view_household" in hat.rules.permissions or hat.department_id for hat in worn):
        found.append((_BY_PERSON, "g.content_object_id", [user.pk, township.pk, moment, moment]))
    return found


def _statement(count: int) -> str:
    """The statement over `count` sources s0, s1, …; a row of two sources is counted with the first."""
    firsts = " UNION ".join(
        f"SELECT * FROM (SELECT DISTINCT name_key, id FROM s{n} ORDER BY name_key, id LIMIT %s) f{n}"  # noqa: S608
        for n in range(count)
    )
    totals = ["(SELECT count(*) FROM (SELECT DISTINCT name_key, id FROM s0) q0)"]
    for n in range(1, count):
        known = " AND ".join(f"id NOT IN (SELECT id FROM s{m})" for m in range(n))  # noqa: S608
        totals.append(f"(SELECT count(DISTINCT id) FROM s{n} WHERE {known})")  # noqa: S608
    # only the number of sources varies; every value is a parameter
    return (
        f"shown AS ({firsts} ORDER BY name_key, id LIMIT %s OFFSET %s) "  # noqa: S608
        f"SELECT {' + '.join(totals)}, {_COLUMNS} FROM shown "
        "JOIN services_household h ON h.id = shown.id JOIN partners_region r ON r.id = h.region_id "
        "ORDER BY shown.name_key, shown.id"
    )


def page_of(
    user: Any, township: Region, page: int = 1, size: int = 25, at: datetime | None = None
) -> HouseholdPage:
    """The households of one township on the register that this person may see, by name; `page` counts from 1."""
    sources = _sources(user, township, at)
    if not sources:
        return HouseholdPage([], 0, page, size)
    start = (page - 1) * size
    named = ", ".join(
        f"s{n} AS NOT MATERIALIZED ({sql}{_ACTIVE.format(id=key)})" for n, (sql, key, _) in enumerate(sources)
    )
    values = [value for _, _, given in sources for value in (*given, township.pk)]
    values += [start + size] * len(sources) + [size, start]
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {named}, {_statement(len(sources))}", values)
        found = cursor.fetchall()
    if not found and page > 1:
        return HouseholdPage([], page_of(user, township, 1, size, at).total, page, size)
    regions: dict[int, Region] = {}
    lines = [read_line(row, regions, township) for row in found]
    _with_parents(regions.values(), township)
    return HouseholdPage(lines, found[0][0] if found else 0, page, size)


def _with_parents(regions: Iterable[Region], township: Region) -> None:
    """Villages lie in the township at hand; the parents of groups are read together."""
    groups = [region for region in regions if region.parent_id not in {None, township.pk}]
    above = Region.objects.in_bulk([region.parent_id for region in groups]) if groups else {}
    for region in regions:
        if region.parent_id is not None:
            region.parent = above.get(region.parent_id, township)


def read_line(
    row: tuple[Any, ...], regions: dict[int, Region], township: Region | None = None
) -> HouseholdLine:
    """A line from (total, household columns, region columns); each region is made once."""
    if row[8] not in regions:
        regions[row[8]] = Region.from_db(connection.alias, _REGION, row[8:])
    pk, no, name, name_key, township_id, self_care, state = row[1:8]
    return HouseholdLine(pk, no, name, name_key, township_id, self_care, state, regions[row[8]], township)


class TownshipRows:
    """The list as a paginator wants it: counted and sliced, each page one statement."""

    def __init__(self, user: Any, township: Region) -> None:
        self.user, self.township = user, township
        self._kept: dict[tuple[int, int], HouseholdPage] = {}
        self._total: int | None = None

    def _page(self, number: int, size: int) -> HouseholdPage:
        if (number, size) not in self._kept:
            page = self._kept[number, size] = page_of(self.user, self.township, number, size)
            self._total = page.total
        return self._kept[number, size]

    def first(self, number: int, size: int) -> Self:
        """Read the wanted page before anybody counts, so that counting costs nothing more."""
        self._page(max(1, number), size)
        return self

    def count(self) -> int:
        """How many households there are."""
        if self._total is None:
            self._page(1, 25)
        return self._total or 0

    __len__ = count

    def __getitem__(self, window: slice) -> list[HouseholdLine]:
        start, stop = window.start or 0, window.stop
        for (number, size), page in self._kept.items():
            if (number - 1) * size == start and stop <= start + size:
                return page.rows[: stop - start]
        return page_of(self.user, self.township, 1, stop).rows[start:]
