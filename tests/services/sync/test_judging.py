"""The decision itself, one change at a time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.sync.judging import Facts, judge

BEGAN = datetime(2026, 11, 28, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
GOOD = Facts(
    genuine=True,
    once_allowed=True,
    own=True,
    phone_open=True,
    deposited=False,
    erased=False,
    recipient_gone=False,
    valid_from=BEGAN - HOUR,
    valid_to=BEGAN + HOUR,
    sent_from=BEGAN - HOUR,
    sent_to=BEGAN + HOUR,
    assigned_now=True,
    same_epoch=True,
    task_stopped=False,
    provider_live=True,
    author_active=True,
    recorded=False,
    cancelled_at=None,
    known_items=True,
)
ROWS = [
    ({}, "created", ""),
    ({"genuine": False}, "quarantined", "no_ticket"),
    ({"genuine": False, "once_allowed": False}, "held", "unknown_target"),
    ({"own": False}, "quarantined", "other_author"),
    ({"phone_open": False}, "quarantined", "device_lost"),
    ({"deposited": True}, "quarantined", "deposited"),
    ({"erased": True, "genuine": False}, "quarantined", "recipient_erased"),
    ({"recipient_gone": True}, "quarantined", "recipient_state"),
    ({"sent_from": None, "sent_to": None}, "quarantined", "outside_assignment"),
    ({"sent_from": BEGAN + HOUR / 2}, "quarantined", "outside_assignment"),
    ({"sent_to": BEGAN}, "quarantined", "outside_assignment"),
    ({"valid_to": BEGAN - HOUR / 2}, "quarantined", "outside_assignment"),
    ({"assigned_now": False}, "quarantined", "revoked_since"),
    ({"same_epoch": False}, "quarantined", "revoked_since"),
    ({"provider_live": False}, "quarantined", "revoked_since"),
    ({"author_active": False}, "quarantined", "revoked_since"),
    ({"task_stopped": True, "assigned_now": False}, "created", ""),
    ({"task_stopped": True, "sent_to": BEGAN}, "quarantined", "after_cancellation"),
    ({"cancelled_at": BEGAN + HOUR / 2}, "created", ""),
    ({"cancelled_at": BEGAN}, "quarantined", "after_cancellation"),
    ({"recorded": True}, "quarantined", "second_visit"),
    ({"known_items": False}, "held", "unknown_form"),
]


@pytest.mark.parametrize(("change", "state", "reason"), ROWS)
def test_each_fact_decides_as_the_table_says(change, state, reason):
    found = judge(replace(GOOD, **change), began=BEGAN)
    assert (found.state, found.reason) == (state, reason)


def test_a_doubtful_clock_and_a_cancellation_since_are_marks_of_a_created_visit():
    found = judge(replace(GOOD, task_stopped=True, assigned_now=False), began=BEGAN, suspect=True)
    assert (found.state, found.marks) == ("created", ("clock", "cancelled"))
