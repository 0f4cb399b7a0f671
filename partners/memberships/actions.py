"""Joining and leaving a provider's team."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.memberships.models import MemberRole, Membership
from partners.providers.models import Provider
from portal.accounts.actions import invite, issue_invitation
from portal.base.audit import record
from portal.base.models import OPEN_END, record_number
from portal.base.outbox import post
from portal.base.refused import Refused
from portal.permissions.hats import forget_hats, teams_for

INVITED = frozenset({MemberRole.WORKER})

Departure = Callable[..., object]
_departures: list[Departure] = []


def register_departure(fn: Departure) -> None:
    """Add `fn(user=, provider=, by=, at=)`, run in the transaction in which somebody leaves a provider."""
    if fn not in _departures:
        _departures.append(fn)


@transaction.atomic
def add_member(
    *,
    provider: Provider,
    user: Any,
    role: str,
    by: Any,
    sex: str = "",
    dialect: str = "",
    at: datetime | None = None,
) -> Membership:
    """Make a person a member, as the deciding action of another room. Refused: member_already."""
    try:
        with transaction.atomic():
            row = Membership.objects.create(
                no=record_number("M"),
                provider=provider,
                user=user,
                role=role,
                sex=sex,
                dialect=dialect,
                invited_by=by,
                valid_from=at or timezone.now(),
            )
    except IntegrityError:
        raise Refused("member_already", _("这个人已经在机构里")) from None
    forget_hats(user)
    record(by, "membership.begun", row, provider=provider.no, role=role)
    return row


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
    at: datetime | None = None,
) -> tuple[Membership, str]:
    """Invite a worker; returns the secret of the link by which they choose a password.

    Refused: not_yours, role_unknown, phone, phone_taken.
    """
    _check_team(provider, by)
    if role not in INVITED:
        raise Refused("role_unknown", _("只能邀请护理员，其他岗位请找县民政局"), "role")
    user, secret = invite(name=name, phone=phone, by=by)
    row = add_member(provider=provider, user=user, role=role, by=by, sex=sex, dialect=dialect, at=at)
    post(user, "membership_begun", row)
    return row, secret


@transaction.atomic
def end_membership(*, membership: Membership, by: Any, at: datetime | None = None) -> None:
    """End it at once: sight of households, assignments and grants go in the same transaction.

    Refused: not_yours, own_membership, leaders_stay, ended.
    """
    at = at or timezone.now()
    _check_team(membership.provider, by)
    if membership.user_id == by.pk:
        raise Refused("own_membership", _("自己不能把自己移出机构，请找县民政局"))
    if membership.role not in INVITED:
        raise Refused("leaders_stay", _("负责人的变动请找县民政局办理"))
    won = Membership.objects.filter(pk=membership.pk, version=membership.version, valid_to=OPEN_END).update(
        valid_to=max(at, membership.valid_from), version=F("version") + 1, updated_at=at
    )
    if not won:
        raise Refused("ended", _("这个人刚刚已经离开机构，请刷新页面"))
    membership.refresh_from_db(fields=["valid_to", "version"])
    for fn in _departures:
        fn(user=membership.user, provider=membership.provider, by=by, at=at)
    record(by, "membership.ended", membership, provider=membership.provider.no, role=membership.role)
    post(membership.user, "membership_ended", membership)


def leave_all(*, user: Any, at: datetime) -> None:
    """A farewell: whoever closes their account leaves every team, as if the head had ended it."""
    for row in Membership.objects.filter(user=user, valid_to=OPEN_END).select_related("provider"):
        Membership.objects.filter(pk=row.pk, valid_to=OPEN_END).update(
            valid_to=max(at, row.valid_from), version=F("version") + 1, updated_at=at
        )
        for fn in _departures:
            fn(user=user, provider=row.provider, by=user, at=at)
        record(user, "membership.ended", row, provider=row.provider.no, role=row.role)


@transaction.atomic
def renew_invitation(*, membership: Membership, by: Any) -> str:
    """A fresh link for a member who has not chosen a password yet; returns its secret.

    Refused: not_yours, ended, already_active.
    """
    _check_team(membership.provider, by)
    if membership.valid_to != OPEN_END:
        raise Refused("ended", _("这个人已经离开机构，请刷新页面"))
    return issue_invitation(user=membership.user, by=by)


def _check_team(provider: Provider, by: Any) -> None:
    if provider.team_id not in teams_for(by, "partners.manage_team"):
        raise Refused("not_yours", _("您不管这家机构的人员"))
