"""Inviting somebody to a post by telephone number, and the answer of who has an account with that number already.

Whether the number has an account changes nothing that the office sees. Then an empty account bears what was typed,
and holds the post for show; its holder is asked in their own account, and takes the post over or says no.
"""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.network.access import covers
from partners.network.actions import check_place, hold_post, keep_group
from partners.network.models import Post, Region
from partners.network.ranks import may_invite
from portal.accounts.actions import drop_unused, invite_unseen
from portal.base import public_stamp
from portal.base.audit import record
from portal.base.identifiers import mobile_e164
from portal.base.models import OPEN_END
from portal.base.outbox import post as tell
from portal.base.refused import Refused
from portal.permissions.hats import forget_hats


@transaction.atomic
def invite_to_post(
    *, name: str, phone: str, role: str, region: Region, by: Any, at: datetime | None = None
) -> tuple[Post, str]:
    """Invite a person to a post below one's own; returns the secret of the link by which they choose a password.

    Refused: role_unknown, wrong_level, not_yours, phone, invited_already, busy.
    """
    check_place(role, region)
    if role == "department_staff" or not covers(by, role, region, by=may_invite):
        raise Refused("not_yours", _("这个岗位不由您邀请，请找上一级"), "role")
    _refuse_twice(role, region, phone)
    user, secret, holder = invite_unseen(name=name, phone=phone, by=by)
    return hold_post(user, role, region, by, at, meant_for=holder), secret


def _refuse_twice(role: str, region: Region, phone: str) -> None:
    """A number that was typed for this very post and has not answered yet; nothing else is told."""
    number = mobile_e164(phone)
    waiting = Post.objects.filter(role=role, region=region, valid_to=OPEN_END).select_related("user")
    if any(row.user.phone == number and not row.user.has_usable_password() for row in waiting):
        raise Refused("invited_already", _("这个手机号已经邀请过这个岗位了，还没答复"), "phone")


def own_offers(user: Any, at: datetime) -> QuerySet[Post]:
    """The posts that wait for this person's answer."""
    rows = Post.objects.filter(meant_for=user, valid_to__gt=at)
    return rows.select_related("region", "user", "appointed_by").order_by("pk")


def own_offer_for(user: Any, uid: Any) -> Post:
    """One of them. Raises Http404."""
    row = own_offers(user, timezone.now()).filter(uid=uid).first()
    if row is None:
        raise Http404
    return row


@transaction.atomic
def take_post(*, post: Post, by: Any, at: datetime | None = None) -> Post:
    """The person asked holds the post from now on, with the account they have. Refused: not_yours, held_already."""
    at = at or timezone.now()
    shell = post.user
    twice = Refused("held_already", _("您已经在这个岗位上，可以谢绝"))
    if Post.objects.filter(user=by, role=post.role, region=post.region, valid_to__gt=at).exists():
        raise twice
    try:
        with transaction.atomic():
            _answer(post, by, at, user=by, valid_from=max(at, post.valid_from))
    except IntegrityError:
        raise twice from None
    forget_hats(by)
    keep_group(shell, post.role, at)
    keep_group(by, post.role, at)
    _drop(shell, by, at)
    record(by, "post.taken", post, role=post.role, region=post.region.code)
    public_stamp.bump()
    return post


@transaction.atomic
def decline_post(*, post: Post, by: Any, at: datetime | None = None) -> None:
    """The person asked does not want it; who invited them is told. Refused: not_yours."""
    at = at or timezone.now()
    shell = post.user
    _answer(post, by, at, valid_to=max(at, post.valid_from))
    keep_group(shell, post.role, at)
    _drop(shell, by, at)
    record(by, "post.declined", post, role=post.role, region=post.region.code)
    if post.appointed_by is not None:
        tell(post.appointed_by, "post_declined", post)
    public_stamp.bump()


def decline_all(*, user: Any, at: datetime) -> None:
    """A farewell: whoever closes their account takes no post."""
    for row in own_offers(user, at):
        decline_post(post=row, by=user, at=at)


def wait_for_own_account(*, user: Any, at: datetime) -> None:
    """An arrival: the link of a number that has an account opens no second one. Refused: own_account."""
    if Post.objects.filter(user=user, meant_for__isnull=False, valid_to__gt=at).exists():
        raise Refused("own_account", _("请用原来的账号登录，再答应"))


def _answer(post: Post, by: Any, at: datetime, **fields: Any) -> None:
    won = Post.objects.filter(pk=post.pk, meant_for=by, valid_to__gt=at).update(
        meant_for=None, updated_at=at, **fields
    )
    if not won:
        raise Refused("not_yours", _("这个岗位不等您答复了，请刷新再看"))
    post.refresh_from_db()


def _drop(shell: Any, by: Any, at: datetime) -> None:
    """The empty account goes, unless another post or team still waits behind it."""
    if not shell.posts.filter(valid_to__gt=at).exists():
        drop_unused(user=shell, by=by, at=at)
