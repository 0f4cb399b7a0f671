"""Asking somebody into a team: they join by choosing a password, or by saying yes with the account they have."""

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.memberships.access import may_give
from partners.memberships.actions import finish_over, move
from partners.memberships.models import MemberRole, Membership, MembershipState
from partners.providers.models import Provider, ProviderState
from portal.accounts.actions import LINK_DAYS, drop_unused, invite_unseen, issue_invitation
from portal.accounts.models import User
from portal.base.audit import record
from portal.base.identifiers import mobile_e164
from portal.base.models import OPEN_END, record_number
from portal.base.outbox import post
from portal.base.refused import Refused
from portal.permissions.hats import forget_hats, teams_for

ANSWER_WITHIN = timedelta(days=LINK_DAYS)
FURTHEST = timedelta(days=366)


@transaction.atomic
def invite_member(
    *,
    provider: Provider,
    name: str,
    phone: str,
    by: Any,
    sex: str = "",
    dialect: str = "",
    role: str = MemberRole.WORKER,
    begins: datetime | None = None,
    until: datetime | None = None,
    at: datetime | None = None,
) -> tuple[Membership, str]:
    """Invite somebody by telephone number; returns the secret of the link by which they choose a password and join.

    Whether the number has an account changes nothing that is returned: who has one answers on their own page, and the
    link opens no second account.
    Refused: not_yours, role_unknown, past, too_far, order, phone, invited_already, busy.
    """
    at = at or timezone.now()
    _check_gift(provider, role, by)
    start, end = _interval(begins, until, at)
    _refuse_twice(provider, phone)
    user, secret, holder = invite_unseen(name=name, phone=phone, by=by)
    row = _ask(provider, user, role, by, at, start, end, sex=sex, dialect=dialect, meant_for=holder)
    return row, secret


@transaction.atomic
def invite_known(
    *,
    provider: Provider,
    username: str,
    name: str,
    by: Any,
    role: str = MemberRole.WORKER,
    begins: datetime | None = None,
    until: datetime | None = None,
    at: datetime | None = None,
) -> Membership:
    """Invite somebody by the login name and the name they gave; they answer on their own page.

    A login name without its own person's name is refused like one that nobody has.
    Refused: not_yours, role_unknown, past, too_far, order, no_match, member_already.
    """
    at = at or timezone.now()
    _check_gift(provider, role, by)
    start, end = _interval(begins, until, at)
    user = User.objects.filter(username=username.strip(), name=name.strip(), is_active=True).first()
    if user is None:
        raise Refused("no_match", _("登录名和姓名对不上，请和本人再核对一遍"), "username")
    finish_over(at, Q(provider=provider, user=user))
    expire_over(at, Q(provider=provider, user=user))
    return _ask(provider, user, role, by, at, start, end)


def _refuse_twice(provider: Provider, phone: str) -> None:
    """A number that this team itself has typed and that has not answered yet; nothing else is told."""
    number = mobile_e164(phone)
    waiting = Membership.objects.filter(provider=provider, state=MembershipState.INVITED)
    for row in waiting.select_related("user"):
        if not row.user.has_usable_password() and row.user.phone == number:
            raise Refused("invited_already", _("这个手机号你们已经邀请过了，请看名单里的邀请"), "phone")


def _ask(
    provider: Provider,
    user: Any,
    role: str,
    by: Any,
    at: datetime,
    start: datetime,
    end: datetime,
    **more: Any,
) -> Membership:
    try:
        with transaction.atomic():
            row = Membership.objects.create(
                no=record_number("M"),
                provider=provider,
                user=user,
                role=role,
                state=MembershipState.INVITED,
                valid_from=start,
                valid_to=start,
                wanted_to=end,
                answer_by=at + ANSWER_WITHIN,
                invited_by=by,
                **more,
            )
    except IntegrityError:
        raise Refused("member_already", _("这个人已经在机构里，或者已经邀请过了"), "username") from None
    record(by, "membership.invited", row, provider=provider.no, role=role)
    post(asked(row), "membership_invited", row)
    return row


def asked(membership: Membership) -> Any:
    """Whose answer it is: the person with that number, else the account made for it."""
    return membership.meant_for or membership.user


def _interval(begins: datetime | None, until: datetime | None, at: datetime) -> tuple[datetime, datetime]:
    """From when to when it is offered; not backdated, at most a year ahead."""
    start, end = begins or at, until or OPEN_END
    if start < at - timedelta(days=1):
        raise Refused("past", _("到岗日子不能早于今天"), "begins")
    if start > at + FURTHEST:
        raise Refused("too_far", _("到岗日子最多写到一年以后"), "begins")
    if end <= start or end <= at:
        raise Refused("order", _("结束的日子要晚于到岗的日子"), "until")
    return start, end


def _check_gift(provider: Provider, role: str, by: Any) -> None:
    if provider.team_id not in teams_for(by, "partners.manage_team"):
        raise Refused("not_yours", _("您不管这家机构的人员"))
    if not may_give(by, provider, role):
        raise Refused("role_unknown", _("这个岗位不由您给，请重新选"), "role")


@transaction.atomic
def renew_invitation(*, membership: Membership, by: Any, at: datetime | None = None) -> str:
    """Another week to answer; returns a fresh link's secret, or "" for somebody with an account of their own.

    Refused: not_yours, role_unknown, order, wrong_state, stale.
    """
    at = at or timezone.now()
    _check_gift(membership.provider, membership.role, by)
    if membership.wanted_to <= at:
        raise Refused("order", _("说好的结束日子已经过了。请收回这个邀请，重新邀请"))
    moved = {"invited_by": by, "answer_by": at + ANSWER_WITHIN}
    if membership.valid_from < at:
        moved |= {"valid_from": at, "valid_to": at}
    move(membership, "renew", at, **moved)
    record(by, "membership.invitation_renewed", membership, provider=membership.provider.no)
    post(asked(membership), "membership_invited", membership)
    membership.user.refresh_from_db(fields=["password"])
    if membership.user.has_usable_password():
        return ""
    return issue_invitation(user=membership.user, by=by)


@transaction.atomic
def withdraw_invitation(*, membership: Membership, by: Any, at: datetime | None = None) -> None:
    """Take the question back; a link that was never used is dead. Refused: not_yours, wrong_state, stale."""
    at = at or timezone.now()
    if membership.provider.team_id not in teams_for(by, "partners.manage_team"):
        raise Refused("not_yours", _("您不管这家机构的人员"))
    _give_up(membership, "withdraw", by, at)
    post(asked(membership), "membership_withdrawn", membership)


@transaction.atomic
def decline_invitation(*, membership: Membership, by: Any, at: datetime | None = None) -> None:
    """The invited person says no; who asked is told. Refused: not_yours, wrong_state, stale."""
    at = at or timezone.now()
    _check_own(membership, by)
    _give_up(membership, "decline", by, at)
    post(membership.invited_by, "membership_declined", membership)


@transaction.atomic
def accept_invitation(*, membership: Membership, by: Any, at: datetime | None = None) -> Membership:
    """The invited person says yes and belongs to the team from the day that was offered.

    Refused: not_yours, too_late, provider_stopped, member_already, wrong_state, stale.
    """
    at = at or timezone.now()
    _check_own(membership, by)
    if membership.answer_by is None or membership.answer_by <= at or membership.wanted_to <= at:
        raise Refused("too_late", _("邀请已经过期。请让机构负责人再发一次"))
    if membership.provider.state != ProviderState.LIVE:
        raise Refused("provider_stopped", _("这家机构现在停用了，请先问机构负责人"))
    shell = membership.user if membership.meant_for is not None else None
    _join(membership, at)
    if shell is not None:
        drop_unused(user=shell, by=by, at=at)
    return membership


def _join(membership: Membership, at: datetime) -> None:
    start, human = max(at, membership.valid_from), asked(membership)
    try:
        with transaction.atomic():
            move(
                membership, "join", at, valid_from=start, valid_to=membership.wanted_to, answer_by=None,
                user=human, meant_for=None,
            )  # fmt: skip
    except IntegrityError:
        raise Refused("member_already", _("您已经在这家机构里了，可以谢绝")) from None
    membership.user, membership.meant_for = human, None
    forget_hats(human)
    record(
        membership.user, "membership.begun", membership, provider=membership.provider.no, role=membership.role
    )
    post(membership.user, "membership_begun", membership)


@transaction.atomic
def join_by_password(*, user: Any, at: datetime) -> int:
    """Somebody invited has chosen a password, which is their yes; returns how many teams they joined.

    Refused: own_account, where the number has an account already: its holder answers there, and no second one begins.
    """
    if Membership.objects.filter(user=user, state=MembershipState.INVITED, meant_for__isnull=False).exists():
        raise Refused("own_account", _("请用原来的账号登录，再答应"))
    rows = Membership.objects.filter(
        user=user,
        state=MembershipState.INVITED,
        answer_by__gt=at,
        wanted_to__gt=at,
        provider__state=ProviderState.LIVE,
    ).select_related("user", "provider")
    joined = list(rows.order_by("pk"))
    for row in joined:
        _join(row, at)
    return len(joined)


@transaction.atomic
def expire_over(at: datetime, rows: Q | None = None) -> int:
    """End the invitations that nobody answered in time; who asked is told. Returns how many."""
    over = Membership.objects.filter(rows or Q(), state=MembershipState.INVITED, answer_by__lte=at)
    done = 0
    for row in over.select_related("user", "provider", "invited_by").order_by("pk"):
        _give_up(row, "expire", None, at)
        post(row.invited_by, "membership_expired", row)
        done += 1
    return done


def _give_up(membership: Membership, verb: str, by: Any, at: datetime) -> None:
    """An invitation that never came into force stays an empty interval; an account made for it alone goes."""
    move(membership, verb, at)
    user = membership.user
    wanted = user.memberships.exclude(state=MembershipState.ENDED).exists() or user.posts.exists()
    if not wanted:
        drop_unused(user=user, by=by, at=at)
    record(by, f"membership.{verb}", membership, provider=membership.provider.no, role=membership.role)


def finish_memberships(at: datetime) -> int:
    """The minute's job: planned ends that came, invitations that ran out."""
    return finish_over(at) + expire_over(at)


def _check_own(membership: Membership, by: Any) -> None:
    if asked(membership).pk != by.pk:
        raise Refused("not_yours", _("这个邀请不是给您的"))
