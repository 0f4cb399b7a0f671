"""Counting tries in the database: spans, turns given back, and nothing readable in the rows."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from portal.base.tally import Limit, give_back, left, sweep_tallies, take
from portal.models import Tally

LIMIT = Limit("probe", 3, 60)


@pytest.mark.django_db
def test_so_many_turns_in_a_span_and_again_in_the_next():
    now = timezone.now()
    assert [take(LIMIT, "a", at=now) for _ in range(5)] == [True] * 3 + [False] * 2
    assert take(LIMIT, "b", at=now)
    assert left(LIMIT, "a", at=now) == 0
    assert not take(LIMIT, "a", at=now + timedelta(seconds=59))
    assert take(LIMIT, "a", at=now + timedelta(seconds=60))
    assert left(LIMIT, "a", at=now + timedelta(seconds=61)) == 2


@pytest.mark.django_db
def test_a_turn_given_back_can_be_taken_again():
    for _ in range(3):
        take(LIMIT, "a")
    give_back(LIMIT, "a")
    assert [take(LIMIT, "a"), take(LIMIT, "a")] == [True, False]
    give_back(LIMIT, "never counted")


@pytest.mark.django_db
def test_the_rows_hold_no_number_and_go_when_their_span_is_over():
    take(LIMIT, "+8613800138000")
    assert "13800138000" not in Tally.objects.get().key
    assert sweep_tallies() == 0
    Tally.objects.update(until=timezone.now())
    assert sweep_tallies() == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_at_one_moment_exactly_so_many_get_a_turn():
    got, gate = [], threading.Barrier(12)

    def ask() -> None:
        gate.wait()
        got.append(take(LIMIT, "a"))
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == [False] * 9 + [True] * 3


@pytest.mark.django_db
def test_a_row_that_another_process_begins_just_now_is_no_reason_to_refuse(monkeypatch):
    other = Limit("probe", 3, 60)
    first = QuerySet.first

    def begun_meanwhile(rows):
        monkeypatch.setattr(QuerySet, "first", first)
        assert take(other, "a")
        return rows.first()

    monkeypatch.setattr(QuerySet, "first", begun_meanwhile)
    assert take(LIMIT, "a")
    assert left(LIMIT, "a") == 1
