"""The staffing of the network: who is where, what the plan wants there, and where somebody is missing."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil

from django.db.models import Count, F, Q, QuerySet

from partners.memberships.models import MemberRole, Membership
from partners.network.figures import open_homes, people_in, targets_on
from partners.network.models import (
    Population,
    Post,
    Region,
    RegionLevel,
    StaffingTarget,
    TargetKind,
    WatchHome,
)
from partners.network.queries import in_subtree
from partners.providers.models import ProviderState
from partners.stations.models import Station
from portal.base.periods import local_date


@dataclass(frozen=True)
class Gap:
    """What is missing at one node: `wanted` by the plan, `has` now."""

    kind: str
    township: Region
    wanted: int
    has: int
    village: Region | None = None
    home: WatchHome | None = None

    @property
    def missing(self) -> int:
        """How many people."""
        return self.wanted - self.has

    @property
    def label(self) -> str:
        """Whom the node lacks."""
        return str(TargetKind(self.kind).label)


@dataclass
class HomeStaffing:
    """A watch home and who is in charge of it."""

    home: WatchHome
    leaders: list[Post] = field(default_factory=list)


@dataclass
class VillageStaffing:
    """A village, its officers and its watch homes."""

    village: Region
    officers: list[Post] = field(default_factory=list)
    homes: list[HomeStaffing] = field(default_factory=list)


@dataclass
class Staffing:
    """One township: its people on posts, its station, its villages, and what the plan wants."""

    township: Region
    figures: dict[str, int]
    cadres: list[Post] = field(default_factory=list)
    villages: list[VillageStaffing] = field(default_factory=list)
    station: Station | None = None
    social_workers: int = 0
    population: Population | None = None

    @property
    def cadres_wanted(self) -> int:
        """One for so many people; one at least, also where nobody has counted them."""
        if self.population is None:
            return 1
        return max(1, ceil(self.population.people / self.figures[TargetKind.CADRE]))

    @property
    def homes(self) -> list[HomeStaffing]:
        """The watch homes of all villages."""
        return [home for village in self.villages for home in village.homes]

    def wanted(self, kind: str) -> int:
        """How many people of a kind the plan wants in the township."""
        if kind == TargetKind.CADRE:
            return self.cadres_wanted
        if kind == TargetKind.SOCIAL_WORKER:
            return self.figures[kind]
        nodes = len(self.villages) if kind == TargetKind.OFFICER else len(self.homes)
        return nodes * self.figures[kind]

    @property
    def shortages(self) -> list["Gauge"]:
        """The kinds of which somebody is missing here."""
        return [gauge for gauge in gauges([self]) if gauge.missing]

    def gaps(self) -> Iterator[Gap]:
        """Every node of the township that lacks somebody, from the township down to the watch home."""
        town = self.township
        counts = (
            (TargetKind.CADRE, self.cadres_wanted, len(self.cadres)),
            (TargetKind.SOCIAL_WORKER, self.figures[TargetKind.SOCIAL_WORKER], self.social_workers),
        )
        for kind, wanted, has in counts:
            if has < wanted:
                yield Gap(kind, town, wanted, has)
        officers, leaders = self.figures[TargetKind.OFFICER], self.figures[TargetKind.LEADER]
        for row in self.villages:
            if len(row.officers) < officers:
                yield Gap(TargetKind.OFFICER, town, officers, len(row.officers), row.village)
            for each in row.homes:
                if len(each.leaders) < leaders:
                    yield Gap(TargetKind.LEADER, town, leaders, len(each.leaders), row.village, each.home)


@dataclass(frozen=True)
class Gauge:
    """One kind over a whole area: how many the plan wants, how many are missing and at how many nodes."""

    kind: str
    wanted: int
    missing: int
    nodes: int

    @property
    def has(self) -> int:
        """How many of the wanted are there."""
        return self.wanted - self.missing

    @property
    def label(self) -> str:
        """Whom it counts."""
        return str(TargetKind(self.kind).label)


def gauges(rows: list[Staffing]) -> list[Gauge]:
    """The four counts over these townships."""
    gaps = [gap for row in rows for gap in row.gaps()]
    return [
        Gauge(
            kind,
            sum(row.wanted(kind) for row in rows),
            sum(gap.missing for gap in gaps if gap.kind == kind),
            sum(gap.kind == kind for gap in gaps),
        )
        for kind in TargetKind.values
    ]


def staffing(root: Region, at: datetime) -> list[Staffing]:
    """The townships under `root` (or the one it lies in) with their people, in seven queries whatever their number."""
    day = local_date(at)
    path = root.path[:8] if root.level != RegionLevel.COUNTY else root.path
    levels = [RegionLevel.TOWNSHIP, RegionLevel.VILLAGE]
    regions = list(Region.objects.filter(in_subtree(path), level__in=levels))
    figures = figures_of(targets_on(day))
    people = people_in(path, day)
    rows = {
        r.path: Staffing(r, figures, population=people.get(r.pk))
        for r in regions
        if r.level == RegionLevel.TOWNSHIP
    }
    held = _held(path, at)
    villages: dict[str, VillageStaffing] = {}
    for region in regions:
        row = rows.get(region.path[:8])
        if row is None:
            continue
        if region.level == RegionLevel.TOWNSHIP:
            row.cadres = held[region.pk, TargetKind.CADRE]
            continue
        villages[region.path] = VillageStaffing(region, held[region.pk, TargetKind.OFFICER])
        row.villages.append(villages[region.path])
    for home in open_homes(path, day):
        village = villages.get(home.region.path[:12])
        if village is not None:
            village.homes.append(HomeStaffing(home, held[home.region_id, TargetKind.LEADER]))
    _add_stations(rows, path, at)
    return list(rows.values())


def figures_of(targets: dict[str, StaffingTarget]) -> dict[str, int]:
    """The figure of each kind; a kind that nobody has set wants one of each."""
    return {kind: targets[kind].figure if kind in targets else 1 for kind in TargetKind.values}


def _held(path: str, at: datetime) -> dict[tuple[int, str], list[Post]]:
    """Posts of people with an open account, by place and role."""
    found: dict[tuple[int, str], list[Post]] = defaultdict(list)
    for post in _live(path, at).filter(user__is_active=True):
        found[post.region_id, post.role].append(post)
    return found


def _live(path: str, at: datetime) -> QuerySet[Post]:
    return (
        Post.objects.filter(in_subtree(path, "region__path"), valid_from__lte=at, valid_to__gt=at)
        .select_related("user", "region", "department")
        .order_by("region__path", "role", "pk")
    )


def live_posts(root: Region, at: datetime) -> list[Post]:
    """Posts held at that moment under `root`, with person and place."""
    return list(_live(root.path, at))


def _add_stations(rows: dict[str, Staffing], path: str, at: datetime) -> None:
    stations = Station.objects.filter(
        in_subtree(path, "township__path"), provider__state=ProviderState.LIVE
    ).select_related("provider", "township")
    live = Q(role=MemberRole.WORKER, valid_from__lte=at, valid_to__gt=at, user__is_active=True)
    workers = dict(
        Membership.objects.filter(live, provider__station__isnull=False)
        .values(key=F("provider_id"))
        .annotate(n=Count("user", distinct=True))
        .values_list("key", "n")
    )
    for station in stations:
        row = rows.get(station.township.path)
        if row is not None:
            row.station, row.social_workers = station, workers.get(station.provider_id, 0)
