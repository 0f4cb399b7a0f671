"""The server dies after each step: whatever was acknowledged is stored, and sending again ends in one visit."""

from datetime import timedelta

import pytest
from django.utils import timezone

from services.models import PlannedState, PlannedVisit, SyncInbox, VisitRecord
from services.sync import intake
from services.sync.intake import take_in
from tests.services.sync.phone import Phone
from tests.services.visits.cast import make_cast

pytestmark = pytest.mark.django_db
STEPS = ["put_down", "process", "settle", "_told_as"]


class Killed(BaseException):
    """The process is gone; no handler of ours sees it."""


def dies_after(step):
    """The step is done, and then nothing more."""

    def run(*args, **more):
        step(*args, **more)
        raise Killed

    return run


@pytest.mark.parametrize("step", STEPS)
def test_a_death_before_the_commit_leaves_nothing_and_the_same_envelope_is_taken_again(step, monkeypatch):
    cast = make_cast(starts_at=timezone.now() - timedelta(hours=2))
    phone = Phone(cast.worker)
    item = phone.seal(phone.visit(cast.planned, phone.ticket(cast.planned)))
    with monkeypatch.context() as patch:
        patch.setattr(intake, step, dies_after(getattr(intake, step)))
        with pytest.raises(Killed):
            take_in([item], by=cast.worker)
    assert (SyncInbox.objects.count(), VisitRecord.objects.count()) == (0, 0)
    assert PlannedVisit.objects.get(pk=cast.planned.pk).state == PlannedState.PLANNED
    assert [each.result for each in take_in([item], by=cast.worker)] == ["created"]


def test_a_death_after_the_commit_is_a_lost_answer_and_the_receipt_is_the_same_later(monkeypatch):
    cast = make_cast(starts_at=timezone.now() - timedelta(hours=2))
    phone = Phone(cast.worker)
    item = phone.seal(phone.visit(cast.planned, phone.ticket(cast.planned)))
    with monkeypatch.context() as patch:
        patch.setattr(intake, "take_item", dies_after(intake.take_item))
        with pytest.raises(Killed):
            take_in([item], by=cast.worker)
    (again,) = take_in([item], by=cast.worker)
    assert (again.result, again.receipt) == ("duplicate", SyncInbox.objects.get().receipt)
    assert VisitRecord.objects.count() == 1


def test_a_busy_database_is_told_as_retry_and_nothing_is_half_stored(monkeypatch):
    from django.db import OperationalError

    cast = make_cast(starts_at=timezone.now() - timedelta(hours=2))
    phone = Phone(cast.worker)

    def busy(*args):
        raise OperationalError("database is locked")

    monkeypatch.setattr(intake.arriving, "arrive", busy)
    (result,) = phone.send(phone.visit(cast.planned, phone.ticket(cast.planned)))
    assert (result.result, result.receipt, result.retry_after) == ("retry", "", 5)
    assert not SyncInbox.objects.exists()
