"""Giving and ending posts of the network."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.network.access import covers
from partners.network.models import Department, Post, Region
from partners.network.ranks import LEVEL_OF, may_appoint
from portal.base import public_stamp
from portal.base.audit import record
from portal.base.models import OPEN_END
from portal.base.outbox import post as tell
from portal.base.periods import local_date
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
    begins: datetime | None = None,
    until: datetime | None = None,
    at: datetime | None = None,
) -> Post:
    """Give a person a post at a place, from `begins` (now) to `until` (no end).

    `by` None is the operator of the machine, not a person on the site.
    Refused: role_unknown, wrong_level, own_post, not_yours, department_missing, past, order, held_already.
    """
    check_place(role, region)
    if by is not None:
        if user == by:
            raise Refused("own_post", _("自己的岗位要由别人任命"))
        if not covers(by, role, region, by=may_appoint):
            raise Refused("not_yours", _("这个岗位不由您任命，请找上一级"), "role")
    if role == "department_staff" and department is None:
        raise Refused("department_missing", _("请选是哪个部门的经办人"), "department")
    return hold_post(
        user, role, region, by, at, begins=begins, until=until, department=department, on_duty=on_duty
    )


@transaction.atomic
def end_post(*, post: Post, by: Any, on: datetime | None = None, at: datetime | None = None) -> None:
    """Take a post back, at once or at the moment `on`; what it showed is gone with the next request from then.

    Refused: own_post, not_yours, past, ended.
    """
    at = at or timezone.now()
    check_may_end_post(post, by)
    if on is not None and not at < on < OPEN_END:
        raise Refused("past", _("离开的日子要在今天以后。今天就走，请选“现在”"), "on")
    end = max(on or at, post.valid_from)
    if not Post.objects.filter(pk=post.pk, valid_to__gt=at).update(valid_to=end, updated_at=at):
        raise Refused("ended", _("这个岗位已经撤了，请刷新页面"))
    post.refresh_from_db(fields=["valid_to"])
    forget_hats(post.user)
    keep_group(post.user, post.role, at)
    record(
        by,
        "post.end_planned" if on else "post.ended",
        post,
        role=post.role,
        region=post.region.code,
        until=end.isoformat(),
    )
    public_stamp.bump()
    tell(
        post.meant_for or post.user,
        "post_ends" if on else "post_ended",
        post,
        dedupe=f"post_end:{post.uid}:{end.isoformat()}",
    )


def check_may_end_post(post: Post, by: Any) -> None:
    """Others end a post, and only from above. `by` None is the operator. Refused: own_post, not_yours."""
    if by is None:
        return
    if post.user_id == by.pk:
        raise Refused("own_post", _("自己的岗位要由别人来撤"))
    if not covers(by, post.role, post.region, by=may_appoint):
        raise Refused("not_yours", _("这个岗位不由您来撤，请找上一级"))


def check_place(role: str, region: Region) -> None:
    """Whether there is such a post at such a place. Refused: role_unknown, wrong_level."""
    if role not in LEVEL_OF:
        raise Refused("role_unknown", _("没有这个岗位，请重新选"), "role")
    if LEVEL_OF[role] != region.level:
        raise Refused("wrong_level", _("这个岗位不设在这一级，请另选地方"), "region")


def hold_post(
    user: Any,
    role: str,
    region: Region,
    by: Any,
    at: datetime | None,
    *,
    begins: datetime | None = None,
    until: datetime | None = None,
    **more: Any,
) -> Post:
    """Write the post of an action that has asked who may give it. Refused: past, order, held_already."""
    at = at or timezone.now()
    start, end = begins or at, until or OPEN_END
    if local_date(start) < local_date(at):
        raise Refused("past", _("到岗日子不能早于今天"), "begins")
    if end <= start:
        raise Refused("order", _("结束的日子要晚于到岗的日子"), "until")
    twice = Refused("held_already", _("这个人已经在这个岗位上"), "user")
    held = Post.objects.filter(user=user, role=role, region=region, valid_to__gt=start, valid_from__lt=end)
    if held.exists():
        raise twice
    try:
        with transaction.atomic():
            row = Post.objects.create(
                user=user,
                role=role,
                region=region,
                appointed_by=by,
                valid_from=start,
                valid_to=end,
                **more,
            )
    except IntegrityError:
        raise twice from None
    forget_hats(user)
    keep_group(user, role, at)
    record(by, "post.given", row, role=role, region=region.code)
    tell(row.meant_for or user, "post_offered" if row.meant_for else "post_given", row)
    public_stamp.bump()
    return row


def keep_group(user: Any, role: str, at: datetime) -> None:
    """Put the person into the role's group of editors while a post gives it or will, and out of it afterwards.

    The group alone opens nothing: the gate asks for the hat, which follows the dates.
    """
    name = ROLES[role].group
    if not name:
        return
    group, _made = Group.objects.get_or_create(name=name)
    held = Post.objects.filter(user=user, role=role, valid_to__gt=at).exists()
    (user.groups.add if held else user.groups.remove)(group)
