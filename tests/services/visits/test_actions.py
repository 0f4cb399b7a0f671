"""Checking in, handing in and completing a visit: who may, when, and exactly once."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from portal.base.models import uuid7
from portal.base.refused import Refused
from portal.models import AuditEvent, OutboxMessage
from services.models import Assignment, PlannedState, PlannedVisit, Task, TaskState, Verdict, VisitRecord
from services.visits.actions import check_in, complete_visit, record_visit
from services.visits.decisions import return_visit
from services.visits.rules import Fix, VisitReport
from tests import makers
from tests.services.visits.cast import AT_THE_DOOR, FAR_AWAY, a_report, arrive, make_cast, make_record

pytestmark = pytest.mark.django_db


def refusal(call) -> str:
    """The code with which a call is refused."""
    with pytest.raises(Refused) as caught:
        call()
    return caught.value.code


@pytest.mark.parametrize(
    ("fix", "ground", "code"),
    [
        (AT_THE_DOOR, "", ""),
        (None, "", "no_place"),
        (FAR_AWAY, "", "too_far"),
        (None, "屋里没信号", ""),
        (FAR_AWAY, "在地里找到老人", ""),
        (None, "   ", "no_place"),
    ],
)
def test_check_in_needs_a_place_or_a_ground_and_is_then_never_refused(fix, ground, code):
    cast = make_cast()
    try:
        check_in(planned=cast.planned, by=cast.worker, fix=fix, ground=ground)
        answer = ""
    except Refused as refused:
        answer = refused.code
    cast.planned.refresh_from_db()
    assert answer == code
    assert (cast.planned.state == PlannedState.UNDER_WAY) is (code == "")
    assert AuditEvent.objects.filter(verb="visit.checked_in").count() == (0 if code else 1)


def test_a_ground_is_kept_only_where_it_was_needed():
    cast = make_cast()
    planned = check_in(planned=cast.planned, by=cast.worker, fix=AT_THE_DOOR, ground="多余的话")
    assert planned.check_in_ground == ""
    assert planned.check_in_accuracy_m == 15


def test_a_second_tap_on_check_in_changes_nothing():
    cast = make_cast()
    first = arrive(cast)
    again = check_in(planned=first, by=cast.worker, fix=FAR_AWAY, ground="又点一次")
    assert again.checked_in_at == first.checked_in_at
    assert AuditEvent.objects.filter(verb="visit.checked_in").count() == 1


def test_a_visit_of_another_day_cannot_be_checked_in():
    cast = make_cast(starts_at=timezone.now() + timedelta(days=2))
    assert refusal(lambda: check_in(planned=cast.planned, by=cast.worker, fix=AT_THE_DOOR)) == "not_today"


def _end(cast):
    Assignment.objects.filter(task=cast.task).update(valid_to=timezone.now() - timedelta(seconds=1))


def _not_begun(cast):
    Assignment.objects.filter(task=cast.task).update(valid_from=timezone.now() + timedelta(hours=1))


def _raise_task_epoch(cast):
    Task.objects.filter(pk=cast.task.pk).update(epoch=F("epoch") + 1)


def _raise_visit_epoch(cast):
    PlannedVisit.objects.filter(pk=cast.planned.pk).update(epoch=F("epoch") + 1)


def _pause(cast):
    Task.objects.filter(pk=cast.task.pk).update(state=TaskState.PAUSED)


def _give_to_another(cast):
    other = makers.make_member(cast.task.provider)
    Assignment.objects.filter(task=cast.task).update(user=other)


@pytest.mark.parametrize(
    "change", [_end, _not_begun, _raise_task_epoch, _raise_visit_epoch, _pause, _give_to_another]
)
def test_only_the_person_assigned_now_and_in_this_epoch_may_check_in(change):
    cast = make_cast()
    change(cast)
    assert refusal(lambda: check_in(planned=cast.planned, by=cast.worker, fix=AT_THE_DOOR)) == "not_yours"


# What is found when the record comes, and what becomes of it: it is judged by the moment of the check-in.
SINCE = [
    (_end, "not_yours"),
    (_not_begun, "not_yours"),
    (_raise_visit_epoch, "not_yours"),
    (_give_to_another, "not_yours"),
    (_raise_task_epoch, "flagged"),
    (_pause, "submitted"),
]


@pytest.mark.parametrize(("change", "found"), SINCE)
def test_a_record_is_taken_from_who_was_assigned_at_check_in_and_from_nobody_else(change, found):
    cast = make_cast()
    arrive(cast)
    change(cast)
    call = lambda: record_visit(planned=cast.planned, by=cast.worker, uid=uuid7(), report=a_report())  # noqa: E731
    assert (refusal(call) if found == "not_yours" else call().record.verdict) == found
    assert VisitRecord.objects.exists() is (found != "not_yours")


def test_the_same_setup_unchanged_lets_the_person_assigned_act():
    cast = make_cast()
    arrive(cast)
    assert record_visit(planned=cast.planned, by=cast.worker, uid=uuid7(), report=a_report()).created


def test_a_visit_without_check_in_cannot_be_handed_in():
    cast = make_cast()
    call = lambda: record_visit(planned=cast.planned, by=cast.worker, uid=uuid7(), report=a_report())  # noqa: E731
    assert refusal(call) == "not_checked_in"


def test_handing_in_writes_record_audit_and_message_together():
    cast = make_cast()
    row = make_record(cast, item_notes={"VC-01": "精神好"})
    cast.planned.refresh_from_db()
    assert cast.planned.state == PlannedState.RECORDED
    assert row.verdict == Verdict.SUBMITTED
    assert row.distance_m == 0
    event = AuditEvent.objects.get(verb="visit.recorded")
    assert (event.object_no, event.household_no) == (row.no, cast.household.no)
    message = OutboxMessage.objects.get(topic="visit_recorded")
    assert message.receiver == cast.manager


def test_the_words_of_a_visit_lie_encrypted():
    cast = make_cast()
    row = make_record(cast, note="右膝盖肿", item_notes={"VC-01": "说话清楚"})
    raw = VisitRecord.objects.filter(pk=row.pk).values_list("note", "item_notes", "answers").get()
    assert "膝盖" not in f"{raw}"
    assert "清楚" not in f"{raw}"
    fresh = VisitRecord.objects.get(pk=row.pk)
    assert fresh.note == "右膝盖肿"


def test_the_same_uid_again_is_the_same_receipt_and_nothing_new():
    cast = make_cast()
    uid = uuid7()
    first = make_record(cast, uid=uid)
    again = record_visit(planned=cast.planned, by=cast.worker, uid=uid, report=a_report())
    assert (again.created, again.differs) == (False, False)
    assert again.record.receipt == first.receipt
    assert VisitRecord.objects.count() == 1
    assert AuditEvent.objects.filter(verb="visit.recorded").count() == 1


def test_the_same_uid_with_other_words_keeps_the_first_and_says_so():
    cast = make_cast()
    uid = uuid7()
    make_record(cast, uid=uid)
    again = record_visit(planned=cast.planned, by=cast.worker, uid=uid, report=a_report(note="改了"))
    assert again.differs
    assert VisitRecord.objects.get().note == "都好"


def test_another_uid_for_a_recorded_visit_is_refused():
    cast = make_cast()
    make_record(cast)
    call = lambda: record_visit(planned=cast.planned, by=cast.worker, uid=uuid7(), report=a_report())  # noqa: E731
    assert refusal(call) == "already_recorded"


def test_a_uid_of_another_visit_is_refused_and_leaves_no_trace():
    first, second = make_cast(), make_cast()
    row = make_record(first)
    arrive(second)
    call = lambda: record_visit(planned=second.planned, by=second.worker, uid=row.uid, report=a_report())  # noqa: E731
    assert refusal(call) == "uid_taken"
    second.planned.refresh_from_db()
    assert second.planned.state == PlannedState.UNDER_WAY


def test_a_completion_leaves_the_record_and_brings_it_back_to_the_agency():
    cast = make_cast()
    row = make_record(cast)
    return_visit(row=row, by=cast.manager, reason="缺饮食情况")
    complete_visit(
        row=row, by=cast.worker, answers={"VC-03": "watch"}, item_notes={"VC-03": "只吃了一顿"}, note="补饮食"
    )
    fresh = VisitRecord.objects.get(pk=row.pk)
    assert (fresh.verdict, fresh.note, fresh.answers) == (Verdict.SUBMITTED, "都好", {"VC-01": "normal"})
    assert fresh.amendments.get().answers == {"VC-03": "watch"}
    assert OutboxMessage.objects.filter(topic="visit_completed", receiver=cast.manager).count() == 1


@pytest.mark.parametrize("change", [_end, _raise_task_epoch, _give_to_another])
def test_a_completion_by_one_who_no_longer_goes_there_is_refused(change):
    cast = make_cast()
    row = make_record(cast)
    change(cast)
    call = lambda: complete_visit(row=row, by=cast.worker, answers={}, item_notes={}, note="补")  # noqa: E731
    assert refusal(call) == "wrong_state"


def test_a_position_handed_in_is_kept_and_not_part_of_the_fingerprint():
    cast = make_cast()
    uid = uuid7()
    arrive(cast)
    first = record_visit(
        planned=cast.planned, by=cast.worker, uid=uid, report=VisitReport(out=Fix(27.721, 112.82, 9))
    )
    again = record_visit(
        planned=cast.planned, by=cast.worker, uid=uid, report=VisitReport(out=Fix(27.8, 112.8))
    )
    assert first.record.out_accuracy_m == 9
    assert not again.differs
