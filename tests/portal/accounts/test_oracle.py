"""No door tells who has an account: for a name or number of somebody and of nobody the answer is the same.

Compared are status, target, the page without its tokens and typed values, and the shape of the work (the
kinds of statements in their order, and how many passwords were hashed), which is what takes the time.
Joining is compared in the tests of the partners; times over many pairs in `tests/matrix/test_oracles.py`.
"""

import re

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.accounts.phones import set_phone
from portal.models import User
from tests import makers

pytestmark = pytest.mark.django_db
KNOWN, NOBODY, WARM = "+8613800138000", "+8613700137000", "+8613600136000"
VARIES = re.compile(
    r'name="csrfmiddlewaretoken" value="[^"]*"|value="[^"]*"|nonce="[^"]*"|next=[^"&]*|1[3-9]\d{9}|someone-\w+'
)


@pytest.fixture(autouse=True)
def somebody() -> User:
    cache.clear()
    user = makers.make_user(username="someone-here")
    set_phone(user, KNOWN)
    return user


def by_name(who):
    name = {KNOWN: "someone-here", NOBODY: "someone-else"}.get(who, "someone-warm")
    return Client().post("/accounts/login/", {"login": name, "password": "wrong"})


def by_phone(who):
    return Client().post("/accounts/login/", {"login": who, "password": "wrong"})


def ask_for_digits(who):
    return Client().post("/accounts/code/", {"phone": who, "way": "sms"})


def guess_digits(who):
    client = Client()
    client.post("/accounts/code/", {"phone": who, "way": "sms"})
    return client.post("/accounts/code/enter/", {"code": "999999"})


def reset(who):
    name = {KNOWN: "someone-here", NOBODY: "someone-else"}.get(who, "someone-warm")
    return _stranger().get(f"/people/{name}/reset/")


def give_number(who):
    name = {KNOWN: "someone-here", NOBODY: "someone-else"}.get(who, "someone-warm")
    return _stranger().post(f"/people/{name}/phone/", {"phone": "13500135000"})


def _stranger():
    return makers.sign_in(Client(), makers.make_member(makers.make_provider(), "manager"))


@pytest.mark.parametrize("door", [by_name, by_phone, ask_for_digits, guess_digits, reset, give_number])
def test_a_door_answers_alike_for_somebody_and_nobody(door, monkeypatch):
    hashed = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *args: hashed.append(1) or encode(*args))
    door(WARM)  # what is read once for a process, and the row of the address
    told = []
    for who in (KNOWN, NOBODY):
        hashed.clear()
        with CaptureQueriesContext(connection) as caught:
            answer = door(who)
        kinds = [row["sql"].split(" ")[0] for row in caught]
        page = VARIES.sub("", answer.content.decode())
        told.append((answer.status_code, answer.get("Location"), page, kinds, len(hashed)))
    assert told[0][:3] == told[1][:3]
    assert told[0][3:] == told[1][3:]
