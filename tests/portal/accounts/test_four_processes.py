"""The figures of security.md 3.9 against four server processes behind one trusted proxy, without Redis.

The callers forge what they can: the front of X-Forwarded-For. What the proxy adds last is what counts.
"""

import http.client
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.core import signing
from django.utils import timezone

from portal.accounts.attempts import LAST_USER_SALT
from portal.accounts.codes import ask_code
from portal.accounts.phones import set_phone
from portal.models import AuditEvent, PhoneCode
from tests import makers
from tests.services.matching.crowd import TOKEN, servers

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
LOGIN, PASSWORD, AT_ONCE = "/accounts/login/", "a-long-password", 24


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker):
    """Four processes that trust one proxy."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        patch.setenv("TRUSTED_PROXY_COUNT", "1")
        with servers() as port:
            yield port


def post(port, path, fields, *, address, cookies=""):
    """One POST as the proxy hands it on; returns status and body."""
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {
        "Cookie": f"{settings.CSRF_COOKIE_NAME}={TOKEN}; {cookies}",
        "X-CSRFToken": TOKEN,
        "X-Forwarded-For": address,
        "Content-Type": "application/x-www-form-urlencoded",
    }
    client.request("POST", path, urlencode(fields), headers)
    response = client.getresponse()
    body = response.read().decode()
    client.close()
    return response.status, body


def all_at_once(asks):
    """Many requests over so many connections; the statuses and bodies in order."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(lambda ask: ask(), asks))


def tried():
    """How many passwords were really compared and found wrong."""
    return AuditEvent.objects.filter(verb="account.login_failed").count()


def test_one_account_from_a_hundred_addresses_is_tried_at_most_twenty_times_and_its_owner_comes_in(site):
    user = makers.make_user(username="hunted")
    known = f"{settings.LAST_USER_COOKIE}={signing.dumps(str(user.uid), salt=LAST_USER_SALT)}"
    answers = all_at_once(
        [
            lambda n=n: post(
                site, LOGIN, {"login": "hunted", "password": f"wrong-{n}"}, address=f"198.51.100.{n % 100}"
            )
            for n in range(200)
        ]
    )
    assert {status for status, _body in answers} == {422}
    assert 5 <= tried() <= 10, "five in each span of five minutes, and two spans at most"
    shut = post(site, LOGIN, {"login": "hunted", "password": PASSWORD}, address="198.51.100.200")
    assert "次数太多" in shut[1]
    own = post(site, LOGIN, {"login": "hunted", "password": PASSWORD}, address="198.51.100.1", cookies=known)
    assert own[0] == 302, "the browser that the owner used before counts for itself"


def test_one_password_on_many_accounts_from_one_address_with_forged_headers_is_tried_thirty_times_at_most(
    site,
):
    neighbour = makers.make_user(username="neighbour")
    known = f"{settings.LAST_USER_COOKIE}={signing.dumps(str(neighbour.uid), salt=LAST_USER_SALT)}"
    all_at_once(
        [
            lambda n=n: post(
                site,
                LOGIN,
                {"login": f"name-{n}", "password": "wrong"},
                address=f"203.0.113.{n}, 198.51.100.7",
            )
            for n in range(120)
        ]
    )
    assert 20 <= tried() <= 40, "twenty a minute; the crowd may run over the end of one"
    own = post(
        site,
        LOGIN,
        {"login": "neighbour", "password": PASSWORD},
        address="203.0.113.9, 198.51.100.7",
        cookies=known,
    )
    assert own[0] == 302, "the village behind the same address is not shut out"


def test_forty_guesses_at_one_moment_are_five(site):
    user = makers.make_user()
    set_phone(user, "13800138000")
    row = ask_code(phone="13800138000", address="198.51.100.8", purpose="login")
    wrong = "000000" if row.code != "000000" else "111111"
    session = _session_of_nobody(str(row.uid))
    answers = all_at_once(
        [
            lambda: post(
                site, "/accounts/code/enter/", {"code": wrong}, address="198.51.100.8", cookies=session
            )
        ]
        * 40
    )
    assert {status for status, _body in answers} == {422}
    assert PhoneCode.objects.get().tries == 5
    late = post(site, "/accounts/code/enter/", {"code": row.code}, address="198.51.100.8", cookies=session)
    assert late[0] == 422


def _session_of_nobody(uid: str) -> str:
    """A session of nobody that has asked for this code."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store["phone_code"] = uid
    store.create()
    return f"{settings.SESSION_COOKIE_NAME}={store.session_key}"


def test_a_flood_of_wishes_for_one_number_from_many_addresses_costs_one_message(site):
    user = makers.make_user()
    set_phone(user, "13800138000")
    all_at_once(
        [
            lambda n=n: post(
                site, "/accounts/code/", {"phone": "13800138000", "way": "sms"}, address=f"198.51.100.{n}"
            )
            for n in range(40)
        ]
    )
    assert PhoneCode.objects.filter(valid_to__gt=timezone.now()).count() in {1, 2}, "one a minute"
