"""The tables of moves, row by row."""

import pytest

from services.models import AlertState, PlannedState, Verdict
from services.visits.lifecycle import ALERT, PLANNED, VERDICT

ALLOWED = {
    "planned": {
        ("planned", "check_in"),
        ("under_way", "record"),
        ("planned", "miss"),
        ("under_way", "miss"),
        ("planned", "stop"),
        ("cancelled", "restore"),
        *((state, "bring") for state in ("planned", "under_way", "missed", "cancelled")),
    },
    "verdict": {
        ("submitted", "confirm"),
        ("flagged", "confirm"),
        ("submitted", "send_back"),
        ("flagged", "send_back"),
        ("submitted", "flag"),
        ("submitted", "complete"),
        ("returned", "complete"),
    },
    "alert": {("open", "acknowledge"), ("acknowledged", "close")},
}


@pytest.mark.parametrize("state", PlannedState.values)
@pytest.mark.parametrize("verb", PLANNED.moves)
def test_only_the_listed_moves_of_a_planned_visit_are_allowed(state, verb):
    assert PLANNED.allows(state, verb) is ((state, verb) in ALLOWED["planned"])


@pytest.mark.parametrize("state", Verdict.values)
@pytest.mark.parametrize("verb", VERDICT.moves)
def test_only_the_listed_verdicts_are_allowed(state, verb):
    assert VERDICT.allows(state, verb) is ((state, verb) in ALLOWED["verdict"])


@pytest.mark.parametrize("state", AlertState.values)
@pytest.mark.parametrize("verb", ALERT.moves)
def test_only_the_listed_steps_of_an_alert_are_allowed(state, verb):
    assert ALERT.allows(state, verb) is ((state, verb) in ALLOWED["alert"])
