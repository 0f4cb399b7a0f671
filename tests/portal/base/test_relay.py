"""The relay: each message once, to who may have it, whatever stops in between."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy, override

from portal.base import relay, topics
from portal.base.models import AuditEvent, InboxItem, OutboxMessage
from portal.base.outbox import post
from tests import makers


class Thing:
    """Stands for a row with a record number."""

    class _meta:
        model_name = "thing"

    def __init__(self, no: str, version: int = 0) -> None:
        self.no = no
        self.version = version


@pytest.fixture
def rights(monkeypatch):
    """One topic; whoever is in the set may receive it. A name in place of a set raises."""
    entitled: set[int] = set()
    monkeypatch.setattr(topics, "_topics", {})
    topics.register(
        "thing_happened",
        gettext_lazy("有一件新任务（%(no)s）"),
        link=lambda message: f"/things/{message.object_no}/",
        may_receive=lambda user, message: user.pk in entitled,
    )
    return entitled


def message_for(user, no: str = "T-1", **more) -> OutboxMessage:
    """A waiting message."""
    post(user, "thing_happened", Thing(no), **more)
    return OutboxMessage.objects.get(object_no=no, receiver=user)


@pytest.mark.django_db
def test_a_message_reaches_the_inbox_once(rights):
    user = makers.make_user()
    rights.add(user.pk)
    message = message_for(user)
    assert relay.relay() == 1
    assert relay.relay() == 0
    item = InboxItem.objects.get()
    assert (item.receiver, item.message) == (user, message)
    message.refresh_from_db()
    assert message.sent_at is not None


@pytest.mark.django_db
def test_posting_twice_is_one_message(rights):
    user = makers.make_user()
    rights.add(user.pk)
    for _again in range(2):
        post(user, "thing_happened", Thing("T-1", version=3))
    assert OutboxMessage.objects.count() == 1


@pytest.mark.django_db
def test_who_lost_the_right_meanwhile_gets_nothing_and_it_is_noted(rights):
    user = makers.make_user()
    message = message_for(user)
    assert relay.relay() == 0
    message.refresh_from_db()
    assert message.dead_reason == "no_right"
    assert InboxItem.objects.count() == 0
    noted = AuditEvent.objects.get(verb="message.withheld")
    assert noted.detail == {"topic": "thing_happened", "reason": "no_right"}


@pytest.mark.django_db
def test_a_deactivated_person_gets_nothing(rights):
    user = makers.make_user(is_active=False)
    rights.add(user.pk)
    message_for(user)
    assert relay.relay() == 0
    assert relay.dead_letters().get().dead_reason == "no_right"


@pytest.mark.django_db
def test_of_two_relays_one_claims_and_the_other_does_nothing(rights):
    user = makers.make_user()
    rights.add(user.pk)
    message_for(user)
    now = timezone.now()
    first, second = relay.due(now).get(), relay.due(now).get()
    assert relay.claim(first, now) is True
    assert relay.claim(second, now) is False
    assert relay.relay(at=now) == 0
    assert relay.deliver(first, now) is True
    assert InboxItem.objects.count() == 1


@pytest.mark.django_db
def test_a_crash_after_the_claim_is_made_good_when_the_claim_runs_out(rights):
    user = makers.make_user()
    rights.add(user.pk)
    crashed = message_for(user)
    now = timezone.now()
    assert relay.claim(crashed, now)
    assert relay.relay(at=now + timedelta(seconds=59)) == 0
    assert relay.relay(at=now + timedelta(seconds=61)) == 1
    assert relay.deliver(crashed, now) is False
    assert InboxItem.objects.count() == 1


@pytest.mark.django_db
def test_a_failing_message_waits_longer_each_time_and_then_is_dead(rights, monkeypatch):
    user = makers.make_user()
    rights.add(user.pk)
    bad, good = message_for(user, "T-1"), message_for(user, "T-2")
    real = topics.may_receive

    def fail_on_the_first(person, message):
        if message.object_no == "T-1":
            raise RuntimeError("broken")
        return real(person, message)

    monkeypatch.setattr(topics, "may_receive", fail_on_the_first)
    at = timezone.now()
    assert relay.relay(at=at) == 1
    pauses = []
    for _attempt in range(1, relay.MAX_ATTEMPTS):
        bad.refresh_from_db()
        assert bad.dead_at is None
        pauses.append((bad.available_at - at).total_seconds())
        at = bad.available_at
        relay.relay(at=at)
    bad.refresh_from_db()
    good.refresh_from_db()
    assert pauses == [5, 10, 20, 40, 80, 160, 320]
    assert (bad.attempts, bad.dead_reason) == (relay.MAX_ATTEMPTS, "failed")
    assert good.sent_at is not None
    monkeypatch.setattr(topics, "may_receive", real)
    assert relay.revive(message=bad) is True
    assert relay.relay() == 1


@pytest.mark.django_db
def test_a_message_that_kills_its_relay_ends_as_a_dead_letter(rights):
    user = makers.make_user()
    rights.add(user.pk)
    message = message_for(user)
    at = timezone.now()
    for _crash in range(relay.MAX_ATTEMPTS):
        assert relay.claim(relay.due(at).get(), at)
        at += relay.CLAIM_TIME
    assert relay.relay(at=at) == 0
    message.refresh_from_db()
    assert message.dead_reason == "too_many_attempts"


@pytest.mark.django_db
def test_a_topic_unknown_during_a_roll_out_is_tried_again(rights):
    user = makers.make_user()
    rights.add(user.pk)
    post(user, "not_yet_known", Thing("T-1"))
    assert relay.relay() == 0
    message = OutboxMessage.objects.get()
    assert (message.attempts, message.dead_at) == (1, None)
    OutboxMessage.objects.update(attempts=relay.MAX_ATTEMPTS - 1, available_at=timezone.now())
    relay.relay()
    assert relay.dead_letters().get().dead_reason == "unknown_topic"


@pytest.mark.django_db
def test_messages_of_one_thing_keep_their_order_and_urgent_ones_go_first(rights):
    user = makers.make_user()
    rights.add(user.pk)
    first = message_for(user, "T-1")
    post(user, "thing_happened", Thing("T-1", version=1))
    message_for(user, "T-2", urgent=True)
    OutboxMessage.objects.filter(pk=first.pk).update(available_at=timezone.now() + timedelta(minutes=1))
    assert relay.relay() == 1
    assert InboxItem.objects.get().message.object_no == "T-2"
    assert relay.relay(at=timezone.now() + timedelta(minutes=2)) == 2
    assert (
        list(InboxItem.objects.order_by("pk").values_list("message__dedupe_key", flat=True))[1]
        == first.dedupe_key
    )


@pytest.mark.django_db
def test_words_are_made_when_read_and_hold_the_number_only(rights):
    message = message_for(makers.make_user())
    assert topics.words_of(message) == "有一件新任务（T-1）"
    with override("en"):
        assert "T-1" in topics.words_of(message)
    assert topics.link_of(message) == "/things/T-1/"
    with pytest.raises(ValueError, match="twice"):
        topics.register("thing_happened", "x", link=str, may_receive=lambda user, message: True)
    with pytest.raises(topics.UnknownTopic):
        topics.words_of(OutboxMessage(topic="nothing"))


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_four_relays_at_once_deliver_each_message_once(rights):
    user = makers.make_user()
    rights.add(user.pk)
    for n in range(30):
        message_for(user, f"T-{n}")
    gate = threading.Barrier(4)
    counts: list[int] = []

    def run() -> None:
        gate.wait()
        counts.append(relay.relay())
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sum(counts) == 30
    assert InboxItem.objects.count() == 30
    assert OutboxMessage.objects.exclude(sent_at=None).count() == 30
