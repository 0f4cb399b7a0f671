"""Reading the network."""

from django.db.models import Q, QuerySet

from partners.network.models import Region, RegionLevel


def path_after(path: str) -> str:
    """The first path behind the subtree of `path`: its digits plus one."""
    return str(int(path) + 1).zfill(len(path))


def in_subtree(path: str, field: str = "path") -> Q:
    """A condition: `field` lies in the subtree of `path` (a half-open range; startswith scans on SQLite)."""
    return Q(**{f"{field}__gte": path, f"{field}__lt": path_after(path)})


def in_subtrees(paths: list[str], field: str = "path") -> Q:
    """A condition: `field` lies in any of these subtrees; with no path, nothing."""
    condition = Q(pk__in=[])
    for path in paths:
        condition |= in_subtree(path, field)
    return condition


def townships() -> QuerySet[Region]:
    """All townships in order of code."""
    return Region.objects.filter(level=RegionLevel.TOWNSHIP)


def township_of(region: Region) -> Region | None:
    """The township a village, group or township lies in; None for the county."""
    return Region.objects.filter(path=region.path[:8], level=RegionLevel.TOWNSHIP).first()
