"""Which hats a person wears now: every role, where it comes from, and what it reaches.

Upper rooms hold the dated rows (posts, memberships, volunteers) and register a source here, so
that the ground need not know them.

A process remembers what it has read under the person's stamp. The stamp lies in the user row, which
the session loads anyway, and the database itself changes it with every row that hats come from
(`portal.permissions.stamps`): what was taken back is gone with the next request, without any job.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import get_language

from portal.permissions.roles import ROLES, Role


@dataclass(frozen=True)
class Hat:
    """One role of one person: at a place (`region_path`), in a team (`team_id`) or of a department.

    `shut_household` is the opposite of a right: near kin of a household see nothing of it.
    """

    role: str
    region_path: str = ""
    region_name: str = ""
    team_id: int | None = None
    department_id: int | None = None
    shut_household: int | None = None
    cause: str = ""
    valid_from: datetime | None = None
    valid_to: datetime | None = None

    def worn_at(self, at: datetime) -> bool:
        """Whether the hat is worn at that moment: half-open."""
        begun = self.valid_from is None or self.valid_from <= at
        return begun and (self.valid_to is None or at < self.valid_to)

    @property
    def rules(self) -> Role:
        """The row of the roles table."""
        return ROLES[self.role]


Source = Callable[[Any, datetime], Iterable[Hat]]
_sources: list[Source] = []


def register_source(source: Source) -> None:
    """Add a reader of the rows that have not ended at a moment; called once by an app's `ready`.

    The tables it reads must be watched (`stamps.watch`), or their changes show late.
    """
    if source not in _sources:
        _sources.append(source)


def hats(user: Any, at: datetime | None = None) -> tuple[Hat, ...]:
    """All hats of `user` at that moment; none for anonymous and inactive people.

    Without `at` the answer is read once for this user object, which lives for one request.
    """
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return ()
    if at is not None:
        return _worn(_read(user, at), at)
    if getattr(user, "_hats", None) is None:  # by attribute: request.user is a lazy wrapper
        now = timezone.now()
        user._hats = _worn(_remembered(user, now), now)
    return user._hats


def coming_hats(user: Any, now: datetime) -> tuple[Hat, ...]:
    """The hats that begin later: a post or a membership with a day to come."""
    return tuple(hat for hat in _read(user, now) if hat.valid_from is not None and hat.valid_from > now)


def forget_hats(user: Any) -> None:
    """After an action that changed them: read this person's hats again, from the rows."""
    user._hats = user.hats_stamp = None


def forget_everybody() -> None:
    """Forget what this process remembers; benchmarks and tests begin from there."""
    with _lock:
        _known.clear()


def _worn(rows: tuple[Hat, ...], at: datetime) -> tuple[Hat, ...]:
    return tuple(hat for hat in rows if hat.worn_at(at))


def _read(user: Any, at: datetime) -> tuple[Hat, ...]:
    return tuple(hat for source in _sources for hat in source(user, at))


MOST_REMEMBERED = 20_000
_known: OrderedDict[tuple[int, str], tuple[int, tuple[Hat, ...]]] = OrderedDict()
_lock = Lock()


def _remembered(user: Any, now: datetime) -> tuple[Hat, ...]:
    """The rows as this process read them under the same stamp, else read now.

    Names of places follow the language. Nothing is remembered from inside a transaction, which may
    have changed rows that it takes back, nor of a person without a stamp.
    """
    key, stamp = (user.pk, get_language() or ""), getattr(user, "hats_stamp", None)
    with _lock:
        kept = _known.get(key)
        if kept is not None and stamp and kept[0] == stamp:
            _known.move_to_end(key)
            return kept[1]
    rows = _read(user, now)
    if stamp and not connection.in_atomic_block:
        with _lock:
            _known[key] = (stamp, rows)
            if len(_known) > MOST_REMEMBERED:
                _known.popitem(last=False)
    return rows


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
