"""Clocks for the tests of accounts."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine


@pytest.fixture
def time_machine_at() -> Iterator[Callable[..., None]]:
    """Step the clock forward from the real now."""
    started = []

    def step(**delta: int) -> None:
        traveller = time_machine.travel(datetime.now(UTC) + timedelta(**delta), tick=True)
        traveller.start()
        started.append(traveller)

    yield step
    for traveller in reversed(started):
        traveller.stop()
