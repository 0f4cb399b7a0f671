"""Small stones: states, numbers, the audit row, the outbox row."""

import time

import pytest
from django.db import IntegrityError, transaction

from portal.base.audit import record
from portal.base.lifecycle import Lifecycle, Move
from portal.base.models import AuditEvent, OutboxMessage, record_number, uuid7
from portal.base.outbox import post
from portal.base.refused import Refused
from tests import makers

DOOR = Lifecycle(open=Move(frozenset({"shut"}), "ajar"), shut=Move(frozenset({"ajar", "wide"}), "shut"))
ALLOWED = {("shut", "open"): "ajar", ("ajar", "shut"): "shut", ("wide", "shut"): "shut"}


@pytest.mark.parametrize("state", ["shut", "ajar", "wide", "unheard"])
@pytest.mark.parametrize("verb", ["open", "shut", "paint"])
def test_only_the_listed_moves_are_allowed(state, verb):
    assert DOOR.allows(state, verb) is ((state, verb) in ALLOWED)


@pytest.mark.parametrize(("state", "verb"), ALLOWED)
def test_a_move_leads_to_its_state(state, verb):
    assert DOOR.step(state, verb) == ALLOWED[state, verb]
    assert state in DOOR.sources(verb)


@pytest.mark.parametrize(("state", "verb"), [("ajar", "open"), ("shut", "paint")])
def test_another_move_is_refused(state, verb):
    with pytest.raises(Refused) as refusal:
        DOOR.step(state, verb)
    assert refusal.value.code == "wrong_state"


def test_uids_are_of_version_7_unique_and_sort_by_time():
    first = uuid7()
    time.sleep(0.002)
    later = [uuid7() for _ in range(1000)]
    assert {uid.version for uid in later} == {7}
    assert {uid.variant for uid in later} == {"specified in RFC 4122"}
    assert len(set(later)) == 1000
    assert first < min(later)


def test_record_numbers_have_a_prefix_and_all_their_digits():
    for _ in range(200):
        prefix, _dash, digits = record_number("H").partition("-")
        assert prefix == "H"
        assert len(digits) == 8
        assert digits[0] != "0"


@pytest.mark.django_db
def test_an_audit_row_names_who_what_and_which_and_disappears_with_its_transaction():
    user, provider = makers.make_user(), makers.make_provider()
    record(user, "provider.seen", provider, purpose="核对", fields=["phone"])
    row = AuditEvent.objects.get(verb="provider.seen")
    assert (row.actor, row.kind, row.object_no, row.purpose) == (user, "provider", provider.no, "核对")
    assert row.detail == {"fields": ["phone"]}
    with pytest.raises(IntegrityError), transaction.atomic():
        record(None, "provider.lost", provider)
        raise IntegrityError
    assert not AuditEvent.objects.filter(verb="provider.lost").exists()


@pytest.mark.django_db
def test_a_message_is_written_with_its_cause_and_holds_numbers_only():
    user, provider = makers.make_user(), makers.make_provider()
    post(user, "provider_approved", provider, urgent=True)
    row = OutboxMessage.objects.get()
    assert (row.receiver, row.topic, row.kind, row.object_no) == (
        user,
        "provider_approved",
        "provider",
        provider.no,
    )
    assert row.urgent is True
    assert row.sent_at is None
    with pytest.raises(IntegrityError), transaction.atomic():
        post(user, "provider_paused", provider)
        raise IntegrityError
    assert OutboxMessage.objects.count() == 1
