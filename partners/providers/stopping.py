"""What is still open to the people of a provider that is stopped, and to those who left one lately: asked only of them,
so that nobody else pays for it."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from portal.permissions.hats import Hat

Reader = Callable[[Any, datetime], Iterable[Hat]]
_readers: list[Reader] = []
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
