"""The same journey with JavaScript off: every page reads, and every form submits."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.journeys.stage import Play
from tests.journeys.test_whole_journey import play_all

pytestmark = [
    pytest.mark.browser,
    pytest.mark.only("sqlite"),
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def test_the_journey_needs_no_script(visitor: Callable[..., Any]) -> None:
    play_all(Play(visitor, scripts=False))
