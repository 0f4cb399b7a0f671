"""Reading the network."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from partners.network.models import Post, Region, RegionLevel
from portal.permissions.roles import ROLES


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


def county() -> Region | None:
    """The county; None before the network is loaded."""
    return Region.objects.filter(level=RegionLevel.COUNTY).order_by("path").first()


def townships() -> QuerySet[Region]:
    """All townships in order of code."""
    return Region.objects.filter(level=RegionLevel.TOWNSHIP)


def township_of(region: Region) -> Region | None:
    """The township a village, group or township lies in; None for the county."""
    return Region.objects.filter(path=region.path[:8], level=RegionLevel.TOWNSHIP).first()


def holders(permission: str, path: str, at: datetime) -> list[Any]:
    """The active people whose post at exactly this place carries a permission, in a fixed order."""
    roles = [name for name, role in ROLES.items() if permission in role.permissions]
    posts = Post.objects.filter(
        role__in=roles, region__path=path, valid_from__lte=at, valid_to__gt=at, user__is_active=True
    )
    return list({post.user_id: post.user for post in posts.select_related("user").order_by("pk")}.values())


def holders_above(permission: str, region: Region, at: datetime) -> list[Any]:
    """Those of the township a place lies in; where it has nobody, those of the county."""
    return holders(permission, region.path[:8], at) or holders(permission, region.path[:4], at)
