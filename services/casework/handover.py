"""Leaving a team or a post: everything in hand passes on and the role ends, in one transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.memberships.actions import check_may_end, end_membership
from partners.memberships.models import Membership
from partners.network.actions import appoint, check_may_end_post, end_post
from partners.network.models import Post
from partners.providers.models import Provider
from portal.base.refused import Refused
from services.casework.in_hand import InHand, Leaving, in_hand

Takers = Mapping[str, Any]


@transaction.atomic
def leave_team(
    *,
    membership: Membership,
    by: Any,
    takers: Takers,
    on: datetime | None = None,
    at: datetime | None = None,
) -> None:
    """Pass on what the member has in hand (`takers` by key; None is back to the team) and end the membership.

    What has a taker passes at once; what goes back does so when the membership ends: now, or at `on`.
    Refused: taker_missing, taker_unable, and those of ending a membership and of each step.
    """
    at = at or timezone.now()
    check_may_end(membership, by)
    leaving = Leaving(user=membership.user, by=by, at=at, membership=membership)
    things = in_hand(leaving).things
    _pass_on(things, takers, at, by)
    if on is None:
        _let_go(things, takers, at)
    end_membership(membership=membership, by=by, on=on, at=at)


@transaction.atomic
def leave_post(
    *,
    post: Post,
    by: Any,
    takers: Takers,
    successor: Any = None,
    on: datetime | None = None,
    at: datetime | None = None,
) -> None:
    """Pass on what the holder has in hand, put the successor in if there is one, and end the post.

    Refused: taker_missing, taker_unable, and those of appointing and of ending a post.
    """
    at = at or timezone.now()
    check_may_end_post(post, by)
    if successor is not None:
        appoint(
            user=successor,
            role=post.role,
            region=post.region,
            department=post.department,
            on_duty=post.on_duty,
            by=by,
            begins=on,
            at=at,
        )
    leaving = Leaving(user=post.user, by=by, at=at, post=post)
    things = in_hand(leaving).things
    _pass_on(things, takers, at, by)
    if on is None:
        _let_go(things, takers, at)
    end_post(post=post, by=by, on=on, at=at)


def leave_nothing(*, user: Any, provider: Provider, by: Any, at: datetime) -> None:
    """A departure: what came into hand after a leaving was set goes to the first who is able, or back to the team."""
    membership = Membership.objects.filter(user=user, provider=provider).order_by("-valid_to", "-pk").first()
    for thing in in_hand(Leaving(user=user, by=by, at=at, membership=membership)).things:
        if thing.leave is not None:
            thing.leave(at)
        elif thing.has_choice and not thing.otherwise and thing.give is not None:
            thing.give(thing.takers[0], at)


def _pass_on(things: list[InHand], takers: Takers, at: datetime, by: Any) -> None:
    """Give each thing to whom it was promised; a thing that came up meanwhile has nobody yet."""
    for thing in things:
        if not thing.has_choice:
            continue
        if thing.key not in takers or (takers[thing.key] is None and not thing.otherwise):
            raise Refused("taker_missing", _("“%(thing)s”还没选交给谁") % {"thing": thing.words}, thing.key)
        taker = takers[thing.key]
        if taker is None:
            continue
        if taker.pk not in {person.pk for person in thing.takers} or thing.give is None:
            raise Refused(
                "taker_unable", _("“%(thing)s”不能交给这个人，请另选") % {"thing": thing.words}, thing.key
            )
        try:
            thing.give(taker, at)
        except Refused as no:
            words = _("“%(thing)s”：%(why)s") % {"thing": thing.words, "why": no.message}
            raise Refused(no.code, words, thing.key) from None


def _let_go(things: list[InHand], takers: Takers, at: datetime) -> None:
    for thing in things:
        if thing.leave is not None and takers.get(thing.key) is None:
            thing.leave(at)
