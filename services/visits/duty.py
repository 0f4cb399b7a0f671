"""Who is told: the people of an agency, of a township and of the bureau who hold a permission now."""

from datetime import datetime
from typing import Any

from partners.memberships.models import Membership
from partners.network.models import Post
from partners.providers.models import Provider, ProviderKind, ProviderState
from portal.permissions.roles import ROLES
from services.recipients.door import live
from services.recipients.models import Household
from services.visits.access import CONFIRM, PLACE, RECEIVE
from services.visits.models import PlannedVisit


def roles_with(permission: str) -> list[str]:
    """The roles that carry a permission."""
    return [code for code, role in ROLES.items() if permission in role.permissions]


def agency_people(provider: Provider, permission: str, at: datetime) -> list[Any]:
    """The members of a live provider who hold a permission there."""
    rows = Membership.objects.filter(
        live(at),
        provider=provider,
        provider__state=ProviderState.LIVE,
        role__in=roles_with(permission),
        user__is_active=True,
    ).select_related("user")
    return list({row.user_id: row.user for row in rows}.values())


def _posts(region_path: str, permission: str, at: datetime) -> list[Post]:
    return list(
        Post.objects.filter(
            live(at),
            region__path=region_path,
            role__in=roles_with(permission),
            department=None,
            user__is_active=True,
        ).select_related("user")
    )


def office_people(region_path: str, permission: str, at: datetime) -> list[Any]:
    """Everybody at an office who holds a permission."""
    return list({row.user_id: row.user for row in _posts(region_path, permission, at)}.values())


def on_duty(region_path: str, permission: str, at: datetime) -> list[Any]:
    """Those on duty at an office; where nobody is, the whole office."""
    posts = _posts(region_path, permission, at)
    chosen = [row for row in posts if row.on_duty] or posts
    return list({row.user_id: row.user for row in chosen}.values())


def judges_of(visit: PlannedVisit, at: datetime) -> list[Any]:
    """Who confirms a visit: the agency's heads; for a voluntary one the township office."""
    provider = visit.task.provider
    if provider.kind == ProviderKind.VOLUNTEER:
        return office_people(visit.task.need.household.township.path, PLACE, at)
    return agency_people(provider, CONFIRM, at)


def first_told(household: Household, provider: Provider | None, at: datetime) -> list[Any]:
    """The three desks that hear of an alert at once: agency, township, bureau."""
    people = agency_people(provider, RECEIVE, at) if provider else []
    people += on_duty(household.township.path, RECEIVE, at)
    people += on_duty(household.township.path[:4], RECEIVE, at)
    return list({person.pk: person for person in people}.values())


def told_at_step(household: Household, step: int, at: datetime) -> list[Any]:
    """Whom an alert that nobody took goes up to: first the whole township office, then the whole bureau."""
    path = household.township.path if step == 1 else household.township.path[:4]
    return office_people(path, RECEIVE, at)
