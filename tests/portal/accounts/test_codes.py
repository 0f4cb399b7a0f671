"""Logging in by digits sent to a phone: single use, five tries, limits of cost, and no word on who has an account."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.accounts import codes
from portal.accounts.codes import ask_code, check_codes, send_codes, spend_code
from portal.accounts.phones import set_phone
from portal.base.carriers import CarrierDown
from portal.base.carriers.sink import last_code
from portal.base.refused import Refused
from portal.base.relay import relay
from portal.models import AuditEvent, InboxItem, PhoneCode, SinkMessage, User
from tests import makers

pytestmark = pytest.mark.django_db
PHONE, OTHER, NOBODY = "+8613800138000", "+8613900139000", "+8613700137000"
ASK, ENTER = "/accounts/code/", "/accounts/code/enter/"


@pytest.fixture(autouse=True)
def sink_reads(settings):
    cache.clear()
    settings.SINK_KEEPS_CODES = True


@pytest.fixture
def liu() -> User:
    user = makers.make_user()
    set_phone(user, PHONE)
    return user


def ask(client, phone=PHONE, way="sms"):
    return client.post(ASK, {"phone": phone, "way": way})


def row_for(phone=PHONE, purpose="login", **more) -> PhoneCode:
    return ask_code(phone=phone, address="203.0.113.9", purpose=purpose, **more)


def test_the_digits_log_in_once(client, liu):
    assert ask(client, "138 0013 8000")["Location"] == ENTER
    assert send_codes() == 1
    code = last_code(PHONE)
    assert client.post(ENTER, {"code": code}).status_code == 302
    assert client.get("/me/").status_code == 200
    assert PhoneCode.objects.get().used_at is not None
    again = Client()
    session = again.session
    session["phone_code"] = str(PhoneCode.objects.get().uid)
    session.save()
    assert again.post(ENTER, {"code": code}).status_code == 422


def test_the_voice_reads_it_out_where_somebody_asks_for_it(client, liu):
    ask(client, way="voice")
    send_codes()
    assert SinkMessage.objects.get().channel == "voice"


def test_the_digits_are_the_first_factor_only(client, liu):
    makers.make_post("township_cadre", makers.make_region("township"), liu)
    ask(client)
    send_codes()
    client.post(ENTER, {"code": last_code(PHONE)})
    assert client.get("/me/")["Location"] == "/accounts/2fa/totp/activate/"
    assert client.get("/accounts/2fa/totp/activate/").status_code == 200, "the digits count as a fresh proof"


@pytest.mark.parametrize("typed", ["000000", "", "12345", "１２３４５６", "abcdef", "1" * 300, "\x00"])
def test_wrong_digits_say_the_same_for_a_number_of_somebody_and_of_nobody(client, liu, typed):
    PhoneCode.objects.all().delete()
    pages = []
    for phone in (PHONE, NOBODY):
        visitor = Client()
        ask(visitor, phone)
        answer = visitor.post(ENTER, {"code": typed})
        assert answer.status_code == 422
        pages.append([str(error) for error in answer.context["form"].errors.as_data().values()])
    assert pages[0] == pages[1]


def test_five_tries_then_not_even_the_right_digits(liu):
    row = row_for()
    right = row.code
    wrong = "000000" if right != "000000" else "111111"
    for _ in range(5):
        with pytest.raises(Refused):
            spend_code(uid=str(row.uid), code=wrong, purpose="login", at=timezone.now())
    with pytest.raises(Refused) as refused:
        spend_code(uid=str(row.uid), code=right, purpose="login", at=timezone.now())
    assert refused.value.code == "code_wrong"


@pytest.mark.parametrize(("seconds", "counts"), [(299, True), (301, False)])
def test_five_minutes(liu, seconds, counts):
    row = row_for()
    at = row.valid_to - timedelta(minutes=5) + timedelta(seconds=seconds)
    found = None
    try:
        found = spend_code(uid=str(row.uid), code=row.code, purpose="login", at=at)
    except Refused as refusal:
        assert refusal.code == "code_wrong"
    assert (found == liu) is counts


def test_digits_for_one_thing_open_no_other(liu):
    row = row_for(purpose="old_phone", user=liu)
    with pytest.raises(Refused):
        spend_code(uid=str(row.uid), code=row.code, purpose="login", at=timezone.now())


def test_asking_costs_the_same_statements_whoever_has_the_number(client, liu):
    ask(Client(), OTHER)  # the first from this address begins its count
    shapes = []
    for phone in (PHONE, NOBODY):
        with CaptureQueriesContext(connection) as caught:
            answer = ask(Client(), phone)
        assert (answer.status_code, answer["Location"]) == (302, ENTER)
        shapes.append([row["sql"].split(" ")[0] for row in caught])
    assert shapes[0] == shapes[1]
    assert PhoneCode.objects.count() == 3
    send_codes()
    assert SinkMessage.objects.count() == 1, "nothing is sent to a number that nobody has"


def test_a_stopped_account_gets_nothing_and_looks_like_nobody(client, liu):
    User.objects.filter(pk=liu.pk).update(is_active=False)
    assert ask(client)["Location"] == ENTER
    assert send_codes() == 0


def test_flooding_one_number_is_stopped_alike_for_everybody(liu):
    for phone in (PHONE, NOBODY):
        refusals = []
        for _ in range(3):
            try:
                row_for(phone)
            except Refused as refusal:
                refusals.append(refusal.code)
        assert refusals == ["too_soon", "too_soon"]


def test_five_an_hour_and_ten_a_day_for_one_number(liu, time_machine_at):
    for _ in range(5):
        row_for()
        time_machine_at(seconds=61)
    with pytest.raises(Refused) as refused:
        row_for()
    assert refused.value.code == "too_many"
    for _ in range(5):
        time_machine_at(seconds=3700)
        row_for()
    time_machine_at(seconds=3700)
    with pytest.raises(Refused):
        row_for()


def test_one_address_asks_for_a_village_but_not_for_a_county():
    for n in range(60):
        row_for(f"+86139{n:08d}")
    with pytest.raises(Refused) as refused:
        row_for("+8613911111111")
    assert refused.value.code == "too_many"
    assert ask_code(phone="+8613911111111", address="203.0.113.10", purpose="login")


def test_a_household_of_ipv6_asks_as_one_address():
    for n in range(60):
        ask_code(phone=f"+86139{n:08d}", address=f"2001:db8:1:2::{n:x}", purpose="login")
    with pytest.raises(Refused) as refused:
        ask_code(phone="+8613911111111", address="2001:db8:1:2::ffff", purpose="login")
    assert refused.value.code == "too_many"
    assert ask_code(phone="+8613911111111", address="2001:db8:1:3::1", purpose="login")


def test_the_sites_day_has_an_end_that_the_log_tells(liu, settings, caplog):
    settings.SMS_CODES_A_DAY = 0
    row_for()
    assert send_codes() == 0
    assert "SMS_CODES_A_DAY" in caplog.text
    assert not SinkMessage.objects.exists()


def test_a_carrier_that_is_down_is_tried_again_and_the_digits_are_forgotten_once_sent(liu, monkeypatch):
    row = row_for()
    send = codes.send_now

    def down(*args):
        raise CarrierDown("busy")

    monkeypatch.setattr(codes, "send_now", down)
    assert send_codes() == 0
    monkeypatch.setattr(codes, "send_now", send)
    assert (send_codes(), send_codes()) == (1, 0)
    row = PhoneCode.objects.get(pk=row.pk)
    assert row.code == ""
    assert check_codes([(str(row.uid), "login", last_code(PHONE))], timezone.now()) == [row]


def test_number_and_digits_lie_encrypted(liu):
    row = row_for()
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone, code, digest FROM portal_phonecode")
        found = str(cursor.fetchone())
    assert "13800138000" not in found
    assert row.code not in found


def test_a_number_is_changed_with_digits_of_both(liu):
    here, there = makers.sign_in(Client(), liu), Client()
    there.post("/accounts/login/", {"login": liu.username, "password": "a-long-password"})
    assert here.get("/me/phone/").status_code == 200
    assert here.post("/me/phone/", {"phone": OTHER, "way": "sms"})["Location"] == "/me/phone/enter/"
    send_codes()
    right = {"code": last_code(OTHER), "old_code": last_code(PHONE)}
    assert here.post("/me/phone/enter/", {**right, "old_code": "000000"}).status_code == 422
    assert here.post("/me/phone/enter/", right)["Location"] == "/me/"
    liu.refresh_from_db()
    assert (liu.phone, liu.phone_verified) == (OTHER, True)
    assert there.get("/me/").status_code == 302
    assert here.get("/me/").status_code == 200
    assert AuditEvent.objects.get(verb="account.phone_changed").detail == {"proved": True}
    relay()
    assert [item.message.topic for item in InboxItem.objects.filter(receiver=liu)] == ["phone_changed"]


def test_a_number_of_somebody_else_is_refused_only_to_who_holds_it(liu):
    other = makers.make_user()
    set_phone(other, OTHER)
    client = makers.sign_in(Client(), liu)
    assert client.post("/me/phone/", {"phone": OTHER, "way": "sms"}).status_code == 302
    send_codes()
    answer = client.post("/me/phone/enter/", {"code": last_code(OTHER), "old_code": last_code(PHONE)})
    assert answer.status_code == 422
    liu.refresh_from_db()
    assert liu.phone == PHONE


def test_who_knows_them_gives_another_number_and_nobody_else(liu):
    team = makers.make_provider()
    makers.make_member(team, "worker", liu)
    boss = makers.sign_in(Client(), makers.make_member(team, "manager"))
    stranger = makers.sign_in(Client(), makers.make_member(makers.make_provider(), "manager"))
    address = f"/people/{liu.username}/phone/"
    assert stranger.post(address, {"phone": OTHER}).status_code == 404
    assert boss.get(address).status_code == 200
    assert boss.post(address, {"phone": "12"}).status_code == 422
    assert boss.post(address, {"phone": OTHER}).status_code == 302
    liu.refresh_from_db()
    assert (liu.phone, liu.phone_verified) == (OTHER, False)
    assert AuditEvent.objects.filter(verb="account.phone_changed").count() == 1


def test_the_digits_of_a_demo_account_are_printed_and_of_nobody_else(client, liu):
    ask(client)
    send_codes()
    with pytest.raises(CommandError):
        call_command("demo_code", liu.username, "--phone")
    User.objects.filter(pk=liu.pk).update(is_demo=True)
    told = StringIO()
    call_command("demo_code", liu.username, "--phone", stdout=told)
    assert told.getvalue().strip() == last_code(PHONE)
