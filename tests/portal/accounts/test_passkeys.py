"""Passkeys without a browser: strange answers, other people's keys, and what may be dropped."""

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client

from portal.accounts.passkeys import MOST_KEYS, AddPasskeyForm
from portal.models import User
from portal.permissions.factor import _step
from tests import makers

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-password"
STRANGE = [
    "", "x", "[]", "5", "null", '"x"', "{}", '{"id": 5}', '{"id": "AA", "rawId": "AA", "type": "public-key"}',
    '{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"e30","attestationObject":"AA",'
    '"authenticatorData":"AA","signature":"AA","userHandle":"OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5"}}',
    '{"id":"AA","rawId":"AA","type":"public-key","response":[]}',
]  # fmt: skip


@pytest.fixture(autouse=True)
def fresh_counts():
    cache.clear()


def log_in(user: User) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": user.username, "password": PASSWORD})
    return client


def passkey(user: User, name: str = "旧的：一把") -> Authenticator:
    return Authenticator.objects.create(
        user=user, type="webauthn", data={"name": name, "credential": {"id": name}}
    )


@pytest.mark.parametrize("credential", STRANGE)
def test_what_no_browser_sends_is_refused_and_breaks_nothing(credential):
    client = log_in(makers.make_user())
    assert client.get("/accounts/2fa/passkeys/add/").status_code == 200
    answer = client.post("/accounts/2fa/passkeys/add/", {"name": "x", "credential": credential})
    assert answer.status_code == 422
    assert not Authenticator.objects.exists()
    stranger = Client()
    stranger.get("/accounts/2fa/passkeys/login/", HTTP_ACCEPT="application/json")
    answer = stranger.post("/accounts/2fa/passkeys/login/", {"credential": credential})
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/")
    assert "_auth_user_id" not in stranger.session


def test_only_ones_own_are_named_and_removed():
    mine, other = makers.make_user(), makers.make_user()
    theirs, own = passkey(other), passkey(mine)
    client = makers.sign_in(Client(), mine)
    for step, more in (("rename", {"name": "新的"}), ("remove", {})):
        for chosen in (theirs.pk, 0, "x", "9" * 30):
            answer = client.post(f"/accounts/2fa/passkeys/{step}/", {"passkey": chosen, **more})
            assert answer.status_code == 404
    assert client.post("/accounts/2fa/passkeys/rename/", {"passkey": own.pk, "name": ""}).status_code == 422
    client.post("/accounts/2fa/passkeys/rename/", {"passkey": own.pk, "name": "新的"})
    own.refresh_from_db()
    assert own.data["name"] == "新的"
    client.post("/accounts/2fa/passkeys/remove/", {"passkey": own.pk})
    assert list(Authenticator.objects.all()) == [theirs]


def test_the_last_factor_of_a_post_stays_and_one_of_two_may_go():
    user = makers.make_post("township_cadre", makers.make_region("township"))
    first, second = passkey(user, "一"), passkey(user, "二")
    client = makers.sign_in(Client(), user)
    for row in (first, second):
        client.post("/accounts/2fa/passkeys/remove/", {"passkey": row.pk})
    assert list(Authenticator.objects.all()) == [second]


def test_there_is_an_end_to_how_many():
    user = makers.make_user()
    for number in range(MOST_KEYS):
        passkey(user, str(number))
    form = AddPasskeyForm({"name": "x", "credential": '{"id": "x"}'}, user=user)
    assert not form.is_valid()
    assert form.has_error("__all__", "too_many")


def test_a_new_data_key_leaves_a_name_with_a_colon_alone():
    user = makers.make_user()
    row = passkey(user, "k1:我的:手机")
    assert _step(0, 100) is None
    row.refresh_from_db()
    assert row.data["name"] == "k1:我的:手机"
