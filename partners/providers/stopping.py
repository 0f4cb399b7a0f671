"""What is still open to the people of a provider that is stopped: asked only where one is, so that nobody else pays for it."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from portal.permissions.hats import Hat

Reader = Callable[[Any, datetime], Iterable[Hat]]
_readers: list[Reader] = []


def register_while_stopped(reader: Reader) -> None:
    """Let a later room say what somebody keeps while their provider is stopped; called once by the app's `ready`."""
    if reader not in _readers:
        _readers.append(reader)


def while_stopped(user: Any, at: datetime) -> Iterator[Hat]:
    """The hats that a suspension leaves."""
    for reader in _readers:
        yield from reader(user, at)
