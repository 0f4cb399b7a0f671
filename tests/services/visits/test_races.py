"""A visit sent five times at once is one visit with one receipt; with the guards off the same test shows more."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections

from portal.base.lifecycle import Move
from portal.base.models import uuid7
from portal.base.refused import Refused
from portal.models import AuditEvent, OutboxMessage
from services.models import Contract, DrawDown, PlannedState, PlannedVisit, VisitRecord
from services.visits.actions import record_visit
from services.visits.decisions import confirm_visit
from services.visits.lifecycle import PLANNED
from tests.services.visits.cast import a_report, arrive, make_cast, make_record

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
SENDERS = 5


def at_once(calls):
    """Run every call in a thread of its own, with a connection of its own, from one barrier on."""
    barrier = threading.Barrier(len(calls))

    def run(call):
        barrier.wait()
        try:
            return call()
        except Refused as refusal:
            return refusal.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def sending(cast, uids):
    """The same visit, once for each uid; the answer is the receipt or the code of the refusal."""

    def send(uid):
        planned = PlannedVisit.objects.select_related("task__need__household", "task__provider").get(
            pk=cast.planned.pk
        )
        return record_visit(planned=planned, by=cast.worker, uid=uid, report=a_report()).record.receipt

    return [lambda uid=uid: send(uid) for uid in uids]


@pytest.fixture
def first_guard_off(monkeypatch):
    """Let a visit be handed in whatever its state."""
    monkeypatch.setitem(PLANNED.moves, "record", Move(frozenset(PlannedState.values), PlannedState.RECORDED))


@pytest.fixture
def second_guard_off(first_guard_off, monkeypatch):
    """And without the database's own word against a second record."""
    rules = VisitRecord._meta.constraints
    rule = next(row for row in rules if row.name == "record_one_a_planned_visit")
    with monkeypatch.context() as patch:
        # SQLite makes the table anew from the model as it stands.
        patch.setattr(VisitRecord._meta, "constraints", [row for row in rules if row != rule])
        with connection.schema_editor() as editor:
            editor.remove_constraint(VisitRecord, rule)
        yield
    VisitRecord.objects.all().delete()
    with connection.schema_editor() as editor:
        editor.add_constraint(VisitRecord, rule)


@pytest.mark.parametrize("again", range(5))
def test_five_at_once_with_one_uid_are_one_visit_with_one_receipt(again):
    cast = make_cast()
    arrive(cast)
    answers = at_once(sending(cast, [uuid7()] * SENDERS))
    row = VisitRecord.objects.get()
    assert answers == [row.receipt] * SENDERS
    assert AuditEvent.objects.filter(verb="visit.recorded").count() == 1
    assert OutboxMessage.objects.filter(topic="visit_recorded").count() == 1


def test_without_the_first_guard_the_same_five_do_not_get_one_receipt(first_guard_off):
    cast = make_cast()
    arrive(cast)
    answers = Counter(at_once(sending(cast, [uuid7()] * SENDERS)))
    assert answers["uid_taken"] == SENDERS - 1


def test_five_at_once_with_five_uids_are_one_visit_and_four_clear_refusals():
    cast = make_cast()
    arrive(cast)
    answers = Counter(at_once(sending(cast, [uuid7() for _n in range(SENDERS)])))
    assert answers["already_recorded"] == SENDERS - 1
    assert VisitRecord.objects.count() == 1


def test_without_both_guards_five_uids_are_more_than_one_visit(second_guard_off):
    cast = make_cast()
    arrive(cast)
    at_once(sending(cast, [uuid7() for _n in range(SENDERS)]))
    assert VisitRecord.objects.count() > 1


def test_of_five_confirmations_at_once_one_draws_the_money():
    cast = make_cast()
    row = make_record(cast)

    def confirm():
        mine = VisitRecord.objects.select_related(
            "planned__task__contract", "planned__task__need__household", "author"
        ).get(pk=row.pk)
        return confirm_visit(row=mine, by=cast.manager).verdict

    answers = Counter(at_once([confirm] * SENDERS))
    assert answers == {"confirmed": 1, "wrong_state": SENDERS - 1}
    assert Contract.objects.get(pk=cast.contract.pk).drawn_fen == 58_00
    assert DrawDown.objects.count() == 1
