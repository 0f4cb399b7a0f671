"""Standing follows from facts and dates; what it says until when is what asking every day would say."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partners.vetting.standing import DAY, Demand, Fact, Line, Stop, Subject, line_on, span, standing, stopped
from portal.base.periods import day_start

FIRST, LAST = date(2023, 12, 1), date(2024, 6, 30)
ASKED = Demand("health", date(2020, 1, 1), date.max, validity="months", months=12)
BY_DATE = Demand("cover", date(2020, 1, 1), date.max, validity="date")


def subject(*facts, demands=(BY_DATE,), **more) -> Subject:
    """A party approved long ago."""
    return Subject(tuple(demands), tuple(facts), **{"approved_on": date(2020, 1, 1), **more})


@pytest.mark.parametrize(
    ("start", "months", "last"),
    [
        (date(2024, 2, 29), 12, date(2025, 2, 27)),
        (date(2023, 2, 28), 12, date(2024, 2, 27)),
        (date(2024, 1, 31), 1, date(2024, 2, 28)),
        (date(2023, 1, 31), 1, date(2023, 2, 27)),
        (date(2023, 12, 31), 2, date(2024, 2, 28)),
        (date(2025, 11, 28), 12, date(2026, 11, 27)),
    ],
)
def test_months_run_to_the_day_before_the_same_day(start, months, last):
    demand = Demand("x", date.min, date.max, validity="months", months=months)
    assert span(demand, Fact("x", start)) == (start, last)


def test_the_day_on_the_paper_goes_before_the_months_where_it_is_earlier():
    assert span(ASKED, Fact("health", date(2024, 1, 1), date(2024, 3, 1)))[1] == date(2024, 3, 1)
    assert span(ASKED, Fact("health", date(2024, 1, 1), date(2030, 3, 1)))[1] == date(2024, 12, 31)


# facts as (start, until), the day asked, the state
LINES = [
    ([], date(2024, 5, 1), "missing"),
    ([(date(2024, 6, 1), None)], date(2024, 5, 1), "coming"),
    ([(date(2024, 1, 1), date(2024, 4, 30))], date(2024, 5, 1), "lapsed"),
    ([(date(2024, 1, 1), date(2024, 5, 1))], date(2024, 5, 1), "lapsing"),
    ([(date(2024, 1, 1), date(2024, 6, 30))], date(2024, 5, 1), "lapsing"),
    ([(date(2024, 1, 1), date(2024, 7, 1))], date(2024, 5, 1), "valid"),
    ([(date(2024, 1, 1), None)], date(2024, 5, 1), "valid"),
    (
        [(date(2024, 1, 1), date(2024, 5, 9)), (date(2024, 5, 10), date(2026, 1, 1))],
        date(2024, 5, 1),
        "valid",
    ),
    (
        [(date(2024, 1, 1), date(2024, 5, 9)), (date(2024, 5, 11), date(2026, 1, 1))],
        date(2024, 5, 1),
        "lapsing",
    ),
]


@pytest.mark.parametrize(("facts", "on", "state"), LINES)
def test_how_one_requirement_stands(facts, on, state):
    assert line_on(BY_DATE, [Fact("cover", *fact) for fact in facts], on).state == state


NOON = datetime(2024, 5, 1, 4, tzinfo=UTC)
GOOD = Fact("cover", date(2024, 1, 1), date(2026, 1, 1))
WORDS = [
    (subject(GOOD), "valid"),
    (subject(GOOD, approved_on=None), "not_yet"),
    (subject(GOOD, approved_on=date(2024, 5, 2)), "not_yet"),
    (subject(GOOD, approved_on=date(2024, 5, 1)), "valid"),
    (subject(), "not_yet"),
    (subject(Fact("cover", date(2023, 1, 1), date(2024, 4, 1))), "lapsed"),
    (subject(Fact("cover", date(2023, 1, 1), date(2024, 5, 20))), "lapsing"),
    (subject(GOOD, ended_on=date(2024, 5, 1)), "lapsed"),
    (subject(GOOD, ended_on=date(2024, 5, 2)), "lapsing"),
    (subject(GOOD, stops=(Stop(NOON, NOON + timedelta(hours=1)),)), "suspended"),
    (subject(GOOD, stops=(Stop(NOON - timedelta(hours=1), NOON),)), "valid"),
    (subject(GOOD, stops=(Stop(NOON + timedelta(days=3), NOON + timedelta(days=4)),)), "lapsing"),
    (subject(demands=()), "valid"),
]


@pytest.mark.parametrize(("party", "word"), WORDS)
def test_the_word_of_a_standing(party, word):
    assert standing(party, NOON).word == word


def test_a_requirement_of_a_service_counts_for_that_service_alone():
    party = subject(
        GOOD, demands=(BY_DATE, Demand("helper", date(2020, 1, 1), date.max, service="psych_support"))
    )
    assert standing(party, NOON).word == "valid"
    assert standing(party, NOON, "cleaning").word == "valid"
    assert standing(party, NOON, "psych_support").word == "not_yet"


def test_a_requirement_that_begins_later_ends_the_standing_the_day_before():
    party = subject(GOOD, demands=(BY_DATE, Demand("new", date(2024, 5, 20), date.max)))
    found = standing(party, NOON)
    assert (found.word, found.until, found.days_left) == ("lapsing", date(2024, 5, 19), 18)


def test_of_a_suspension_the_instant_is_asked_not_the_day():
    stops = [Stop(NOON, NOON + timedelta(hours=2))]
    assert [stopped(stops, NOON + timedelta(hours=h)) for h in (-1, 0, 1, 2)] == [False, True, True, False]


def test_the_explanation_names_every_requirement_in_force():
    found = standing(subject(demands=(BY_DATE, ASKED)), NOON)
    assert [(line.demand.code, line.state) for line in found.lines] == [
        ("cover", "missing"),
        ("health", "missing"),
    ]
    assert found.lacking == found.lines


days = st.dates(FIRST, LAST)
facts = st.builds(
    lambda code, start, length: Fact(code, start, start + timedelta(days=length) if length else None),
    st.sampled_from("ab"),
    days,
    st.integers(0, 90),
)
demands = st.builds(
    lambda code, start, length, rule: Demand(
        code, start, start + timedelta(days=length), validity=rule[0], months=rule[1]
    ),
    st.sampled_from("ab"),
    days,
    st.integers(1, 200),
    st.sampled_from([("date", 0), ("months", 1), ("months", 2), ("months", 12), ("lasting", 0)]),
)
stops = st.builds(
    lambda day, hours, length: Stop(
        day_start(day) + timedelta(hours=hours), day_start(day) + timedelta(hours=hours + length)
    ),
    days,
    st.integers(0, 23),
    st.integers(1, 400),
)
subjects = st.builds(
    Subject,
    st.lists(demands, max_size=4).map(tuple),
    st.lists(facts, max_size=6).map(tuple),
    st.one_of(st.none(), days),
    st.one_of(st.none(), days),
    st.lists(stops, max_size=2).map(tuple),
)


def holds_all_day(party: Subject, day: date) -> bool:
    """Asked at the first instant, at every full hour and at the last one of a day."""
    first = day_start(day)
    return all(standing(party, first + timedelta(hours=hour)).holds for hour in (*range(24), 23.999))


@settings(max_examples=150, deadline=None)
@given(subjects, days)
def test_the_last_day_is_what_asking_day_by_day_finds(party, on):
    """Leap days are among the days; nothing is assumed of how the last day is found."""
    found = standing(party, day_start(on))
    end = LAST + timedelta(days=420)
    day = on
    while found.holds and day < end and holds_all_day(party, day + DAY):
        day += DAY
    expected = day if found.holds and day < end else None
    began_whole = found.holds and holds_all_day(party, on)
    assert found.until == expected or (found.holds and not began_whole)


@settings(max_examples=200, deadline=None)
@given(subjects, days)
def test_a_standing_holds_exactly_when_every_requirement_does_and_nothing_stops_it(party, on):
    at = day_start(on)
    asked = [d for d in party.demands if d.start <= on < d.end]
    met = all(
        any(s <= on <= e for s, e in (span(d, f) for f in party.facts if f.code == d.code)) for d in asked
    )
    alive = party.approved_on is not None and party.approved_on <= on
    over = party.ended_on is not None and party.ended_on <= on
    free = not any(stop.start <= at < stop.end for stop in party.stops)
    assert standing(party, at).holds is (met and alive and not over and free)


def test_a_line_without_an_end_says_so():
    assert line_on(BY_DATE, [Fact("cover", date(2024, 1, 1))], date(2024, 5, 1)) == Line(BY_DATE, "valid")
