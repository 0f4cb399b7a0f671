"""The hats that posts give, and who may name people where."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext

from partners.network.models import Post, Region, RegionLevel, WatchHome
from partners.network.queries import in_subtrees
from partners.network.ranks import BELOW, LEVEL_OF, may_appoint, may_invite
from portal.base.models import OPEN_END
from portal.permissions.hats import Hat, hats, places_for
from portal.permissions.roles import ROLES


def post_hats(user: Any, at: datetime) -> Iterator[Hat]:
    """One hat for each post held at that moment or later."""
    for post in Post.objects.filter(user=user, valid_to__gt=at).select_related("region"):
        yield Hat(
            role=post.role,
            region_path=post.region.path,
            region_name=str(post.region),
            department_id=post.department_id,
            cause=f"post:{post.uid}",
            valid_from=post.valid_from,
            valid_to=post.valid_to,
        )


def office_holders(permission: str, region: Region, at: datetime) -> QuerySet:
    """People whose post gives `permission` in charge of `region`: its own holders, or those above it."""
    roles = [role for role, row in ROLES.items() if permission in row.permissions]
    live = Q(
        posts__role__in=roles,
        posts__valid_from__lte=at,
        posts__valid_to__gt=at,
    )
    people = get_user_model().objects.filter(is_active=True)
    own = people.filter(live, posts__region=region)
    if own.exists():
        return own.distinct()
    above = Q(posts__region__path__in=[region.path[:end] for end in range(4, len(region.path), 4)])
    return people.filter(live & above).distinct()


def regions_for(user: Any, permission: str) -> QuerySet[Region]:
    """The places in which the person may use `permission`."""
    return Region.objects.filter(in_subtrees(places_for(user, permission)))


def place_for(user: Any, code: str, *, to: str) -> Region:
    """The county, a township or a village in which the person may use `to`. Raises Http404."""
    levels = [RegionLevel.COUNTY, RegionLevel.TOWNSHIP, RegionLevel.VILLAGE]
    row = regions_for(user, to).filter(code=code, level__in=levels).select_related("parent").first()
    if row is None:
        raise Http404
    return row


def post_for(user: Any, uid: str, *, to: str) -> Post:
    """A post still held, at a place where the person may use `to`. Raises Http404."""
    row = (
        Post.objects.filter(in_subtrees(places_for(user, to), "region__path"), uid=uid)
        .select_related("region", "user")
        .first()
    )
    if row is None or not covers(user, row.role, row.region, by=may_appoint):
        raise Http404
    return row


def home_for(user: Any, uid: str, *, to: str) -> WatchHome:
    """An open watch home at a place where the person may use `to`. Raises Http404."""
    rows = WatchHome.objects.filter(in_subtrees(places_for(user, to), "region__path"))
    row = rows.filter(uid=uid, closed_on=OPEN_END.date()).select_related("region").first()
    if row is None:
        raise Http404
    return row


def covers(user: Any, role: str, region: Region, *, by: Any = may_invite) -> bool:
    """Whether some hat of the person stands above `role` (by that table) and its place holds `region`."""
    return any(
        hat.region_path and region.path.startswith(hat.region_path) and by(hat.role, role)
        for hat in hats(user)
    )


def invitable_roles(user: Any) -> list[str]:
    """The roles that the person may invite somebody to, in the order of the levels."""
    worn = {hat.role for hat in hats(user)}
    below = frozenset().union(*(BELOW.get(role, frozenset()) for role in worn))
    return [role for role in LEVEL_OF if role in below]


def stands_above(by: Any, user: Any) -> bool:
    """A reset rule: all the rights of `user` come from posts below a post of `by`, inside its place."""
    now = timezone.now()
    posts = Post.objects.filter(user=user, valid_from__lte=now, valid_to__gt=now).select_related("region")
    worn = hats(user, now)  # always asked, so that a name somebody has takes no longer than one nobody has
    return (
        bool(posts)
        and all(covers(by, post.role, post.region) for post in posts)
        and all(hat.region_path for hat in worn if hat.shut_household is None)
    )


def heads_of_post(user: Any, at: datetime) -> Iterator[Any]:
    """Who answers for the holder of a post: the nearest above who may name or invite to it."""
    live = Post.objects.filter(valid_from__lte=at, valid_to__gt=at).select_related("region", "user")
    for post in live.filter(user=user):
        path = post.region.path
        chain = live.filter(region__path__in=[path[:end] for end in range(4, len(path) + 4, 4)])
        above = [
            row
            for row in chain.exclude(user=user).filter(user__is_active=True)
            if may_invite(row.role, post.role) or may_appoint(row.role, post.role)
        ]
        nearest = max((len(row.region.path) for row in above), default=0)
        yield from (row.user for row in above if len(row.region.path) == nearest)


def holds_a_post(user: Any) -> str:
    """A hold on closing one's account: an office is given back to who gave it."""
    if Post.objects.filter(user=user, valid_to__gt=timezone.now()).exists():
        return gettext("您还任着职。请先找任命您的单位免去岗位。")
    return ""
