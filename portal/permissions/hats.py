"""Which hats a person wears now: every role, where it comes from, and what it reaches.

Upper rooms hold the dated rows (posts, memberships, volunteers) and register a source here, so
that the ground need not know them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from portal.permissions.roles import ROLES, Role


@dataclass(frozen=True)
class Hat:
    """One role of one person: at a place (`region_path`), in a team (`team_id`) or of a department."""

    role: str
    region_path: str = ""
    region_name: str = ""
    team_id: int | None = None
    department_id: int | None = None
    cause: str = ""
    valid_to: datetime | None = None

    @property
    def rules(self) -> Role:
        """The row of the roles table."""
        return ROLES[self.role]


Source = Callable[[Any, datetime], Iterable[Hat]]
_sources: list[Source] = []


def register_source(source: Source) -> None:
    """Add a reader of dated rows; called once by an app's `ready`."""
    if source not in _sources:
        _sources.append(source)


def hats(user: Any, at: datetime | None = None) -> tuple[Hat, ...]:
    """All hats of `user` at that moment; none for anonymous and inactive people.

    Without `at` the answer is read once for this user object, which lives for one request.
    """
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return ()
    if at is None:
        if getattr(user, "_hats", None) is None:  # by attribute: request.user is a lazy wrapper
            user._hats = _read(user, timezone.now())
        return user._hats
    return _read(user, at)


def _read(user: Any, at: datetime) -> tuple[Hat, ...]:
    return tuple(hat for source in _sources for hat in source(user, at))


def permissions_of(user: Any) -> frozenset[str]:
    """Every permission that some hat of the person carries."""
    return frozenset().union(*(hat.rules.permissions for hat in hats(user)))


def hats_with(user: Any, permission: str, at: datetime | None = None) -> list[Hat]:
    """The hats under which the person may use `permission`."""
    return [hat for hat in hats(user, at) if permission in hat.rules.permissions]


def places_for(user: Any, permission: str, at: datetime | None = None) -> list[str]:
    """Paths of the regions in which the person may use `permission`."""
    return sorted({hat.region_path for hat in hats_with(user, permission, at) if hat.region_path})


def teams_for(user: Any, permission: str, at: datetime | None = None) -> list[int]:
    """Ids of the teams (auth groups of providers) for which the person may use `permission`."""
    return sorted({hat.team_id for hat in hats_with(user, permission, at) if hat.team_id})
