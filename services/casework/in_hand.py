"""What somebody who leaves has in hand. Each room tells from its own rows, and says how each thing passes on.

A thing goes to a person who is able to take it, or, where the room has such a way, back to the team or office.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.functional import Promise

from partners.memberships.models import Membership
from partners.network.models import Post
from partners.providers.models import Provider

Act = Callable[[Any, datetime], object]


@dataclass(frozen=True)
class Leaving:
    """Who leaves what, by whose hand: a membership or a post."""

    user: Any
    by: Any
    at: datetime
    membership: Membership | None = None
    post: Post | None = None

    @property
    def provider(self) -> Provider | None:
        """The team that is left, if it is one."""
        return self.membership.provider if self.membership is not None else None


@dataclass(frozen=True)
class InHand:
    """One thing: its key on the form, what it is, who could take it, and what becomes of it without a taker.

    `give` passes it to a person; `leave` is what is done at once when it goes back instead (nothing to do: None).
    """

    key: str
    words: str
    detail: str = ""
    takers: tuple[Any, ...] = ()
    otherwise: str | Promise = ""
    give: Act | None = None
    leave: Callable[[datetime], object] | None = None

    @property
    def has_choice(self) -> bool:
        """Whether somebody has to be chosen."""
        return bool(self.takers)


@dataclass(frozen=True)
class InOffice:
    """Work that lies with the team or office: how much, and where it is seen."""

    words: str
    count: int
    url: str


@dataclass
class Hands:
    """All that was found: things to pass on by kind, and work that stays with the team or office."""

    parts: list[tuple[str | Promise, list[InHand]]] = field(default_factory=list)
    office: list[InOffice] = field(default_factory=list)

    @property
    def things(self) -> list[InHand]:
        """Every thing, in the order of the page."""
        return [thing for _label, things in self.parts for thing in things]


Reader = Callable[[Leaving], list[InHand]]
Counter = Callable[[Leaving], Iterable[InOffice]]
_readers: list[tuple[str | Promise, Reader]] = []
_counters: list[Counter] = []


def register_in_hand(label: str | Promise, reader: Reader) -> None:
    """Let a room tell what somebody has in hand; called once by the app's `ready`."""
    if (label, reader) not in _readers:
        _readers.append((label, reader))


def register_in_office(counter: Counter) -> None:
    """Let a room tell what lies with the team or office of somebody who leaves."""
    if counter not in _counters:
        _counters.append(counter)


def in_hand(leaving: Leaving) -> Hands:
    """What this person has in hand there, and what the office goes on with."""
    hands = Hands()
    for label, reader in _readers:
        things = reader(leaving)
        if things:
            hands.parts.append((label, things))
    hands.office = [line for counter in _counters for line in counter(leaving) if line.count]
    return hands
