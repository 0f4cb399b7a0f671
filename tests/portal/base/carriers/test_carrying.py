"""Beyond the inbox: who is told by what, when not, what is tried again, and what became of it."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.utils import timezone

from portal.base import relay, topics
from portal.base.carriers import carrying, choices
from portal.base.carriers.letters import AlreadyTaken, CarrierDown, Receipt, Unanswered, Undeliverable
from portal.base.carriers.models import CarriageState, Kind, Pace
from portal.base.outbox import post
from portal.models import Carriage, InboxItem, MessageChoice, OutboxMessage, SinkMessage
from tests import makers

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 27, 4, tzinfo=UTC)  # 12 o'clock here
NIGHT = datetime(2026, 11, 27, 15, tzinfo=UTC)  # 23 o'clock here


class Thing:
    """Stands for a row with a record number."""

    class _meta:
        model_name = "thing"

    def __init__(self, no: str) -> None:
        self.no, self.version = no, 0


class Fake:
    """A carrier that answers as told, the last answer for ever."""

    def __init__(self, name, *answers, tells="open"):
        self.name, self.answers, self.letters, self.tells = name, list(answers) or ["ref"], [], tells

    def send(self, letter):
        """Keep the letter; give or raise the next answer."""
        self.letters.append(letter)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def receipt(self, to, reference, handed_at):
        """What became of it."""
        return Receipt(self.tells, "code")


@pytest.fixture(autouse=True)
def rights(monkeypatch):
    """Topics of each kind; whoever is in the set may receive them."""
    entitled: set[int] = set()
    monkeypatch.setattr(topics, "_topics", {})
    for kind in Kind.values:
        topics.register(
            kind,
            "有一件事（%(no)s）",
            link=lambda message: "/",
            may_receive=lambda user, message: user.pk in entitled,
            kind=kind,
        )
    return entitled


@pytest.fixture
def person(rights):
    """Somebody with a phone who may be told."""
    user = makers.make_user(phone="+8613900001234")
    rights.add(user.pk)
    return user


@pytest.fixture
def carriers(monkeypatch):
    """The carriers of short messages; a test puts its own in."""
    found: list[Fake] = [Fake("one")]
    monkeypatch.setattr(carrying, "carriers_of", lambda channel: found)
    return found


def told(person, kind="work", at=NOON, no="T-1") -> OutboxMessage:
    """A message that came into the inbox at this moment."""
    post(person, kind, Thing(no))
    OutboxMessage.objects.update(available_at=at)
    assert relay.relay(at=at) == 1
    return OutboxMessage.objects.get(object_no=no)


def test_work_goes_to_the_phone_and_says_nothing_of_it(person):
    message = told(person)
    assert carrying.carry(at=NOON) == 1
    row, kept = Carriage.objects.get(), SinkMessage.objects.get()
    assert (row.state, row.message, row.key) == ("handed", message, f"{message.dedupe_key}:sms")
    assert (kept.template, kept.to_masked, kept.key) == ("notice_work", "139****1234", row.key)
    assert "T-1" not in kept.words
    assert carrying.carry(at=NOON) == 0


def test_the_inbox_has_it_whatever_is_chosen(person):
    MessageChoice.objects.create(user=person, channels={"work": []}, quiet_from=time(21), quiet_to=time(7))
    told(person)
    assert InboxItem.objects.count() == 1
    assert Carriage.objects.count() == 0


def test_a_result_stays_in_the_inbox_unless_it_is_wished_for(person):
    told(person, "answer")
    assert Carriage.objects.count() == 0
    MessageChoice.objects.create(
        user=person, channels={"answer": ["sms"]}, quiet_from=time(21), quiet_to=time(7)
    )
    told(person, "answer", no="T-2")
    assert Carriage.objects.count() == 1


def test_who_has_no_phone_gets_none(rights):
    user = makers.make_user()
    rights.add(user.pk)
    told(user)
    assert Carriage.objects.count() == 0


def test_mail_goes_where_the_person_said(person, rights):
    person.email = "a@example.org"
    person.save()
    MessageChoice.objects.create(
        user=person, channels={"work": ["sms", "mail"]}, quiet_from=time(21), quiet_to=time(7)
    )
    told(person)
    assert carrying.carry(at=NOON) == 2
    assert set(SinkMessage.objects.values_list("channel", "to_masked")) == {
        ("sms", "139****1234"),
        ("mail", "a***@example.org"),
    }


def test_at_night_work_waits_for_the_morning_and_danger_does_not(person):
    told(person, "work", NIGHT, "T-1")
    told(person, "danger", NIGHT, "T-2")
    assert carrying.carry(at=NIGHT) == 1
    assert SinkMessage.objects.get().template == "notice_danger"
    assert carrying.carry(at=NIGHT + timedelta(hours=8, minutes=29)) == 0
    assert carrying.carry(at=NIGHT + timedelta(hours=8, minutes=30)) == 1


def test_danger_takes_the_phone_whatever_was_chosen(person):
    MessageChoice.objects.create(
        user=person, channels={"danger": []}, pace=Pace.DAILY, quiet_from=time(0), quiet_to=time(23, 59)
    )
    told(person, "danger")
    assert carrying.carry(at=NOON) == 1


@pytest.mark.parametrize(
    ("quiet", "hour", "minute", "until"),
    [
        ((time(21), time(7, 30)), 20, 59, None),
        ((time(21), time(7, 30)), 21, 0, (28, 7, 30)),
        ((time(21), time(7, 30)), 3, 0, (27, 7, 30)),
        ((time(21), time(7, 30)), 7, 30, None),
        ((time(12), time(14)), 13, 0, (27, 14, 0)),
        ((time(12), time(14)), 14, 0, None),
        ((time(8), time(8)), 8, 0, None),
    ],
)
def test_the_quiet_hours_are_those_of_the_clock_here(quiet, hour, minute, until):
    here = timezone.get_default_timezone()
    at = datetime(2026, 11, 27, hour, minute, tzinfo=here)
    choice = MessageChoice(quiet_from=quiet[0], quiet_to=quiet[1])
    wanted = at if until is None else datetime(2026, 11, *until, tzinfo=here)
    assert choices.waits_until(choice, "work", at) == wanted
    assert choices.waits_until(choice, "danger", at) == at


def test_once_a_day_is_one_message_in_the_evening_with_a_count(person):
    MessageChoice.objects.create(
        user=person, channels={}, pace=Pace.DAILY, quiet_from=time(21), quiet_to=time(7)
    )
    for n in range(3):
        told(person, at=NOON + timedelta(minutes=n), no=f"T-{n}")
    InboxItem.objects.filter(message__object_no="T-0").update(read_at=NOON)
    assert carrying.carry(at=NOON + timedelta(hours=5)) == 0
    assert carrying.carry(at=NOON + timedelta(hours=6)) == 1
    kept = SinkMessage.objects.get()
    assert kept.template == "digest"
    assert "您有 2 条消息还没看" in kept.words


def test_a_digest_of_nothing_is_not_sent(person):
    MessageChoice.objects.create(
        user=person, channels={}, pace=Pace.DAILY, quiet_from=time(21), quiet_to=time(7)
    )
    told(person)
    InboxItem.objects.update(read_at=NOON)
    assert carrying.carry(at=NOON + timedelta(hours=6)) == 0
    assert Carriage.objects.get().reason == "read"


def test_who_lost_the_right_or_read_it_meanwhile_is_not_disturbed(person, rights):
    told(person, at=NIGHT, no="T-1")
    told(person, at=NIGHT, no="T-2")
    InboxItem.objects.filter(message__object_no="T-1").update(read_at=NIGHT)
    morning = NIGHT + timedelta(hours=9)
    rights.clear()
    assert carrying.carry(at=morning) == 0
    assert set(Carriage.objects.values_list("state", "reason")) == {("dropped", "no_right")}
    rights.add(person.pk)
    Carriage.objects.update(state="waiting", claimed_until=NIGHT)
    assert carrying.carry(at=morning) == 1
    assert Carriage.objects.get(message__object_no="T-1").reason == "read"


def test_a_carrier_that_is_down_twice_gives_way_to_the_second(person, carriers):
    carriers[:] = [Fake("one", CarrierDown("busy")), Fake("two")]
    told(person)
    moment = NOON
    for _try in range(3):
        carrying.carry(at=moment)
        moment = Carriage.objects.get().available_at
    assert [len(each.letters) for each in carriers] == [2, 1]
    assert carriers[1].letters[0].key == carriers[0].letters[0].key
    assert Carriage.objects.get().carrier == "two"


def test_each_failure_waits_longer_and_the_last_one_is_a_dead_letter(person, carriers):
    carriers[:] = [Fake("one", CarrierDown("busy"))]
    told(person)
    moment, pauses = NOON, []
    for _try in range(carrying.MAX_ATTEMPTS):
        assert carrying.carry(at=moment) == 0
        pauses.append(Carriage.objects.get().available_at - moment)
        moment = max(Carriage.objects.get().available_at, moment)
    assert pauses[:3] == [timedelta(seconds=10), timedelta(seconds=20), timedelta(seconds=40)]
    row = carrying.dead_carriages().get()
    assert row.reason == "one:busy"
    assert carrying.revive(carriage=row, at=moment)
    carriers[:] = [Fake("one")]
    assert carrying.carry(at=moment) == 1


def test_a_try_without_an_answer_is_the_same_request_again(person, carriers):
    carriers[:] = [Fake("one", Unanswered("no_answer"), CarrierDown("busy"), AlreadyTaken("used"))]
    told(person)
    moment = NOON
    for _try in range(3):
        carrying.carry(at=moment)
        moment = Carriage.objects.get().available_at
    assert [letter.refusals for letter in carriers[0].letters] == [0, 0, 1]
    assert Carriage.objects.get().state == CarriageState.HANDED


def test_an_address_that_cannot_be_reached_is_dead_at_once(person, carriers):
    carriers[:] = [Fake("one", Undeliverable("number")), Fake("two")]
    told(person)
    carrying.carry(at=NOON)
    assert (Carriage.objects.get().state, carriers[1].letters) == ("dead", [])


def test_a_relay_that_slept_past_its_claim_changes_nothing(person, carriers):
    told(person)
    asleep = Carriage.objects.select_related("receiver", "message").get()
    assert carrying._claim(asleep, NOON)
    later = NOON + timedelta(seconds=61)
    assert carrying.carry(at=later) == 1
    assert carrying._attempt(asleep, later) is False
    assert Carriage.objects.get().attempts == 2


@pytest.mark.parametrize(("tells", "state"), [("delivered", "delivered"), ("failed", "dead")])
def test_the_carrier_is_asked_what_became_of_it(person, carriers, tells, state):
    carriers[:] = [Fake("one", tells=tells)]
    told(person)
    carrying.carry(at=NOON)
    assert carrying.ask_receipts(at=NOON + timedelta(seconds=59)) == 0
    assert carrying.ask_receipts(at=NOON + timedelta(minutes=1)) == 1
    assert Carriage.objects.get().state == state


def test_a_failed_receipt_lets_the_second_carrier_try(person, carriers):
    carriers[:] = [Fake("one", tells="failed"), Fake("two", tells="delivered")]
    told(person)
    carrying.carry(at=NOON)
    assert carrying.ask_receipts(at=NOON + timedelta(minutes=1)) == 1
    assert carrying.carry(at=NOON + timedelta(minutes=1)) == 1
    assert carrying.ask_receipts(at=NOON + timedelta(minutes=2)) == 1
    row = Carriage.objects.get()
    assert (row.carrier, row.state) == ("two", "delivered")


def test_a_receipt_that_never_comes_is_not_asked_for_for_ever(person, carriers):
    told(person)
    carrying.carry(at=NOON)
    for span in carrying.RECEIPT_AFTER:
        carrying.ask_receipts(at=NOON + span)
    row = Carriage.objects.get()
    assert (row.state, row.reason, row.settled_at) == ("handed", "no_receipt", NOON + timedelta(hours=24))
    assert not carrying.awaiting_receipt(NOON + timedelta(days=3)).exists()


def test_digests_settled_long_ago_go(person):
    MessageChoice.objects.create(
        user=person, channels={}, pace=Pace.DAILY, quiet_from=time(21), quiet_to=time(7)
    )
    told(person)
    carrying.carry(at=NOON + timedelta(hours=6))
    assert carrying.sweep_carriages(at=NOON + timedelta(days=30)) == 0
    assert carrying.sweep_carriages(at=NOON + timedelta(days=100)) == 1
