"""The hats that memberships give, who leads whom, and what a head may give."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext

from partners.memberships.models import MemberRole, Membership, MembershipState
from partners.network.access import office_holders
from partners.network.queries import in_subtrees
from partners.providers.models import Provider, ProviderKind, ProviderState
from partners.providers.stopping import LATELY, while_stopped
from portal.permissions.hats import Hat, hats, permissions_of, places_for, teams_for
from portal.permissions.roles import ROLES

MANAGE = "partners.manage_team"
# Who sees to the heads of providers: the office that approves them.
OVERSEE = "partners.decide_application"

# Which roles exist at which kind of provider; the first is its head.
ROLES_AT: dict[str, tuple[str, ...]] = {
    ProviderKind.AGENCY: (MemberRole.MANAGER, MemberRole.WORKER),
    ProviderKind.STATION: (MemberRole.STATION_LEAD, MemberRole.WORKER),
}
HEADS = frozenset({MemberRole.MANAGER, MemberRole.STATION_LEAD})


def membership_hats(user: Any, at: datetime) -> Iterator[Hat]:
    """One hat for each membership of a live provider from that moment on; a stopped provider's people, and those who
    left lately, have nothing but what they may still end."""
    known = (ProviderState.LIVE, ProviderState.SUSPENDED)
    rows = list(
        Membership.objects.filter(
            user=user, valid_to__gt=at - LATELY, provider__state__in=known
        ).select_related("provider")
    )
    if any(row.provider.state == ProviderState.SUSPENDED or row.valid_to <= at for row in rows):
        yield from while_stopped(user, at)
    for row in rows:
        if row.provider.state != ProviderState.LIVE or row.valid_to <= at:
            continue
        yield Hat(
            role=row.role,
            team_id=row.provider.team_id,
            region_name=row.provider.name,
            cause=f"membership:{row.no}",
            valid_from=row.valid_from,
            valid_to=row.valid_to,
        )


def may_give(user: Any, provider: Provider, role: str) -> bool:
    """Whether the person leads this provider and holds there everything that the role would give."""
    if role not in ROLES_AT.get(provider.kind, ()):
        return False
    wanted = ROLES[role].permissions
    return any(
        hat.team_id == provider.team_id
        and MANAGE in hat.rules.permissions
        and wanted <= hat.rules.permissions
        for hat in hats(user)
    )


def own_provider(user: Any, code: str = "") -> Provider:
    """The provider whose team the person manages; `code` picks one of several. Raises Http404."""
    rows = Provider.objects.filter(team__in=teams_for(user, MANAGE))
    row = (rows.filter(no=code) if code else rows.order_by("pk")).select_related("home").first()
    if row is None:
        raise Http404
    return row


def members_visible_to(user: Any) -> QuerySet[Membership]:
    """Memberships of the teams that the person manages."""
    return Membership.objects.filter(provider__team__in=teams_for(user, MANAGE))


def invitation_for(user: Any, no: str, *, to: str) -> Membership:
    """An invitation that waits at an own team, for `renew` or `withdraw`. Raises Http404."""
    return _first(members_visible_to(user).filter(no=no, state=MembershipState.INVITED))


def leaving_for(user: Any, no: str) -> Membership:
    """A member whose leaving the person may see to: a worker of an own team, oneself, or a head for the overseer.

    Raises Http404.
    """
    joined = Q(no=no, state=MembershipState.JOINED, valid_to__gt=timezone.now())
    own = members_visible_to(user).filter(joined, Q(role=MemberRole.WORKER) | Q(user=user))
    if not own.exists() and OVERSEE in permissions_of(user):
        return _first(Membership.objects.filter(joined, role__in=HEADS))
    return _first(own)


def own_invitations(user: Any, at: datetime) -> QuerySet[Membership]:
    """The invitations that wait for this person's answer."""
    # An empty account that stands for somebody with one is not asked itself.
    mine = Q(user=user, meant_for=None) | Q(meant_for=user)
    rows = Membership.objects.filter(mine, state=MembershipState.INVITED, answer_by__gt=at)
    return rows.select_related("provider").order_by("pk")


def own_invitation_for(user: Any, no: str) -> Membership:
    """One of them. Raises Http404."""
    return _first(own_invitations(user, timezone.now()).filter(no=no))


def _first(rows: QuerySet[Membership]) -> Membership:
    row = rows.select_related("user", "provider", "meant_for").first()
    if row is None:
        raise Http404
    return row


def leads(by: Any, user: Any) -> bool:
    """A reset rule: a team's head may reset a worker all of whose rights come from that head's teams."""
    now = timezone.now()
    live = Membership.objects.filter(user=user, valid_from__lte=now, valid_to__gt=now)
    teams = teams_for(by, MANAGE)
    own = live.filter(provider__team__in=teams, role=MemberRole.WORKER).exists()
    other = live.exclude(provider__team__in=teams, role=MemberRole.WORKER).exists()
    beyond = any(hat.team_id not in teams for hat in hats(user, now) if hat.shut_household is None)
    return own and not other and not beyond


def approved_the_house(by: Any, user: Any) -> bool:
    """A reset rule: the bureau may reset the head of a provider of its place, all of whose rights come from there."""
    now = timezone.now()
    live = Membership.objects.filter(user=user, valid_from__lte=now, valid_to__gt=now)
    here = in_subtrees(places_for(by, "partners.decide_application"), "provider__home__path")
    led = live.filter(here).exclude(role=MemberRole.WORKER)
    other = live.exclude(pk__in=led.values("pk")).exists()
    beyond = any(not hat.team_id for hat in hats(user, now) if hat.shut_household is None)
    return led.exists() and not other and not beyond


def heads_of_member(user: Any, at: datetime) -> QuerySet:
    """Who answers for a worker: the heads of the same provider."""
    live = Membership.objects.filter(valid_from__lte=at, valid_to__gt=at)
    teams = live.filter(user=user, role=MemberRole.WORKER).values("provider")
    heads = live.filter(provider__in=teams).exclude(role=MemberRole.WORKER).values("user")
    return get_user_model().objects.filter(is_active=True, pk__in=heads)


def heads_of_head(user: Any, at: datetime) -> Iterator[Any]:
    """Who answers for the head of a provider: the bureau that approved it."""
    rows = Membership.objects.filter(user=user, valid_from__lte=at, valid_to__gt=at).exclude(
        role=MemberRole.WORKER
    )
    for row in rows.select_related("provider__home"):
        if row.provider.home is not None:
            yield from office_holders("partners.decide_application", row.provider.home, at)


def leads_nobody_alone(user: Any) -> str:
    """A hold on closing one's account: a provider that would be left without a head."""
    now = timezone.now()
    live = Membership.objects.filter(valid_from__lte=now, valid_to__gt=now)
    heads = live.exclude(role=MemberRole.WORKER)
    others = heads.exclude(user=user).filter(user__is_active=True).values("provider")
    if heads.filter(user=user).exclude(provider__in=others).exists():
        return gettext("您是机构或社工站的负责人，后面还没有人接。请先找县民政局换负责人。")
    return ""
