"""The port: one message, the first carrier that takes it, and nothing in the text that tells of anybody."""

import re

import pytest

from portal.base.carriers import CarrierDown, Undeliverable, port, send_now, sink
from portal.base.carriers.models import SinkMessage
from portal.base.carriers.templates import FILLINGS, TEMPLATES, words_of

FILLED = {"code": "482913", "minutes": "5", "count": "3"}
# What a text may say of people, places and grounds: nothing. The words that would.
TELLING = re.compile(
    r"姓名|地址|住址|村|组|镇|乡|身份证|病|残|低保|特困|孤儿|老人|户|派单|上门|护理|死亡|原因|因为|%\((?!code|minutes|count)"
)


class Fake:
    """A carrier that answers as told."""

    def __init__(self, name, error=None):
        self.name, self.error, self.sent = name, error, []

    def send(self, letter):
        """Keep it, or raise."""
        if self.error:
            raise self.error
        self.sent.append(letter)
        return "ref"


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_text_tells_a_name_an_address_or_a_reason(name):
    assert TELLING.search(str(TEMPLATES[name].words)) is None
    text = words_of(name, {place: FILLED[place] for place in TEMPLATES[name].params})
    assert len(text) <= 70, "two short messages cost twice"


def test_the_guard_sees_a_telling_text():
    assert TELLING.search("古城村有一户老人等您上门")
    assert TELLING.search("%(name)s 等您")


def test_only_digits_can_be_filled_in():
    assert set(FILLINGS) == set(FILLED)
    assert not any(pattern.fullmatch("周桂莲") or pattern.fullmatch("3组") for pattern in FILLINGS.values())


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"code": "482913"},
        {"code": "周桂莲", "minutes": "5"},
        {"code": "482913", "minutes": "5", "name": "周"},
    ],
)
def test_a_filling_that_does_not_fit_is_an_error_before_anything_is_sent(params):
    with pytest.raises(ValueError):
        send_now("sms", "+8613900000001", "login_code", params, "k")


@pytest.mark.django_db
def test_the_sink_keeps_one_row_for_one_key_and_masks_the_number():
    for _again in range(2):
        send_now("sms", "+8613900001234", "login_code", {"code": "482913", "minutes": "5"}, "k-1")
    row = SinkMessage.objects.get()
    assert row.to_masked == "139****1234"
    assert sink.last_code("+8613900001234") == "482913"


@pytest.mark.django_db
def test_in_real_use_the_sink_keeps_no_code(settings):
    settings.SINK_KEEPS_CODES = False
    send_now("voice", "+8613900001234", "login_code", {"code": "482913", "minutes": "5"}, "k-1")
    assert "482913" not in SinkMessage.objects.get().words
    assert sink.last_code("+8613900001234", "voice") == ""


def test_the_console_prints_the_text_and_no_number(settings, capsys):
    settings.CARRIERS = {"sms": [{"kind": "console"}]}
    send_now("sms", "+8613900001234", "digest", {"count": "3"}, "k-1")
    said = capsys.readouterr().err
    assert "您有 3 条消息还没看" in said
    assert "13900001234" not in said


def test_when_the_first_is_down_the_second_carries(monkeypatch):
    first, second = Fake("one", CarrierDown("busy")), Fake("two")
    monkeypatch.setattr(port, "carriers_of", lambda channel: [first, second])
    send_now("sms", "+8613900001234", "phone_changed", {}, "k-1")
    assert [letter.key for letter in second.sent] == ["k-1"]


def test_when_all_are_down_the_caller_hears_it(monkeypatch):
    monkeypatch.setattr(
        port,
        "carriers_of",
        lambda channel: [Fake("one", CarrierDown("busy")), Fake("two", CarrierDown("gone"))],
    )
    with pytest.raises(CarrierDown) as down:
        send_now("sms", "+8613900001234", "phone_changed", {}, "k-1")
    assert down.value.code == "one:busy two:gone"


def test_an_address_that_cannot_be_reached_is_not_tried_elsewhere(monkeypatch):
    second = Fake("two")
    monkeypatch.setattr(port, "carriers_of", lambda channel: [Fake("one", Undeliverable("number")), second])
    with pytest.raises(Undeliverable):
        send_now("sms", "+8613900001234", "phone_changed", {}, "k-1")
    assert second.sent == []


def test_a_channel_that_nobody_carries_is_down(settings):
    settings.CARRIERS = {}
    with pytest.raises(CarrierDown) as down:
        send_now("mail", "a@example.org", "phone_changed", {}, "k-1")
    assert down.value.code == "not_connected"
