"""Place, door window, fingerprint, receipt and the table of dangers."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.base.models import uuid7
from services.visits import dangers
from services.visits.rules import (
    Fix,
    VisitReport,
    distance_m,
    door_window,
    needs_ground,
    payload_hash,
    receipt_of,
    was_short,
)

HOME = (27.72, 112.82)
START = datetime(2026, 11, 24, 2, 30, tzinfo=UTC)


@pytest.mark.parametrize(("lat", "near"), [(27.72, True), (27.7226, True), (27.7228, False), (27.75, False)])
def test_a_ground_is_needed_from_three_hundred_metres_on(lat, near):
    far = distance_m(*HOME, Fix(lat, 112.82))
    assert needs_ground(Fix(lat, 112.82), far) is not near


def test_without_a_fix_a_ground_is_needed_and_without_a_known_house_none():
    assert needs_ground(None, None) is True
    fix = Fix(27.7, 112.8)
    assert needs_ground(fix, distance_m(None, None, fix)) is False


def test_the_door_opens_a_day_before_and_closes_two_hours_after_the_end():
    assert door_window(START, 60) == (START - timedelta(hours=24), START + timedelta(hours=3))


def test_the_fingerprint_depends_on_every_word_and_not_on_the_order():
    uid = uuid7()
    base = VisitReport(answers={"VC-01": "normal", "VC-03": "watch"}, note="好")
    turned = VisitReport(answers={"VC-03": "watch", "VC-01": "normal"}, note="好", out=Fix(1, 2))
    other = VisitReport(answers={"VC-01": "normal", "VC-03": "watch"}, note="好。")
    assert payload_hash(uid, "V-1", base) == payload_hash(uid, "V-1", turned)
    assert payload_hash(uid, "V-1", base) != payload_hash(uid, "V-1", other)
    assert payload_hash(uid, "V-1", base) != payload_hash(uid, "V-2", base)


def test_a_receipt_is_the_same_for_the_same_things_only():
    uid = uuid7()
    assert receipt_of(uid, "h", START, "R-1") == receipt_of(uid, "h", START, "R-1")
    assert receipt_of(uid, "h", START, "R-1") != receipt_of(uid, "h", START, "R-2")


def test_a_stay_under_twenty_minutes_is_short():
    assert was_short(START, START + timedelta(minutes=19, seconds=59))
    assert not was_short(START, START + timedelta(minutes=20))


def test_five_choices_are_urgent_and_each_names_whom_to_call():
    urgent = dangers.of_level("r1")
    assert len(urgent) == 5
    assert {row.call for row in urgent} == {"110", "119", "120"}
    assert len(dangers.of_level("r2")) == 12


@pytest.mark.parametrize(
    ("level", "minutes", "steps"),
    [
        ("r1", 29, 0),
        ("r1", 30, 1),
        ("r1", 60, 2),
        ("r1", 600, 2),
        ("r2", 239, 0),
        ("r2", 240, 1),
        ("r2", 480, 2),
    ],
)
def test_an_alert_goes_up_one_level_after_each_wait(level, minutes, steps):
    assert dangers.steps_up(level, START, START + timedelta(minutes=minutes)) == steps


def test_only_abnormal_answers_imply_a_danger():
    assert dangers.implied_by({"VC-03": "abnormal", "VC-08": "watch", "VC-01": "abnormal"}) == ["no_food"]
