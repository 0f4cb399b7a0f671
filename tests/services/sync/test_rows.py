"""The tables 4.3, 4.4 and 4.9 of the protocol, row by row."""

from datetime import timedelta

import pytest
from django.utils import timezone

from partners.models import Provider, ProviderState
from portal.base.models import uuid7
from portal.models import AuditEvent, OutboxMessage
from services.models import (
    Assignment,
    ChecklistItem,
    Household,
    HouseholdState,
    InboxState,
    PlannedState,
    PlannedVisit,
    SyncInbox,
    Verdict,
    VisitDoubt,
    VisitRecord,
)
from services.sync import arriving
from services.sync.devices import lose_phones
from services.sync.intake import take_in
from services.visits import planning
from services.visits.actions import record_visit
from services.visits.rules import VisitReport
from tests import makers
from tests.services.sync.phone import Phone, inbox
from tests.services.visits.cast import a_report, arrive, make_cast

pytestmark = pytest.mark.django_db
AGO = timedelta(hours=1)


@pytest.fixture
def cast():
    """One planned visit of two hours ago, with everybody around it."""
    return make_cast(starts_at=timezone.now() - timedelta(hours=2))


@pytest.fixture
def phone(cast):
    """The worker's phone."""
    return Phone(cast.worker)


def made(cast, phone, **more):
    """A visit with a good ticket."""
    return phone.visit(cast.planned, phone.ticket(cast.planned), **more)


def only(results):
    """The one result."""
    (result,) = results
    return result


def test_a_visit_made_while_sent_there_is_created_with_its_own_times(cast, phone):
    began = timezone.now() - timedelta(hours=2)
    said = made(cast, phone, began=began)
    result = only(phone.send(said))
    row = VisitRecord.objects.get()
    assert (result.result, len(result.receipt)) == ("created", 64)
    assert (str(row.uid), row.started_at, row.author) == (said["visit_id"], began, cast.worker)
    assert row.ended_at - row.started_at == timedelta(minutes=30)
    assert (row.verdict, row.note, row.distance_m) == (Verdict.SUBMITTED, "都好", 0)
    cast.planned.refresh_from_db()
    assert (cast.planned.state, cast.planned.checked_in_at) == (PlannedState.RECORDED, began)
    assert AuditEvent.objects.filter(verb="visit.recorded").count() == 1
    assert OutboxMessage.objects.filter(topic="visit_recorded", receiver=cast.manager).count() == 1
    assert inbox(said).raw != ""


def test_the_same_envelope_again_is_a_duplicate_with_the_same_receipt(cast, phone):
    said = made(cast, phone)
    first, again = only(phone.send(said)), only(phone.send(said))
    assert (again.result, again.receipt) == ("duplicate", first.receipt)
    assert (VisitRecord.objects.count(), SyncInbox.objects.count()) == (1, 1)


def test_another_content_under_the_same_id_is_kept_beside_the_first(cast, phone):
    said = made(cast, phone)
    phone.send(said)
    result = only(phone.send(said | {"note": "改了一个字"}))
    assert (result.result, inbox(said).state) == ("conflict_payload", InboxState.VARIANT)
    assert VisitRecord.objects.get().note == "都好"
    assert SyncInbox.objects.filter(item=said["visit_id"]).count() == 2


def test_what_cannot_be_opened_is_rejected_and_stores_nothing(cast, phone):
    good = phone.seal(made(cast, phone))
    wrong = [
        good | {"body": good["body"][:-4] + "AAAA"},
        good | {"hash": "0" * 64},
        good | {"kid": "zz"},
        good | {"seq": good["seq"] + 1},
        good | {"body": "A" * 300_000},
        {"v": 9},
        "nothing",
        None,
    ]
    codes = [(each.result, each.code) for each in take_in(wrong, by=cast.worker)]
    assert codes == [
        ("rejected", code)
        for code in (
            "broken", "broken", "unknown_key", "broken", "too_large", "malformed", "malformed", "malformed",
        )
    ]  # fmt: skip
    assert not SyncInbox.objects.exists()


def _reassigned(cast):
    other = makers.make_member(cast.task.provider)
    cast.task.refresh_from_db()
    planning.move_open_visits(_epoch_up(cast, other))


def _epoch_up(cast, other):
    now = timezone.now() - timedelta(minutes=5)
    Assignment.objects.filter(task=cast.task).update(valid_to=now)
    cast.task.epoch += 1
    cast.task.save(update_fields=["epoch"])
    return makers.make_assignment(cast.task, other, at=now)


def _suspended(cast):
    Provider.objects.filter(pk=cast.task.provider_id).update(state=ProviderState.SUSPENDED)


def _died(cast):
    cast.household.persons.update(died_on=timezone.localdate())


def _closed(cast):
    Household.objects.filter(pk=cast.household.pk).update(state=HouseholdState.CLOSED)


def _erased(cast):
    Household.objects.filter(pk=cast.household.pk).update(state=HouseholdState.CLOSED, name="已删除")


def _recorded(cast):
    arrive(cast)
    record_visit(planned=cast.planned, by=cast.worker, uid=uuid7(), report=a_report())


def _taken_from_them(cast):
    Assignment.objects.filter(task=cast.task).update(valid_to=timezone.now() - timedelta(minutes=1))


def _lost(cast):
    lose_phones(cast.worker, cast.worker, timezone.now())


def _before_they_were_sent(cast):
    Assignment.objects.filter(task=cast.task).update(valid_from=timezone.now() - timedelta(minutes=10))


def _nothing(cast):
    """All is as it was."""


QUARANTINED = [
    (_reassigned, "revoked_since"),
    (_taken_from_them, "revoked_since"),
    (_suspended, "revoked_since"),
    (_before_they_were_sent, "outside_assignment"),
    (_died, "recipient_state"),
    (_closed, "recipient_state"),
    (_erased, "recipient_erased"),
    (_recorded, "second_visit"),
    (_lost, "device_lost"),
]


@pytest.mark.parametrize(("meanwhile", "reason"), QUARANTINED, ids=[row[0].__name__ for row in QUARANTINED])
def test_what_changed_meanwhile_sends_the_visit_to_a_person_and_loses_nothing(cast, phone, meanwhile, reason):
    said = made(cast, phone)
    meanwhile(cast)
    before = VisitRecord.objects.count()
    result = only(phone.send(said))
    assert (result.result, result.code, len(result.receipt)) == ("quarantined", reason, 64)
    row = inbox(said)
    assert (row.state, row.author, row.planned) == (InboxState.QUARANTINED, cast.worker, cast.planned)
    assert VisitRecord.objects.count() == before
    assert AuditEvent.objects.filter(verb="sync.quarantined").count() == 1
    assert OutboxMessage.objects.filter(topic="visit_brought", receiver=cast.cadre).count() == 1


def test_the_new_holder_is_untouched_by_the_visit_of_the_one_before(cast, phone):
    said = made(cast, phone)
    _reassigned(cast)
    before = PlannedVisit.objects.values().get(pk=cast.planned.pk)
    phone.send(said)
    assert PlannedVisit.objects.values().get(pk=cast.planned.pk) == before


def _no_ticket(cast, phone, ticket):
    return ""


def _forged(cast, phone, ticket):
    return ticket[:-1] + ("0" if ticket[-1] != "0" else "1")


def _of_another_phone(cast, phone, ticket):
    return Phone(cast.worker).ticket(cast.planned)


def _of_another_household(cast, phone, ticket):
    return phone.ticket(make_cast().planned)


@pytest.mark.parametrize("turned", [_no_ticket, _forged, _of_another_phone, _of_another_household])
def test_without_a_ticket_of_this_phone_for_this_visit_a_person_decides(cast, phone, turned):
    said = phone.visit(cast.planned, turned(cast, phone, phone.ticket(cast.planned)))
    assert (only(phone.send(said)).code, inbox(said).planned) == ("no_ticket", cast.planned)


def test_who_never_had_a_right_there_hears_the_same_and_the_target_is_hidden(cast, phone):
    stranger = make_cast()
    knows, guesses = phone.visit(cast.planned, ""), phone.visit(stranger.planned, "")
    nowhere = phone.visit(stranger.planned, "", visit="V-0000000001")
    answers = [only(phone.send(said)) for said in (knows, guesses, nowhere)]
    assert [(each.result, each.code) for each in answers] == [("quarantined", "no_ticket")] * 3
    rows = [inbox(said) for said in (knows, guesses, nowhere)]
    assert [(row.state, row.reason, row.planned) for row in rows] == [
        ("quarantined", "no_ticket", cast.planned),
        ("held", "unknown_target", None),
        ("held", "unknown_target", None),
    ]


@pytest.mark.parametrize(
    ("after", "result", "reason"), [(False, "created", ""), (True, "quarantined", "after_cancellation")]
)
@pytest.mark.parametrize("how", ["task", "date"])
def test_a_visit_before_the_cancellation_counts_and_one_after_it_waits(
    cast, phone, how, after, result, reason
):
    now = timezone.now()
    said = made(cast, phone, began=now + timedelta(minutes=10 if after else -10))
    if how == "task":
        planning.end(task=cast.task, reason="搬走了", to_match=False, by=cast.manager, at=now)
    else:
        planning.cancel_visit(visit=cast.planned, reason="改天", by=cast.manager, at=now)
    answer = only(phone.send(said, at=now + AGO))
    assert (answer.result, answer.code) == (result, reason)
    kinds = list(VisitDoubt.objects.values_list("kind", flat=True))
    assert kinds == ([] if after else ["cancelled"])


def test_two_people_at_one_visit_are_both_kept_and_one_counts(cast, phone):
    said = made(cast, phone)
    phone.send(said)
    second = phone.visit(cast.planned, phone.ticket(cast.planned))
    assert only(phone.send(second)).code == "second_visit"
    assert (VisitRecord.objects.count(), inbox(second).raw != "") == (1, True)


def test_one_person_in_two_households_at_once_is_flagged_on_both_sides(cast, phone):
    other = make_cast(starts_at=timezone.now() - timedelta(hours=2))
    Assignment.objects.filter(task=other.task).update(user=cast.worker)
    phone.send(made(cast, phone), phone.visit(other.planned, phone.ticket(other.planned)))
    assert list(VisitDoubt.objects.values_list("kind", flat=True)) == ["overlap", "overlap"]
    assert set(VisitRecord.objects.values_list("verdict", flat=True)) == {Verdict.FLAGGED}


def test_a_visit_that_was_handed_in_on_the_page_too_is_one_visit(cast, phone):
    said = made(cast, phone)
    arrive(cast)
    report = VisitReport(answers={"VC-01": "normal"}, item_notes={"VC-01": "说话清楚"}, note="都好")
    record_visit(planned=cast.planned, by=cast.worker, uid=said["visit_id"], report=report)
    assert only(phone.send(said)).result == "created"
    assert only(phone.send(said | {"note": "别的话"})).result == "conflict_payload"
    assert VisitRecord.objects.count() == 1


def test_a_shared_phone_stores_for_the_author_of_the_ticket_if_their_phone_signed(cast, phone):
    sister = makers.make_member(cast.task.provider)
    said, unsigned = made(cast, phone), made(cast, phone)
    loose = only(take_in([phone.seal(unsigned, key=None)], by=sister))
    assert (loose.code, inbox(unsigned).author, inbox(unsigned).sender) == (
        "other_author",
        cast.worker,
        sister,
    )
    assert only(phone.send(said, by=sister)).result == "created"
    assert VisitRecord.objects.get().author == cast.worker


HELD = [
    ({"form": 99}, "unknown_form"),
    ({"answers": {"XX-99": {"state": "normal"}}}, "unknown_form"),
    ({"answers": {"VC-01": {"state": "great"}}}, "invalid"),
    ({"answers": {}}, "invalid"),
    ({"note": "字" * 1001}, "invalid"),
    ({"started_wall": "gestern"}, "invalid"),
    ({"started_wall": "2026-11-28T10:00:00"}, "invalid"),
    ({"photos": ["x"]}, "invalid"),
    ({"in": {"lat": 91, "lng": 0}}, "invalid"),
]


@pytest.mark.parametrize(("wrong", "reason"), HELD)
def test_what_cannot_be_processed_is_held_as_it_came(cast, phone, wrong, reason):
    said = made(cast, phone) | wrong
    result = only(phone.send(said))
    assert (result.result, result.code, inbox(said).state) == ("held", reason, InboxState.HELD)
    assert not VisitRecord.objects.exists()


def test_a_retired_line_of_an_old_checklist_is_known(cast, phone):
    ChecklistItem.objects.filter(code="VC-01").update(retired=True)
    assert only(phone.send(made(cast, phone))).result == "created"


def test_a_poisonous_item_does_not_block_the_others(cast, phone, monkeypatch):
    poison, good = made(cast, phone), make_cast(starts_at=timezone.now() - timedelta(hours=4))
    Assignment.objects.filter(task=good.task).update(user=cast.worker)
    whole = arriving.land

    def explode(row, planned, *rest):
        if planned == cast.planned:
            raise ZeroDivisionError("a bug")
        return whole(row, planned, *rest)

    monkeypatch.setattr(arriving, "land", explode)
    results = phone.send(
        poison,
        phone.visit(good.planned, phone.ticket(good.planned), began=timezone.now() - timedelta(hours=3)),
    )
    assert [(each.result, each.code) for each in results] == [("held", "server_error"), ("created", "")]
    assert PlannedVisit.objects.get(pk=cast.planned.pk).state == PlannedState.PLANNED
