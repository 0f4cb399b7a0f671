"""The staffing of the network: who is where, and where somebody is missing."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, F, Q

from partners.memberships.models import MemberRole, Membership
from partners.network.models import Post, Region, RegionLevel
from partners.network.queries import in_subtree
from partners.providers.models import ProviderState
from partners.stations.models import Station

# The county plan, safeguard two: on average at least three social workers in a township.
SOCIAL_WORKERS = 3


@dataclass
class Staffing:
    """One township: its people on posts, its station, and what is missing."""

    township: Region
    cadres: list[Post] = field(default_factory=list)
    villages: int = 0
    uncovered: list[Region] = field(default_factory=list)
    station: Station | None = None
    social_workers: int = 0

    @property
    def short_of_workers(self) -> int:
        """How many social workers are missing."""
        return max(0, SOCIAL_WORKERS - self.social_workers)

    @property
    def covered(self) -> int:
        """How many villages have their officer."""
        return self.villages - len(self.uncovered)

    @property
    def has_gap(self) -> bool:
        """Whether anything is missing."""
        return bool(self.uncovered or self.short_of_workers or not self.cadres)


def staffing(root: Region, at: datetime) -> list[Staffing]:
    """The townships under `root` (or `root` itself) with their people, in five queries whatever their number."""
    regions = list(
        Region.objects.filter(in_subtree(root.path), level__in=[RegionLevel.TOWNSHIP, RegionLevel.VILLAGE])
    )
    rows = {r.path: Staffing(r) for r in regions if r.level == RegionLevel.TOWNSHIP}
    posts = defaultdict(list)
    for post in live_posts(root, at):
        posts[post.region_id].append(post)
    for region in regions:
        row = rows.get(region.path[:8])
        if row is None:
            continue
        held = posts[region.pk]
        if region.level == RegionLevel.TOWNSHIP:
            row.cadres = [post for post in held if post.role == "township_cadre"]
            continue
        row.villages += 1
        if not any(post.role == "livelihood_officer" for post in held):
            row.uncovered.append(region)
    _add_stations(rows, root, at)
    return list(rows.values())


def live_posts(root: Region, at: datetime) -> list[Post]:
    """Posts held at that moment under `root`, with person and place."""
    return list(
        Post.objects.filter(in_subtree(root.path, "region__path"), valid_from__lte=at, valid_to__gt=at)
        .select_related("user", "region", "department")
        .order_by("region__path", "role", "pk")
    )


def _add_stations(rows: dict[str, Staffing], root: Region, at: datetime) -> None:
    stations = Station.objects.filter(
        in_subtree(root.path, "township__path"), provider__state=ProviderState.LIVE
    ).select_related("provider", "township")
    live = Q(role=MemberRole.WORKER, valid_from__lte=at, valid_to__gt=at)
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
