"""The second factor: compulsory for some hats, never round it, never a circle of redirects."""

import time

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core.cache import cache
from django.db import connection
from django.test import Client

from portal.models import User
from tests import makers

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-password"
ACTIVATE = "/accounts/2fa/totp/activate/"


@pytest.fixture(autouse=True)
def fresh_counts():
    cache.clear()


def digits(secret: str, ahead: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + ahead))


def cadre() -> User:
    return makers.make_post("township_cadre", makers.make_region("township"))


def log_in(user: User) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": user.username, "password": PASSWORD})
    return client


def with_totp(user: User) -> str:
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


@pytest.mark.parametrize(
    "path", ["/me/", "/me/landing/", "/me/kept/", "/accounts/sessions/", "/accounts/2fa/"]
)
def test_without_the_factor_everything_leads_to_setting_it_up(path):
    client = log_in(cadre())
    response = client.get(path)
    assert (response.status_code, response["Location"]) == (302, ACTIVATE)


@pytest.mark.parametrize("path", ["/accounts/logout/", "/healthz", ACTIVATE, "/display/"])
def test_enrolling_leaving_and_public_pages_stay_reachable(path):
    assert log_in(cadre()).get(path).status_code == 200


def test_enrolling_right_after_login_needs_no_second_password_and_opens_the_desk():
    client = log_in(cadre())
    page = client.get(ACTIVATE)
    assert page.status_code == 200
    secret = page.context["form"].secret
    wrong = client.post(ACTIVATE, {"code": "000000"})
    assert wrong.status_code == 422
    assert wrong.context["form"].secret == secret
    done = client.post(ACTIVATE, {"code": digits(secret)})
    assert done["Location"] == "/accounts/2fa/recovery-codes/"
    codes = client.get(done["Location"])
    assert codes.status_code == 200
    assert len(codes.context["unused_codes"]) == 10
    assert client.get("/me/").status_code == 200


def test_enrolling_later_in_a_session_asks_for_the_password_first(time_machine_at):
    client = log_in(cadre())
    time_machine_at(minutes=12)
    response = client.get(ACTIVATE)
    assert response["Location"].startswith("/accounts/reauthenticate/")
    assert client.get(response["Location"]).status_code == 200
    again = client.post(response["Location"], {"password": PASSWORD, "next": ACTIVATE})
    assert again["Location"] == ACTIVATE
    assert client.get(ACTIVATE).status_code == 200


def test_login_with_an_active_factor_asks_for_the_code_before_the_session_begins():
    user = cadre()
    secret = with_totp(user)
    client = log_in(user)
    assert "_auth_user_id" not in client.session
    assert client.get("/me/").status_code == 302
    assert client.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 422
    assert client.post("/accounts/2fa/authenticate/", {"code": digits(secret)}).status_code == 302
    assert client.get("/me/").status_code == 200


def test_a_code_cannot_be_used_twice():
    user = cadre()
    code = digits(with_totp(user))
    for expected in (302, 422):
        client = log_in(user)
        assert client.post("/accounts/2fa/authenticate/", {"code": code}).status_code == expected


@pytest.mark.parametrize(("ahead", "expected"), [(-2, 422), (-1, 302), (0, 302), (1, 302), (2, 422)])
def test_the_codes_beside_the_present_one_count_too_for_slow_hands_and_no_others(ahead, expected):
    user = cadre()
    secret = with_totp(user)
    with time_machine.travel(time.time(), tick=False):
        answer = log_in(user).post("/accounts/2fa/authenticate/", {"code": digits(secret, ahead)})
    assert answer.status_code == expected


@pytest.mark.parametrize("later", [31, 50])
def test_a_used_code_stays_used_for_as_long_as_it_would_count(time_machine_at, later):
    user, waiting = cadre(), cadre()
    secret = with_totp(user)
    TOTP.activate(waiting, secret)
    code = digits(secret, 1)
    assert log_in(user).post("/accounts/2fa/authenticate/", {"code": code}).status_code == 302
    time_machine_at(seconds=later)
    again, first = log_in(user), log_in(waiting)
    assert first.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 302, "the control"
    assert again.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 422


def test_the_code_that_set_the_phone_up_opens_no_second_session():
    user = cadre()
    client = log_in(user)
    code = digits(client.get(ACTIVATE).context["form"].secret)
    assert client.post(ACTIVATE, {"code": code}).status_code == 302
    assert log_in(user).post("/accounts/2fa/authenticate/", {"code": code}).status_code == 422


def test_guessing_codes_is_limited():
    user = cadre()
    secret = with_totp(user)
    client = log_in(user)
    for _ in range(5):
        client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    response = client.post("/accounts/2fa/authenticate/", {"code": digits(secret)})
    assert response.status_code == 422
    assert "次数太多" in response.content.decode()


def test_a_session_from_before_the_role_must_show_the_factor_without_a_circle():
    user = makers.make_user()
    client = log_in(user)
    assert client.get("/me/").status_code == 200
    makers.make_post("bureau_staff", makers.make_region("county"), user)
    assert client.get("/me/")["Location"] == ACTIVATE
    secret = with_totp(user)
    response = client.get("/me/?page=2")
    assert response["Location"] == "/accounts/2fa/reauthenticate/?next=%2Fme%2F%3Fpage%3D2"
    assert client.get(response["Location"]).status_code == 200
    shown = client.post(response["Location"], {"code": digits(secret), "next": "/me/?page=2"})
    assert shown["Location"] == "/me/?page=2"
    assert client.get("/me/").status_code == 200


def test_an_old_session_cannot_drop_or_replace_the_factor_with_the_password_alone():
    user = makers.make_user()
    client = log_in(user)
    with_totp(user)
    for path in ("totp/deactivate/", "recovery-codes/generate/"):
        response = client.get(f"/accounts/2fa/{path}")
        assert response["Location"].startswith("/accounts/2fa/reauthenticate/")
    by_password = client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert by_password["Location"].startswith("/accounts/2fa/reauthenticate/")
    assert Authenticator.objects.filter(user=user, type="totp").exists()


def test_who_must_have_it_cannot_drop_it_and_others_can():
    for user, left in ((cadre(), True), (makers.make_user(), False)):
        secret = with_totp(user)
        client = log_in(user)
        client.post("/accounts/2fa/authenticate/", {"code": digits(secret)})
        response = client.post("/accounts/2fa/totp/deactivate/")
        assert response.status_code == (422 if left else 302)
        assert Authenticator.objects.filter(user=user, type="totp").exists() is left


def test_the_secret_is_encrypted_at_rest():
    user = makers.make_user()
    secret = with_totp(user)
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator WHERE user_id = %s", [user.pk])
        assert secret not in str(cursor.fetchone()[0])


def test_setting_it_up_ends_the_other_sessions():
    user = makers.make_user()
    other, client = log_in(user), log_in(user)
    page = client.get(ACTIVATE)
    client.post(ACTIVATE, {"code": digits(page.context["form"].secret)})
    assert client.get("/me/").status_code == 200
    assert other.get("/me/").status_code == 302
