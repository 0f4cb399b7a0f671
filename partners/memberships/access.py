"""The hats that memberships give, and who leads whom."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext

from partners.memberships.models import MemberRole, Membership
from partners.network.access import office_holders
from partners.providers.models import Provider, ProviderState
from portal.permissions.hats import Hat, hats, teams_for


def membership_hats(user: Any, at: datetime) -> Iterator[Hat]:
    """One hat for each membership of a live provider from that moment on; a stopped provider's people see nothing."""
    rows = Membership.objects.filter(
        user=user, valid_to__gt=at, provider__state=ProviderState.LIVE
    ).select_related("provider")
    for row in rows:
        yield Hat(
            role=row.role,
            team_id=row.provider.team_id,
            region_name=row.provider.name,
            cause=f"membership:{row.no}",
            valid_from=row.valid_from,
            valid_to=row.valid_to,
        )


def own_provider(user: Any, code: str = "") -> Provider:
    """The provider whose team the person manages; `code` picks one of several. Raises Http404."""
    rows = Provider.objects.filter(team__in=teams_for(user, "partners.manage_team"))
    row = (rows.filter(no=code) if code else rows.order_by("pk")).select_related("home").first()
    if row is None:
        raise Http404
    return row


def members_visible_to(user: Any) -> QuerySet[Membership]:
    """Memberships of the teams that the person manages."""
    return Membership.objects.filter(provider__team__in=teams_for(user, "partners.manage_team"))


def membership_for(user: Any, no: str, *, to: str) -> Membership:
    """One member of an own team, for the verb `end` or `reset`. Raises Http404."""
    row = members_visible_to(user).filter(no=no).select_related("user", "provider").first()
    if row is None or row.role != MemberRole.WORKER or row.valid_to <= timezone.now():
        raise Http404
    return row


def leads(by: Any, user: Any) -> bool:
    """A reset rule: a team's head may reset a worker all of whose rights come from that head's teams."""
    now = timezone.now()
    live = Membership.objects.filter(user=user, valid_from__lte=now, valid_to__gt=now)
    teams = teams_for(by, "partners.manage_team")
    own = live.filter(provider__team__in=teams, role=MemberRole.WORKER).exists()
    other = live.exclude(provider__team__in=teams, role=MemberRole.WORKER).exists()
    beyond = any(hat.team_id not in teams for hat in hats(user, now) if hat.shut_household is None)
    return own and not other and not beyond


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
