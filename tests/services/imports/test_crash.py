"""A killed import goes on where it stopped: nothing half-written, nobody twice, progress shown."""

import os
import signal
import time

import pytest
from django.db import connection, connections

from services.imports import actions, jobs, running
from services.imports.running import run_turn
from services.models import BatchState, Household, ImportBatch, Person, PersonCategory
from tests import makers
from tests.services.imports.files import as_csv, person


def ready(monkeypatch, count=20, chunk=5):
    monkeypatch.setattr(running, "CHUNK", chunk)
    village = makers.make_region(name="古城村")
    cadre = makers.make_post("township_cadre", village.parent)
    raw = as_csv(
        [person(n, "古城村", name=f"周{'英莲秀梅'[n % 4]}{'兰香'[n % 2]}") for n in range(1, count + 1)]
    )
    batch = actions.open_batch(by=cadre, office=village.parent, raw=raw)
    run_turn(batch)
    batch = actions.start_check(by=cadre, batch=batch, mapping={int(p): k for p, k in batch.mapping.items()})
    run_turn(batch)
    return actions.start_apply(by=cadre, batch=batch)


def whole(batch, count):
    batch.refresh_from_db()
    assert (batch.state, batch.cursor, batch.count_new) == (BatchState.DONE, count, count)
    assert Household.objects.count() == Person.objects.count() == PersonCategory.objects.count() == count


@pytest.mark.django_db
@pytest.mark.parametrize("after", [0, 1, 3])
def test_a_crash_in_the_middle_of_a_chunk_leaves_whole_chunks_only(monkeypatch, after):
    batch = ready(monkeypatch)
    write, calls = running.write_new, []

    def breaking(*args):
        calls.append(1)
        made = write(*args)
        if len(calls) > after:
            raise KeyboardInterrupt
        return made

    monkeypatch.setattr(running, "write_new", breaking)
    with pytest.raises(KeyboardInterrupt):
        run_turn(batch)
    batch.refresh_from_db()
    assert batch.cursor == batch.count_new == Household.objects.count() == Person.objects.count() == 5 * after
    monkeypatch.setattr(running, "write_new", write)
    assert run_turn(ImportBatch.objects.get(pk=batch.pk))
    whole(batch, 20)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_process_killed_in_the_middle_loses_nothing_and_doubles_nothing(monkeypatch):
    batch = ready(monkeypatch, count=40)
    write, calls = running.write_new, []

    def dying(*args):
        calls.append(1)
        made = write(*args)
        if len(calls) == 4:
            os.kill(os.getpid(), signal.SIGKILL)
        return made

    connections.close_all()
    child = os.fork()
    if child == 0:
        monkeypatch.setattr(running, "write_new", dying)
        run_turn(batch)
        os._exit(1)
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    connection.ensure_connection()
    batch.refresh_from_db()
    assert batch.cursor == Household.objects.count() == Person.objects.count() == 15
    assert run_turn(ImportBatch.objects.get(pk=batch.pk))
    whole(batch, 40)


@pytest.mark.django_db
def test_a_turn_ends_in_time_and_the_next_goes_on(monkeypatch):
    batch = ready(monkeypatch)
    monkeypatch.setattr(jobs, "TURN_SECONDS", 0.0)
    seen = []
    while jobs.waiting() and len(seen) < 10:
        jobs.work()
        batch.refresh_from_db()
        seen.append(batch.cursor)
    assert seen[:3] == [5, 10, 15]
    whole(batch, 20)


@pytest.mark.django_db
def test_a_second_worker_on_the_same_chunk_gives_way(monkeypatch):
    batch = ready(monkeypatch)
    late = ImportBatch.objects.get(pk=batch.pk)
    assert run_turn(batch, seconds=0.0) is False
    before = Household.objects.count()
    assert run_turn(late)
    assert Household.objects.count() == before == 5


@pytest.mark.django_db
def test_a_number_twice_in_the_file_is_known_across_turns(monkeypatch):
    monkeypatch.setattr(running, "CHUNK", 1)
    village = makers.make_region(name="古城村")
    cadre = makers.make_post("township_cadre", village.parent)
    rows = [person(1, "古城村"), person(2, "古城村", name="罗满秀"), person(1, "古城村", name="王冬秀")]
    batch = actions.open_batch(by=cadre, office=village.parent, raw=as_csv(rows))
    run_turn(batch)
    batch = actions.start_check(by=cadre, batch=batch, mapping={int(p): k for p, k in batch.mapping.items()})
    began = time.monotonic()
    while not run_turn(ImportBatch.objects.get(pk=batch.pk), seconds=0.0) and time.monotonic() < began + 60:
        pass
    assert list(batch.findings.filter(kind="bad").values_list("row", "code")) == [(4, "id_twice_in_file")]
