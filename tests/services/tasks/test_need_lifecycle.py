"""The moves of a need, all of them."""

import pytest

from services.models import NeedState
from services.tasks.lifecycle import NEED

ALLOWED = {
    ("to_verify", "verify"),
    ("to_match", "offer"),
    ("offered", "unoffer"),
    ("to_match", "place"),
    ("offered", "place"),
    ("placed", "vacate"),
    ("to_match", "pause"),
    ("placed", "pause"),
    ("paused", "resume"),
    ("to_verify", "close"),
    ("to_match", "close"),
    ("placed", "close"),
    ("paused", "close"),
    ("closed", "recheck"),
    ("closed", "rematch"),
    ("closed", "rest"),
    ("closed", "stand"),
}


@pytest.mark.parametrize("state", NeedState.values)
@pytest.mark.parametrize("verb", NEED.moves)
def test_only_the_listed_moves_are_allowed(state, verb):
    assert NEED.allows(state, verb) is ((state, verb) in ALLOWED)
