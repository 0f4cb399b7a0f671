"""The list of households as one hand-written statement: page, rows and total in one query.

The rule is that of `door.Reach`; a test asserts on random data that both give the same rows.
Why by hand: building the same query in the ORM costs more than running it (`manage.py bench access`).
It starts from the grants, whose copied keys lie in the order of the list under a covering index. Within a
township each source gives its first rows in that order, and only the count walks them all; without one
every source is read once. A page may begin behind a known row instead of being counted off. Files that
are paused or closed are few; partial indexes name them, and they are taken away.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.db import connection
from django.utils import timezone

from partners.network.models import Region
from partners.network.queries import path_after
from portal.base.privacy import Tampered, seal, unseal
from services.recipients.door import reach
from services.recipients.models import HouseholdState, SelfCare

_REGION = ("id", "code", "path", "level", "parent_id", "name", "name_en")
_COLUMNS = (
    "h.id, h.no, h.name, h.name_key, h.township_id, h.self_care, h.state, r.id, r.code, r.path, r.level, "
    "r.parent_id, r.name, r.name_en"
)
_IN_PLACE = (
    "SELECT p.name_key, p.id FROM services_household p JOIN partners_region q ON q.id = p.region_id "
    "WHERE q.path >= %s AND q.path < %s"
)
_WHOLE_TOWNSHIP = "SELECT p.name_key, p.id FROM services_household p WHERE p.township_id = %s"
_GRANTED = (
    "SELECT g.name_key, g.content_object_id AS id FROM services_household{kind}grant g "
    "WHERE g.{holder}_id = %s AND g.valid_to > %s AND g.valid_from <= %s"
)
_ACTIVE_THERE = (
    " AND {id} NOT IN (SELECT n.id FROM services_household n "
    "WHERE n.township_id = %s AND n.state IN ('paused', 'closed'))"
)
# Without a township: those of the townships in which the same source has anything at all. PostgreSQL would rather
# read those of the whole county, which grows with it; OFFSET 0 lets it go from township to township.
_ACTIVE_GRANTED = {
    "sqlite": (
        " AND g.content_object_id NOT IN (SELECT n.id FROM services_household n WHERE n.state IN ('paused', 'closed') "
        "AND n.township_id IN (SELECT g.township_id FROM services_household{kind}grant g WHERE g.{holder}_id = %s))"
    ),
    "postgresql": (
        " AND g.content_object_id NOT IN (SELECT n.id FROM "
        "(SELECT DISTINCT g.township_id AS id FROM services_household{kind}grant g WHERE g.{holder}_id = %s) t "
        "CROSS JOIN LATERAL (SELECT n.id FROM services_household n WHERE n.township_id = t.id "
        "AND n.state IN ('paused', 'closed') OFFSET 0) n)"
    ),
}
_ACTIVE_IN_PLACE = " AND p.state NOT IN ('paused', 'closed')"
_BOUND_TO = "household_list"


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

    @property
    def next_from(self) -> str:
        """Where the next page begins, sealed: a name is nothing for an address."""
        if not self.rows or self.number >= self.pages:
            return ""
        return seal(f"{self.number + 1}|{self.rows[-1].pk}|{self.rows[-1].name_key}", _BOUND_TO)


def begin_behind(token: str, number: int) -> tuple[str, int] | None:
    """The row behind which page `number` begins, as `next_from` told it; None for anything else."""
    try:
        page, pk, name_key = unseal(token, _BOUND_TO).split("|", 2)
    except (Tampered, ValueError, KeyError):
        return None
    return (name_key, int(pk)) if page == str(number) else None


def _sources(user: Any, township: Region | None, at: datetime | None) -> list[tuple[str, str, list[Any]]]:
    """The sources of sight (in this township) as SELECTs of (name_key, id), the id's column, the parameters."""
    opens = reach(user, at)
    moment = connection.ops.adapt_datetimefield_value(at or timezone.now())
    places = list(opens.places)
    here: list[Any] = []
    if township is not None:
        if any(path <= township.path < path_after(path) for path in places):
            return [(_WHOLE_TOWNSHIP, "p.id", [township.pk])]
        places = [path for path in places if township.path <= path < path_after(township.path)]
        here = [township.pk]
    in_place = _IN_PLACE + (" AND p.township_id = %s" if here else _ACTIVE_IN_PLACE)
    found: list[tuple[str, str, list[Any]]] = [
        (in_place, "p.id", [path, path_after(path), *here]) for path in places
    ]
    for team in opens.teams:
        found.append(_granted("team", "group", team, moment, here))
    if opens.person is not None:
        found.append(_granted("user", "user", opens.person, moment, here))
    return found


def _granted(kind: str, holder: str, who: int, moment: Any, here: list[Any]) -> tuple[str, str, list[Any]]:
    sql = _GRANTED + (" AND g.township_id = %s" if here else _ACTIVE_GRANTED[connection.vendor])
    return (
        sql.format(kind=kind, holder=holder),
        "g.content_object_id",
        [who, moment, moment, *(here or [who])],
    )


def _shown_there(count: int, behind: str) -> tuple[str, str]:
    """Within a township: the first rows of each source; a row of two sources is counted with the first."""
    firsts = " UNION ".join(
        f"SELECT * FROM (SELECT DISTINCT name_key, id FROM s{n}{behind} ORDER BY name_key, id LIMIT %s) f{n}"  # noqa: S608
        for n in range(count)
    )
    totals = ["(SELECT count(*) FROM (SELECT DISTINCT name_key, id FROM s0) q0)"]
    for n in range(1, count):
        known = " AND ".join(f"id NOT IN (SELECT id FROM s{m})" for m in range(n))  # noqa: S608
        totals.append(f"(SELECT count(DISTINCT id) FROM s{n} WHERE {known})")  # noqa: S608
    return f"shown AS ({firsts} ORDER BY name_key, id LIMIT %s OFFSET %s)", " + ".join(totals)


def _shown_anywhere(count: int, behind: str) -> tuple[str, str]:
    """Without a township no index has the order: every source is read once, then sorted and counted."""
    sources = " UNION ".join(f"SELECT name_key, id FROM s{n}" for n in range(count))  # noqa: S608
    if count == 1:
        sources = "SELECT DISTINCT name_key, id FROM s0"
    return (
        f"seen AS MATERIALIZED ({sources}), "  # noqa: S608
        f"shown AS (SELECT * FROM seen{behind} ORDER BY name_key, id LIMIT %s OFFSET %s)",  # noqa: S608
        "(SELECT count(*) FROM seen)",
    )


def page_of(
    user: Any,
    township: Region | None,
    page: int = 1,
    size: int = 25,
    at: datetime | None = None,
    behind: tuple[str, int] | None = None,
) -> HouseholdPage:
    """The households on the register that this person may see, by name, of one township or of all.

    `page` counts from 1; with `behind` (name_key, id) it begins behind that row instead of being counted off.
    """
    sources = _sources(user, township, at)
    if not sources:
        return HouseholdPage([], 0, page, size)
    start = 0 if behind else (page - 1) * size
    active, there = ("", []) if township is None else (_ACTIVE_THERE, [township.pk])
    if shut := sorted(reach(user, at).shut):
        active += f" AND {{id}} NOT IN ({', '.join(['%s'] * len(shut))})"
        there = [*there, *shut]
    named = ", ".join(
        f"s{n} AS NOT MATERIALIZED ({sql}{active.format(id=key)})" for n, (sql, key, _) in enumerate(sources)
    )
    condition = " WHERE (name_key, id) > (%s, %s)" if behind else ""
    shape = _shown_anywhere if township is None else _shown_there
    shown, total = shape(len(sources), condition)
    values = [value for _, _, given in sources for value in (*given, *there)]
    if township is None:
        values += behind or ()
    else:
        values += [*(behind or ()), start + size] * len(sources)
    with connection.cursor() as cursor:
        # only the number of sources varies; every value is a parameter
        cursor.execute(
            f"WITH {named}, {shown} SELECT {total}, {_COLUMNS} FROM shown "  # noqa: S608
            "JOIN services_household h ON h.id = shown.id JOIN partners_region r ON r.id = h.region_id "
            "ORDER BY shown.name_key, shown.id",
            [*values, size, start],
        )
        found = cursor.fetchall()
    if not found and page > 1:
        return HouseholdPage([], page_of(user, township, 1, size, at).total, page, size)
    regions: dict[int, Region] = {}
    lines = [read_line(row, regions, township) for row in found]
    if township is not None:
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

    def _page(self, number: int, size: int, behind: tuple[str, int] | None = None) -> HouseholdPage:
        if (number, size) not in self._kept:
            page = self._kept[number, size] = page_of(self.user, self.township, number, size, behind=behind)
            self._total = page.total
        return self._kept[number, size]

    def first(self, number: int, size: int, token: str = "") -> Self:
        """Read the wanted page before anybody counts, so that counting costs nothing more."""
        self._page(max(1, number), size, begin_behind(token, number) if token else None)
        return self

    def next_from(self, number: int, size: int) -> str:
        """Where the page after a page that was read begins."""
        return self._page(number, size).next_from

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
