"""What is still open to the people of a provider that is stopped, and to those who left one lately: asked only of them,
so that nobody else pays for it."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from portal.permissions.hats import Hat

Reader = Callable[[Any, datetime], Iterable[Hat]]
Follower = Callable[..., object]
_readers: list[Reader] = []
_followers: list[Follower] = []
# For so long after somebody left it is asked what they were in the middle of.
LATELY = timedelta(hours=24)


def register_while_stopped(reader: Reader) -> None:
    """Let a later room say what somebody keeps who is stopped or left; called once by the app's `ready`."""
    if reader not in _readers:
        _readers.append(reader)


def while_stopped(user: Any, at: datetime) -> Iterator[Hat]:
    """The hats that a suspension or a leaving leaves."""
    for reader in _readers:
        yield from reader(user, at)


def register_stop(fn: Follower) -> None:
    """Add `fn(providers=, by=, at=)`, run in the transaction in which suspensions begin; called once by `ready`."""
    if fn not in _followers:
        _followers.append(fn)


def stops_begin(providers: list[int], by: Any, at: datetime) -> None:
    """These providers (by key) are stopped from now on: what is in their hands is looked after by others."""
    for fn in _followers if providers else ():
        fn(providers=providers, by=by, at=at)
