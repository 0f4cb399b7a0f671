"""One visit sent five times at once is one visit with one receipt; without the database's word it is not."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from portal.models import AuditEvent
from services.models import SyncInbox, VisitRecord
from services.sync.intake import take_in
from tests.services.sync.phone import Phone
from tests.services.visits.cast import make_cast
from tests.services.visits.test_races import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
SENDERS = 5


def sealed_visit(**more):
    """A phone's finished visit, and who sends it."""
    cast = make_cast(starts_at=timezone.now() - timedelta(hours=2))
    phone = Phone(cast.worker)
    said = phone.visit(cast.planned, phone.ticket(cast.planned))
    return cast, phone, said


def sending(cast, items):
    """Each item on a connection of its own."""
    return [lambda item=item: take_in([item], by=cast.worker)[0] for item in items]


def test_five_at_once_with_one_id_are_one_visit_with_one_receipt():
    cast, phone, said = sealed_visit()
    answers = at_once(sending(cast, [phone.seal(said)] * SENDERS))
    row = SyncInbox.objects.get()
    assert sorted(each.result for each in answers) == ["created"] + ["duplicate"] * (SENDERS - 1)
    assert {each.receipt for each in answers} == {row.receipt}
    assert VisitRecord.objects.count() == 1
    assert AuditEvent.objects.filter(verb="visit.recorded").count() == 1


def test_five_contents_of_one_id_at_once_are_one_visit_and_four_variants():
    cast, phone, said = sealed_visit()
    answers = at_once(sending(cast, [phone.seal(said | {"note": f"{n}"}) for n in range(SENDERS)]))
    assert sorted(each.result for each in answers) == ["conflict_payload"] * (SENDERS - 1) + ["created"]
    assert (SyncInbox.objects.count(), VisitRecord.objects.count()) == (SENDERS, 1)


@pytest.fixture
def guard_off(request, monkeypatch):
    """Without one word of the database."""
    rules = SyncInbox._meta.constraints
    rule = next(row for row in rules if row.name == request.param)
    with monkeypatch.context() as patch:
        # SQLite makes the table anew from the model as it stands.
        patch.setattr(SyncInbox._meta, "constraints", [row for row in rules if row != rule])
        with connection.schema_editor() as editor:
            editor.remove_constraint(SyncInbox, rule)
        yield
    SyncInbox.objects.all().delete()
    with connection.schema_editor() as editor:
        editor.add_constraint(SyncInbox, rule)


@pytest.mark.parametrize("guard_off", ["inbox_first_of_an_item"], indirect=True)
def test_without_the_guard_an_id_has_more_than_one_first_content(guard_off):
    cast, phone, said = sealed_visit()
    at_once(sending(cast, [phone.seal(said | {"note": f"{n}"}) for n in range(SENDERS)]))
    assert SyncInbox.objects.filter(variant=False).count() > 1
