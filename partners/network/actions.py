"""Giving and ending posts of the network."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.network.access import covers
from partners.network.models import Department, Post, Region
from partners.network.ranks import LEVEL_OF, may_appoint, may_invite
from portal.accounts.actions import invite
from portal.base.audit import record
from portal.base.models import OPEN_END
from portal.base.outbox import post as tell
from portal.base.refused import Refused
from portal.permissions.hats import forget_hats
from portal.permissions.roles import ROLES


@transaction.atomic
def appoint(
    *,
    user: Any,
    role: str,
    region: Region,
    by: Any,
    department: Department | None = None,
    on_duty: bool = False,
    at: datetime | None = None,
) -> Post:
    """Give a person a post at a place. `by` None is the operator of the machine, not a person on the site.

    Refused: role_unknown, wrong_level, own_post, not_yours, department_missing, held_already.
    """
    _check_place(role, region)
    if by is not None:
        if user == by:
            raise Refused("own_post", _("自己的岗位要由别人任命"))
        if not covers(by, role, region, by=may_appoint):
            raise Refused("not_yours", _("这个岗位不由您任命，请找上一级"), "role")
    if role == "department_staff" and department is None:
        raise Refused("department_missing", _("请选是哪个部门的经办人"), "department")
    return _hold(user, role, region, by, at, department=department, on_duty=on_duty)


@transaction.atomic
def invite_to_post(
    *, name: str, phone: str, role: str, region: Region, by: Any, at: datetime | None = None
) -> tuple[Post, str]:
    """Invite a person without an account to a post below one's own; returns the secret of the link.

    Refused: role_unknown, wrong_level, not_yours, phone, phone_taken.
    """
    _check_place(role, region)
    if role == "department_staff" or not covers(by, role, region, by=may_invite):
        raise Refused("not_yours", _("这个岗位不由您邀请，请找上一级"), "role")
    user, secret = invite(name=name, phone=phone, by=by)
    return _hold(user, role, region, by, at), secret


@transaction.atomic
def end_post(*, post: Post, by: Any, at: datetime | None = None) -> None:
    """Take a post back; what it showed is gone with the next request. Refused: own_post, not_yours, ended."""
    at = at or timezone.now()
    if by is not None:
        if post.user_id == by.pk:
            raise Refused("own_post", _("自己的岗位要由别人来撤"))
        if not covers(by, post.role, post.region, by=may_appoint):
            raise Refused("not_yours", _("这个岗位不由您来撤，请找上一级"))
    if not Post.objects.filter(pk=post.pk, valid_to__gt=at).update(valid_to=max(at, post.valid_from)):
        raise Refused("ended", _("这个岗位已经撤了，请刷新页面"))
    post.refresh_from_db(fields=["valid_to"])
    keep_group(post.user, post.role, at)
    record(by, "post.ended", post, role=post.role, region=post.region.code)


def _check_place(role: str, region: Region) -> None:
    if role not in LEVEL_OF:
        raise Refused("role_unknown", _("没有这个岗位，请重新选"), "role")
    if LEVEL_OF[role] != region.level:
        raise Refused("wrong_level", _("这个岗位不设在这一级，请另选地方"), "region")


def _hold(user: Any, role: str, region: Region, by: Any, at: datetime | None, **more: Any) -> Post:
    try:
        with transaction.atomic():
            row = Post.objects.create(
                user=user,
                role=role,
                region=region,
                appointed_by=by,
                valid_from=at or timezone.now(),
                valid_to=OPEN_END,
                **more,
            )
    except IntegrityError:
        raise Refused("held_already", _("这个人已经在这个岗位上"), "user") from None
    forget_hats(user)
    keep_group(user, role, row.valid_from)
    record(by, "post.given", row, role=role, region=region.code)
    tell(user, "post_given", row)
    return row


def keep_group(user: Any, role: str, at: datetime) -> None:
    """Put the person into the role's group of editors while a post gives it, and out of it afterwards."""
    name = ROLES[role].group
    if not name:
        return
    group, _made = Group.objects.get_or_create(name=name)
    held = Post.objects.filter(user=user, role=role, valid_from__lte=at, valid_to__gt=at).exists()
    (user.groups.add if held else user.groups.remove)(group)
