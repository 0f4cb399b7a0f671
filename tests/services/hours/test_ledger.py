"""The ledger: paid and voluntary apart, no two hours at once, never changed, following each word on a record."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from services.hours.ledger import Work, follow_verdict, take_back, write
from services.hours.queries import sums_of
from services.hours.rules import hours_words, next_level, set_in_force, stars, whole_minutes
from services.models import HourEntry, HourSpan, NeedPart, TaskState
from services.visits.decisions import confirm_visit
from tests import makers
from tests.services.hours.scene import a_record, hours_for, make_office, make_volunteer, noon
from tests.services.visits.cast import make_cast, make_record

pytestmark = pytest.mark.django_db
LEVELS = [(1, 100), (2, 300), (3, 600), (4, 1000), (5, 1500)]


def voluntary_task(office):
    """A task that the volunteer carries alone."""
    need = makers.make_need(
        makers.make_household(makers.make_region("village", office.town)),
        state="placed",
        part=NeedPart.VOLUNTARY,
    )
    return makers.make_task(need, office.volunteer.provider, state=TaskState.LIVE)


def test_a_confirmed_visit_of_a_worker_is_paid_time_and_of_the_companion_voluntary():
    cast = make_cast()
    helper = make_volunteer(cast.household.township)
    makers.make_assignment(cast.task, helper.user, part="companion")
    row = make_record(cast)
    confirm_visit(row=row, by=cast.manager)
    found = {entry.user_id: entry for entry in HourEntry.objects.all()}
    assert set(found) == {cast.worker.pk, helper.user_id}
    assert (found[cast.worker.pk].kind, found[cast.worker.pk].provider) == ("paid", cast.task.provider)
    assert (found[helper.user_id].kind, found[helper.user_id].volunteer) == ("voluntary", helper)
    assert found[cast.worker.pk].minutes == whole_minutes(row.started_at, row.ended_at) > 0


def test_a_volunteers_own_visit_is_voluntary_and_the_way_is_not_in_it():
    office = make_office()
    row = a_record(voluntary_task(office), office.volunteer.user, noon(), 45)
    confirm_visit(row=row, by=office.cadre)
    entry = HourEntry.objects.get()
    assert (entry.kind, entry.minutes, entry.township) == ("voluntary", 45, office.town)
    assert sums_of(office.volunteer.user) == {"paid": 0, "voluntary": 45}


def test_another_word_takes_the_hours_back_by_a_counter_entry_and_a_second_yes_gives_them_again():
    office = make_office()
    row = a_record(voluntary_task(office), office.volunteer.user, noon(), 45)
    confirm_visit(row=row, by=office.cadre)
    row.verdict = "returned"
    follow_verdict(row, office.cadre, noon())
    assert list(HourEntry.objects.order_by("pk").values_list("minutes", "cause")) == [
        (45, "visit"),
        (-45, "taken_back"),
    ]
    assert not HourSpan.objects.exists()
    row.verdict = "confirmed"
    follow_verdict(row, office.cadre, noon())
    follow_verdict(row, office.cadre, noon())
    assert sums_of(office.volunteer.user)["voluntary"] == 45
    assert HourEntry.objects.count() == 3


@pytest.mark.parametrize(
    ("shift", "cause", "total"),
    [(30, "overlap", 60), (-30, "overlap", 60), (0, "overlap", 60), (60, "visit", 120), (-60, "visit", 120)],
)
def test_two_hours_of_one_person_at_once_count_once_and_say_so(shift, cause, total):
    office = make_office()
    hours_for(office.volunteer, noon(), 60)
    second = hours_for(office.volunteer, noon() + timedelta(minutes=shift), 60)
    assert second.cause == cause
    assert sums_of(office.volunteer.user)["voluntary"] == total


def test_paid_and_voluntary_time_of_one_human_under_two_accounts_cannot_overlap():
    office = make_office()
    from portal.models import Identity

    human = Identity.objects.create(name="测", id_number="x", id_blind="b")
    worker = makers.make_user()
    for user in (office.volunteer.user, worker):
        user.identity = human
        user.save()
    hours_for(office.volunteer, noon(), 60)
    paid = Work(
        user=worker, kind="paid", service="cleaning", township=office.town, starts_at=noon(),
        ends_at=noon() + timedelta(minutes=30), provider=makers.make_provider(),
    )  # fmt: skip
    assert write(paid, "visit", None).cause == "overlap"
    other = Work(**{**vars(paid), "user": makers.make_user()})
    assert write(other, "visit", None).cause == "visit"


def test_the_database_refuses_overlapping_spans_whatever_wrote_them():
    office = make_office()
    first = hours_for(office.volunteer, noon(), 60)
    apart = hours_for(office.volunteer, noon() + timedelta(hours=2), 60)
    span = apart.span
    with pytest.raises(IntegrityError), transaction.atomic():
        HourSpan.objects.filter(pk=span.pk).update(starts_at=first.starts_at)
    HourSpan.objects.filter(pk=span.pk).update(starts_at=first.ends_at)


@pytest.mark.parametrize(
    "statement", ["UPDATE services_hourentry SET minutes = 999", "DELETE FROM services_hourentry"]
)
def test_the_database_refuses_to_change_or_remove_a_line(statement):
    hours_for(make_office().volunteer, noon(), 60)
    HourSpan.objects.all().delete()
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert HourEntry.objects.get().minutes == 60


def test_the_database_refuses_a_line_that_is_both_paid_and_voluntary():
    office = make_office()
    entry = hours_for(office.volunteer, noon(), 60)
    facts = {
        "user": entry.user, "service": "cleaning", "township": office.town, "day": entry.day,
        "starts_at": entry.starts_at, "ends_at": entry.ends_at, "minutes": 1, "cause": "visit",
    }  # fmt: skip
    for wrong in (
        {"kind": "paid", "volunteer": office.volunteer},
        {"kind": "voluntary", "provider": makers.make_provider()},
        {"kind": "voluntary", "volunteer": office.volunteer, "provider": makers.make_provider()},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            HourEntry.objects.create(**facts, **wrong)
    HourEntry.objects.create(**facts, kind="voluntary", volunteer=office.volunteer)


def test_a_visit_that_nobody_ended_counts_nothing_and_says_why():
    entry = hours_for(make_office().volunteer, noon(2), 13 * 60)
    assert (entry.minutes, entry.cause) == (0, "too_long")


def test_a_line_can_be_taken_back_once():
    entry = hours_for(make_office().volunteer, noon(), 60)
    take_back(entry, None)
    with pytest.raises(IntegrityError), transaction.atomic():
        take_back(entry, None)


@given(
    spans=st.lists(st.tuples(st.integers(0, 600), st.integers(1, 120)), max_size=8),
    gone=st.sets(st.integers(0, 7)),
)
def test_the_sum_is_always_that_of_what_stands_and_nothing_that_stands_overlaps(spans, gone):
    with transaction.atomic():
        office, start = make_office(), noon(5)
        taken: list[tuple[int, int]] = []
        entries = []
        for at, length in spans:
            free = all(at + length <= a or b <= at for a, b in taken)
            entry = hours_for(office.volunteer, start + timedelta(minutes=at), length)
            assert (entry.cause == "visit") is free
            if free:
                taken.append((at, at + length))
                entries.append((entry, (at, at + length)))
        for n in gone & set(range(len(entries))):
            take_back(entries[n][0], None)
            taken.remove(entries[n][1])
        assert sums_of(office.volunteer.user)["voluntary"] == sum(b - a for a, b in taken)
        assert HourSpan.objects.count() == len(taken)
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("minutes", "count"),
    [(0, 0), (5999, 0), (6000, 1), (17999, 1), (18000, 2), (36000, 3), (60000, 4), (90000, 5), (10**7, 5)],
)
def test_stars_begin_at_the_full_hour(minutes, count):
    assert stars(minutes, LEVELS) == count


def test_the_next_level_says_how_much_is_lacking():
    assert next_level(5940, LEVELS) == (1, 60)
    assert next_level(90000, LEVELS) is None


def test_of_dated_levels_the_newest_that_has_begun_is_in_force():
    day = datetime(2026, 1, 1, tzinfo=UTC).date()
    rows = [(day, 1, 100), (day + timedelta(days=10), 1, 50)]
    assert set_in_force(rows, day + timedelta(days=9)) == [(1, 100)]
    assert set_in_force(rows, day + timedelta(days=10)) == [(1, 50)]
    assert set_in_force(rows, day - timedelta(days=1)) == []


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "0 小时"), (59, "59 分钟"), (60, "1 小时"), (90, "1 小时 30 分"), (-90, "-1 小时 30 分")],
)
def test_hours_are_said_as_people_say_them(minutes, words):
    assert hours_words(minutes) == words
