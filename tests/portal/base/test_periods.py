"""Intervals, months, working days."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.base import periods
from portal.base.models import CalendarDay
from portal.base.periods import Interval
from portal.base.refused import Refused


def test_an_interval_holds_its_first_day_and_not_its_end():
    january = Interval(date(2026, 1, 1), date(2026, 2, 1))
    assert january.contains(date(2026, 1, 1))
    assert january.contains(date(2026, 1, 31))
    assert not january.contains(date(2026, 2, 1))
    assert Interval(date(2026, 1, 1)).contains(date(2999, 1, 1))
    assert len(list(january.days())) == 31


def test_an_interval_ends_after_it_starts():
    with pytest.raises(Refused) as refusal:
        Interval(date(2026, 1, 1), date(2026, 1, 1))
    assert refusal.value.code == "interval_order"


@pytest.mark.parametrize(
    ("other", "answer"),
    [
        (Interval(date(2026, 1, 10), date(2026, 1, 20)), False),
        (Interval(date(2026, 1, 10), date(2026, 1, 21)), True),
        (Interval(date(2026, 1, 30), date(2026, 2, 5)), False),
        (Interval(date(2026, 1, 29), date(2026, 2, 5)), True),
        (Interval(date(2026, 1, 1)), True),
        (Interval(date(2026, 1, 30)), False),
    ],
)
def test_intervals_that_touch_do_not_overlap(other, answer):
    one = Interval(date(2026, 1, 20), date(2026, 1, 30))
    assert one.overlaps(other) is answer
    assert other.overlaps(one) is answer


def test_a_month_begins_at_midnight_in_shanghai():
    start, end = periods.month_bounds(2026, 12)
    assert start == datetime(2026, 11, 30, 16, tzinfo=UTC)
    assert end == datetime(2026, 12, 31, 16, tzinfo=UTC)
    assert periods.local_date(datetime(2026, 11, 30, 15, 59, 59, tzinfo=UTC)) == date(2026, 11, 30)
    assert periods.local_date(start) == date(2026, 12, 1)
    assert periods.month_of(date(2026, 12, 31)) == Interval(date(2026, 12, 1), date(2027, 1, 1))


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2026, 5, 15), 0, date(2026, 5, 15)),
    ],
)
def test_months_are_added_to_the_last_day_where_there_is_no_such_day(day, months, expected):
    assert periods.add_months(day, months) == expected


@given(st.dates(date(1950, 1, 1), date(2100, 1, 1)), st.integers(-240, 240))
def test_every_month_has_its_place(day, months):
    moved = periods.add_months(day, months)
    assert (moved.year - day.year) * 12 + moved.month - day.month == months
    assert moved.day <= day.day


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        (date(1960, 11, 23), date(2020, 11, 22), 59),
        (date(1960, 11, 23), date(2020, 11, 23), 60),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
    ],
)
def test_age_is_in_full_years(born, on, age):
    assert periods.age_on(born, on) == age


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2021, 10, 9), True),
        (date(2026, 2, 14), True),
        (date(2026, 2, 17), False),
        (date(2026, 11, 23), True),
        (date(2026, 11, 22), False),
        (date(2027, 10, 1), True),
        (date(2003, 10, 1), True),
    ],
)
def test_offices_follow_the_yearly_list_and_plain_weekdays_where_it_is_missing(day, works):
    assert periods.is_working_day(day) is works


@pytest.mark.django_db
def test_the_table_wins_over_the_library():
    CalendarDay.objects.create(day=date(2026, 11, 23), works=False, name="停电")
    CalendarDay.objects.create(day=date(2026, 11, 28), works=True, name="补班")
    assert periods.is_working_day(date(2026, 11, 23)) is False
    assert periods.is_working_day(date(2026, 11, 28)) is True
    assert periods.working_days_after(date(2026, 11, 22), 5) == date(2026, 11, 28)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2026, 11, 20), 1, date(2026, 11, 23)),
        (date(2026, 11, 23), 0, date(2026, 11, 23)),
        (date(2026, 2, 13), 1, date(2026, 2, 14)),
        (date(2026, 2, 14), 1, date(2026, 2, 24)),
        (date(2026, 12, 31), 1, date(2027, 1, 1)),
    ],
)
def test_deadlines_skip_holidays_and_count_weekends_that_are_worked(start, count, end):
    assert periods.working_days_after(start, count) == end


@pytest.mark.django_db
def test_a_long_deadline_takes_few_queries(django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        assert periods.working_days_after(date(2025, 1, 1), 120) > date(2025, 6, 1)


@pytest.mark.django_db
def test_a_year_is_known_from_the_library_or_once_its_feasts_are_in_the_table():
    assert periods.calendar_known(2026) is True
    assert periods.calendar_known(2027) is False
    with pytest.raises(Refused) as refusal:
        periods.require_calendar(2027)
    assert refusal.value.code == "calendar_missing"
    CalendarDay.objects.create(day=date(2027, 1, 1), works=False, name="元旦")
    assert periods.calendar_known(2027) is False
    CalendarDay.objects.create(day=date(2027, 10, 1), works=False, name="国庆节")
    assert periods.calendar_known(2027) is True
    periods.require_calendar(2027)


@pytest.mark.django_db
def test_the_end_of_all_days_is_refused_and_not_an_error():
    with pytest.raises(Refused) as refusal:
        periods.working_days_after(date(9999, 12, 1), 30)
    assert refusal.value.code == "calendar_missing"
