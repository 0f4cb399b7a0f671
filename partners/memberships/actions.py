"""Joining and leaving a provider's team, now or on a day to come. Invitations are in `invitations`."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.memberships.access import HEADS, OVERSEE
from partners.memberships.lifecycle import MEMBERSHIP
from partners.memberships.models import Membership, MembershipState
from partners.providers.models import Provider
from portal.base.audit import record
from portal.base.models import OPEN_END, record_number
from portal.base.outbox import post
from portal.base.refused import Refused
from portal.permissions.hats import forget_hats, permissions_of, teams_for

Departure = Callable[..., object]
_departures: list[Departure] = []
_plans: list[Departure] = []


def register_departure(fn: Departure) -> None:
    """Add `fn(user=, provider=, by=, at=)`, run in the transaction in which somebody leaves a provider."""
    if fn not in _departures:
        _departures.append(fn)


def register_planned_departure(fn: Departure) -> None:
    """Add `fn(user=, provider=, until=)`, run in the transaction in which a leaving is set for a moment to come."""
    if fn not in _plans:
        _plans.append(fn)


def move(membership: Membership, verb: str, at: datetime, rows: Q | None = None, **fields: Any) -> None:
    """Take the next step in one conditional update; of two people at once one wins. Refused: wrong_state, stale."""
    target = MEMBERSHIP.step(membership.state, verb)
    won = (
        Membership.objects.filter(rows or Q(), pk=membership.pk, version=membership.version)
        .filter(state__in=MEMBERSHIP.sources(verb))
        .update(state=target, version=F("version") + 1, updated_at=at, **fields)
    )
    if not won:
        raise Refused("stale", _("刚刚有人办过了，请刷新页面再看"))
    membership.refresh_from_db(
        fields=["state", "version", "valid_from", "valid_to", "wanted_to", "answer_by"]
    )
    forget_hats(membership.user)


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
    at = at or timezone.now()
    finish_over(at, Q(provider=provider, user=user))
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
                valid_from=at,
            )
    except IntegrityError:
        raise Refused("member_already", _("这个人已经在机构里")) from None
    forget_hats(user)
    record(by, "membership.begun", row, provider=provider.no, role=role)
    return row


@transaction.atomic
def end_membership(
    *, membership: Membership, by: Any, on: datetime | None = None, at: datetime | None = None
) -> None:
    """Let somebody go, at once or at the moment `on`: sight of households and assignments end with it.

    Refused: not_yours, own_membership, leaders_stay, last_head, past, wrong_state, stale.
    """
    at = at or timezone.now()
    check_may_end(membership, by)
    if on is not None and on <= at:
        raise Refused("past", _("离开的日子要在今天以后。今天就走，请选“现在”"), "on")
    if on is not None and on >= OPEN_END:
        raise Refused("past", _("请写一个具体的日子"), "on")
    _check_successor(membership, on or at)
    if on is None:
        _leave(membership, by, at)
        return
    on = max(on, membership.valid_from)
    move(membership, "plan_end", at, valid_to=on)
    for fn in _plans:
        fn(user=membership.user, provider=membership.provider, until=on)
    record(
        by,
        "membership.end_planned",
        membership,
        provider=membership.provider.no,
        role=membership.role,
        until=on.isoformat(),
    )
    post(membership.user, "membership_ends", membership)


def check_may_end(membership: Membership, by: Any) -> None:
    """A head lets workers go and may go oneself; other heads are the bureau's to end.

    Refused: not_yours, own_membership, leaders_stay.
    """
    own_team = membership.provider.team_id in teams_for(by, "partners.manage_team")
    oversees = OVERSEE in permissions_of(by)
    if membership.user_id == by.pk:
        if not own_team:
            raise Refused("own_membership", _("自己不能把自己移出机构，请找机构负责人"))
        return
    if membership.role in HEADS:
        if not oversees:
            code = "leaders_stay" if own_team else "not_yours"
            raise Refused(code, _("负责人的变动请找县民政局办理"))
        return
    if not own_team:
        raise Refused("not_yours", _("您不管这家机构的人员"))


def _check_successor(membership: Membership, moment: datetime) -> None:
    """The last head stays until another one stands at that moment. The provider's row serialises two who go at once."""
    if membership.role not in HEADS:
        return
    Provider.objects.select_for_update().filter(pk=membership.provider_id).first()
    others = heads_at(membership.provider, moment).exclude(user=membership.user_id)
    if not others.filter(valid_to=OPEN_END).exists():
        raise Refused(
            "last_head", _("机构里不能没有负责人。请先加一位负责人，等对方答应以后再离开"), "successor"
        )


def heads_at(provider: Provider, moment: datetime) -> Any:
    """The heads in force then whose account is open."""
    return Membership.objects.filter(
        provider=provider,
        role__in=HEADS,
        state=MembershipState.JOINED,
        valid_from__lte=moment,
        valid_to__gt=moment,
        user__is_active=True,
    )


def _leave(membership: Membership, by: Any, at: datetime) -> None:
    move(membership, "end", at, valid_to=min(membership.valid_to, max(at, membership.valid_from)))
    _depart(membership, by, at)


def _depart(membership: Membership, by: Any, at: datetime) -> None:
    """What goes with a membership, unless the person is still in the team under another role."""
    still = Membership.objects.filter(
        provider=membership.provider_id,
        user=membership.user_id,
        state=MembershipState.JOINED,
        valid_to__gt=at,
    )
    if not still.exists():
        for fn in _departures:
            fn(user=membership.user, provider=membership.provider, by=by, at=at)
    record(by, "membership.ended", membership, provider=membership.provider.no, role=membership.role)
    if membership.user.is_active:
        post(membership.user, "membership_ended", membership)


def leave_all(*, user: Any, at: datetime) -> None:
    """A farewell: whoever closes their account leaves every team, as if the head had ended it, and joins none."""
    rows = Membership.objects.filter(user=user).select_related("user", "provider", "invited_by")
    for row in rows.filter(state=MembershipState.JOINED).order_by("pk"):
        _leave(row, user, at)
    for row in rows.filter(state=MembershipState.INVITED).order_by("pk"):
        move(row, "decline", at)
        record(user, "membership.decline", row, provider=row.provider.no, role=row.role)
        post(row.invited_by, "membership_declined", row)


@transaction.atomic
def finish_over(at: datetime, rows: Q | None = None) -> int:
    """End the memberships whose planned end has come; hats ended by the date itself. Returns how many."""
    over = Membership.objects.filter(rows or Q(), state=MembershipState.JOINED, valid_to__lte=at)
    done = 0
    for row in over.select_related("user", "provider").order_by("pk"):
        move(row, "end", at)
        _depart(row, None, at)
        done += 1
    return done


def has_over(at: datetime) -> bool:
    """Whether some planned end or some invitation's last day has come."""
    over = Q(state=MembershipState.JOINED, valid_to__lte=at) | Q(
        state=MembershipState.INVITED, answer_by__lte=at
    )
    return Membership.objects.filter(over).exists()
