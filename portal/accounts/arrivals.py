"""What follows when somebody invited chooses a password: rooms above register it, because the ground knows no teams."""

from collections.abc import Callable

Arrival = Callable[..., object]
_arrivals: list[Arrival] = []


def register_arrival(fn: Arrival) -> None:
    """Add `fn(user=, at=)`, run in the transaction in which the password is set; called once by an app's `ready`."""
    if fn not in _arrivals:
        _arrivals.append(fn)


def arrivals() -> tuple[Arrival, ...]:
    """All of them, in order."""
    return tuple(_arrivals)
