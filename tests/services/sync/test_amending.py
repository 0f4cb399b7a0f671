"""Amendments: append-only, field by field, before and after their visit (rows 3 to 7 of the table of conflicts)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from services.models import InboxState, VisitAmendment, VisitRecord
from services.visits.decisions import confirm_visit
from tests import makers
from tests.services.sync.phone import Phone, inbox
from tests.services.sync.test_rows import made, only
from tests.services.visits.cast import make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    """One planned visit of two hours ago."""
    return make_cast(starts_at=timezone.now() - timedelta(hours=2))


@pytest.fixture
def phone(cast):
    """The worker's phone."""
    return Phone(cast.worker)


def test_an_amendment_of_the_present_version_is_laid_over(cast, phone):
    said = made(cast, phone)
    results = phone.send(said, phone.amendment(said["visit_id"]))
    assert [each.result for each in results] == ["created", "created"]
    assert VisitAmendment.objects.get().note == "补一句"


def test_an_amendment_before_its_visit_is_held_and_applied_when_it_comes(cast, phone):
    said = made(cast, phone)
    change = phone.amendment(said["visit_id"])
    first = only(phone.send(change))
    assert (first.result, first.code) == ("held", "before_visit")
    phone.send(said)
    assert (VisitAmendment.objects.count(), inbox(change).state) == (1, InboxState.CREATED)


@pytest.mark.parametrize(
    ("fields", "result", "code"),
    [
        ({"answers": {"VC-03": "watch"}}, "created", "soft_conflict"),
        ({"note": "又一句"}, "quarantined", "hard_conflict"),
    ],
)
def test_two_amendments_from_one_version_meet_field_by_field(cast, phone, fields, result, code):
    said = made(cast, phone)
    phone.send(said, phone.amendment(said["visit_id"]))
    second = phone.amendment(said["visit_id"], **fields)
    answer = only(phone.send(second))
    assert (answer.result, answer.code) == (result, code)
    assert VisitAmendment.objects.count() == (2 if result == "created" else 1)


@pytest.mark.parametrize(
    ("change", "code"),
    [({"base": 1}, "confirmed_before"), ({"withdrawn": True}, "withdrawn"), ({"base": 7}, "unknown_version")],
)
def test_an_amendment_that_may_not_be_applied_waits_for_a_person(cast, phone, change, code):
    said = made(cast, phone)
    phone.send(said)
    if code == "confirmed_before":
        confirm_visit(row=VisitRecord.objects.get(), by=cast.manager)
    assert only(phone.send(phone.amendment(said["visit_id"], **change))).code == code
    assert not VisitAmendment.objects.exists()


def test_nobody_amends_the_visit_of_another(cast, phone):
    said = made(cast, phone)
    phone.send(said)
    stranger = Phone(makers.make_member(cast.task.provider))
    change = stranger.amendment(said["visit_id"])
    assert (only(stranger.send(change)).code, inbox(change).planned) == ("no_ticket", None)
    assert not VisitAmendment.objects.exists()
