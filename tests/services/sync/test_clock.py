"""A phone's clock is bounded by two moments of the server; a visit is never lost and never ordered by that clock."""

from datetime import UTC, datetime, timedelta

import pytest

from services.sync.clock import Told, believe

ISSUED = datetime(2028, 2, 28, 22, tzinfo=UTC)
CONTACT = datetime(2028, 2, 28, 23, tzinfo=UTC)
BEGAN = datetime(2028, 2, 29, 1, tzinfo=UTC)
RECEIVED = datetime(2028, 2, 29, 9, tzinfo=UTC)
HALF, YEARS = timedelta(minutes=30), timedelta(days=3 * 365)


def told(start=BEGAN, end=None, wall=CONTACT, server=CONTACT, mono=None):
    """By default an honest clock."""
    return Told(start, end or start + HALF, last_server=server, last_wall=wall, mono=mono)


CASES = {
    "honest": (told(), BEGAN, BEGAN + HALF, False),
    "three years ahead all along": (told(BEGAN + YEARS, wall=CONTACT + YEARS), BEGAN, BEGAN + HALF, False),
    "three years behind all along": (told(BEGAN - YEARS, wall=CONTACT - YEARS), BEGAN, BEGAN + HALF, False),
    "three years ahead since the contact": (told(BEGAN + YEARS), RECEIVED, RECEIVED, True),
    "three years behind since the contact": (told(BEGAN - YEARS), CONTACT, CONTACT, True),
    "set back in mid-visit": (told(end=BEGAN - timedelta(hours=1)), BEGAN, BEGAN, True),
    "set ahead in mid-visit": (told(end=BEGAN + YEARS), BEGAN, RECEIVED, True),
    "another zone, the same moment": (
        told(BEGAN.astimezone(datetime.fromisoformat("2028-02-29T01:00:00-05:00").tzinfo)),
        BEGAN,
        BEGAN + HALF,
        False,
    ),
    "no contact known": (told(wall=None, server=None), BEGAN, BEGAN + HALF, False),
    "a server's time that never was": (
        told(server=RECEIVED + YEARS, wall=CONTACT),
        BEGAN,
        BEGAN + HALF,
        True,
    ),
    "ran longer than its clock says": (
        told(mono=timedelta(hours=5)),
        BEGAN,
        CONTACT + timedelta(hours=5),
        True,
    ),
    "a minute late is nobody's fault": (
        told(RECEIVED - HALF + timedelta(minutes=1)),
        RECEIVED - HALF + timedelta(minutes=1),
        RECEIVED,
        False,
    ),
    "the end of time": (
        told(datetime.max.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC), wall=CONTACT - YEARS),
        RECEIVED,
        RECEIVED,
        True,
    ),
}


@pytest.mark.parametrize(("said", "start", "end", "suspect"), CASES.values(), ids=CASES)
def test_a_span_is_corrected_bounded_and_marked(said, start, end, suspect):
    found = believe(said, issued_at=ISSUED, received_at=RECEIVED)
    assert (found.started_at, found.ended_at, found.suspect) == (start, end, suspect)


@pytest.mark.parametrize("said", [case[0] for case in CASES.values()], ids=CASES)
def test_no_clock_leads_out_of_the_servers_bounds(said):
    found = believe(said, issued_at=ISSUED, received_at=RECEIVED)
    assert ISSUED <= found.started_at <= found.ended_at <= RECEIVED
