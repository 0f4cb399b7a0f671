"""The one login door: phone or username with a password, limits, and no telling who has an account."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from portal.accounts.attempts import network_of
from portal.accounts.phones import set_phone
from portal.base.refused import Refused
from portal.models import AuditEvent, User
from tests import makers

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-password"
LOGIN = "/accounts/login/"


@pytest.fixture
def liu() -> User:
    cache.clear()
    user = makers.make_user(username="volunteer-test")
    set_phone(user, "138 0013 8000")
    return user


def try_login(client, login, password=PASSWORD, **headers):
    return client.post(LOGIN, {"login": login, "password": password}, **headers)


@pytest.mark.parametrize(
    "written",
    [
        "13800138000",
        "138 0013 8000",
        "138-0013-8000",
        "+8613800138000",
        "008613800138000",
        "１３８００１３８０００",
        "volunteer-test",
        " Volunteer-Test ",
    ],
)
def test_username_and_every_usual_writing_of_the_phone_log_in(client, liu, written):
    assert try_login(client, written).status_code == 302
    assert client.session["_auth_user_id"] == str(liu.pk)
    assert client.get("/me/").status_code == 200


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("volunteer-test", "wrong"),
        ("13800138000", "wrong"),
        ("nobody-at-all", PASSWORD),
        ("13900139000", PASSWORD),
        ("+86139", PASSWORD),
    ],
)
def test_a_refusal_says_the_same_whoever_it_is(client, liu, login, password):
    response = try_login(client, login, password)
    assert response.status_code == 422
    assert "登录名或密码不对" in response.content.decode()
    assert response.context["form"].errors.as_data().keys() == {"__all__"}
    assert AuditEvent.objects.filter(verb="account.login_failed").count() == 1


@pytest.mark.parametrize(
    ("known", "unknown"), [("volunteer-test", "nobody-at-all"), ("13800138000", "13900139000")]
)
def test_a_refusal_costs_the_same_work_whoever_it_is(client, liu, monkeypatch, known, unknown):
    hashed = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *args: hashed.append(1) or encode(*args))
    work = []
    for login in (known, unknown):
        cache.clear()
        hashed.clear()
        with CaptureQueriesContext(connection) as caught:
            try_login(client, login, "wrong")
        work.append((len(hashed), sum("portal_user" in row["sql"] for row in caught)))
    assert work[0] == work[1]
    assert work[0][0] == 1


@pytest.mark.parametrize("strange", ["", "\x00", "a" * 100_000, "\ud83d", "<script>", "'--", "😀" * 40])
def test_strange_logins_are_refused_without_an_error_page(client, liu, strange):
    assert try_login(client, strange.encode("utf-8", "replace").decode()).status_code == 422


def test_the_sixth_wrong_password_is_refused_and_the_right_one_works_later(client, liu, time_machine_at):
    for _ in range(5):
        assert "登录名或密码不对" in try_login(client, "13800138000", "wrong").content.decode()
    assert "次数太多" in try_login(client, "13800138000").content.decode()
    assert "次数太多" in try_login(client, "volunteer-test").content.decode()
    time_machine_at(minutes=6)
    assert try_login(client, "volunteer-test").status_code == 302


def test_unknown_names_run_into_the_same_limit(client, liu):
    for _ in range(5):
        try_login(client, "nobody-at-all", "wrong")
    assert "次数太多" in try_login(client, "Nobody-At-All", "wrong").content.decode()


@pytest.mark.parametrize(
    "header",
    ["X_FORWARDED_FOR", "X_REAL_IP", "FORWARDED", "X_CLIENT_IP", "TRUE_CLIENT_IP", "CF_CONNECTING_IP"],
)
def test_a_forged_forwarded_address_does_not_get_round_the_limit(client, liu, header):
    written = "for=203.0.113.{}" if header == "FORWARDED" else "203.0.113.{}"
    answers = [
        try_login(client, f"name-{n}", "wrong", **{f"HTTP_{header}": written.format(n)}).content.decode()
        for n in range(25)
    ]
    assert sum("登录名或密码不对" in answer for answer in answers) == 20


def test_behind_one_trusted_proxy_its_own_word_counts_and_the_callers_does_not(client, liu, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    forged = [f"203.0.113.{n}, 198.51.100.7" for n in range(25)]
    answers = [
        try_login(client, f"name-{n}", "wrong", HTTP_X_FORWARDED_FOR=value).content.decode()
        for n, value in enumerate(forged)
    ]
    assert sum("登录名或密码不对" in answer for answer in answers) == 20
    other = try_login(client, "someone", "wrong", HTTP_X_FORWARDED_FOR="203.0.113.1, 198.51.100.8")
    assert "登录名或密码不对" in other.content.decode()


@pytest.mark.parametrize(
    ("address", "counts_as"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
    ],
)
def test_what_counts_as_one_address(address, counts_as):
    assert network_of(address) == counts_as


def test_an_inactive_person_stays_outside(client, liu):
    liu.is_active = False
    liu.save(update_fields=["is_active"])
    try_login(client, "volunteer-test")
    assert "_auth_user_id" not in client.session


def test_login_rotates_the_session_and_follows_only_our_own_next(client, liu):
    client.get(LOGIN)
    before = client.session.session_key
    response = client.post(
        f"{LOGIN}?next=https://evil.example/", {"login": "volunteer-test", "password": PASSWORD}
    )
    assert response["Location"] == reverse("portal:landing")
    assert client.session.session_key != before


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/signup/",
        "/accounts/email/",
        "/accounts/password/reset/",
        "/accounts/password/set/",
        "/accounts/confirm-email/",
        "/accounts/login/code/confirm/",
        "/accounts/2fa/webauthn/",
        "/admin/",
        "/admin/login/",
    ],
)
def test_doors_that_are_not_in_use_do_not_exist(client, path):
    assert client.get(path).status_code == 404
    # Where no door is, the path is left to the public pages, which take no POST at all.
    assert client.post(path).status_code in {404, 405}


@pytest.mark.parametrize("name", ["account_signup", "account_email", "account_reset_password", "admin:index"])
def test_their_names_do_not_exist_either(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


@pytest.mark.parametrize("path", ["/login/", "/cms/login/"])
def test_other_login_addresses_lead_to_the_one_door(client, path):
    response = client.get(f"{path}?next=/cms/")
    assert (response.status_code, response["Location"]) == (302, "/accounts/login/?next=/cms/")


def test_wagtails_password_reset_is_shut_even_for_an_editor(client):
    editor = makers.make_post("editor", makers.make_region("county"))
    makers.sign_in(client, editor)
    assert client.get("/cms/password_reset/").status_code == 404


def test_two_people_cannot_have_one_number(liu):
    with pytest.raises(Refused) as refusal:
        set_phone(makers.make_user(), "+86 138-0013-8000")
    assert refusal.value.code == "phone_taken"


def test_the_number_is_stored_encrypted_and_found_by_its_index(liu):
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM portal_user WHERE id = %s", [liu.pk])
        assert "13800138000" not in cursor.fetchone()[0]
    assert User.objects.get(pk=liu.pk).phone == "+8613800138000"


def test_over_https_every_cookie_travels_over_https_only(settings):
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    user, browser = makers.make_user(), Client()
    page = "/accounts/login/"
    browser.get(page, secure=True)
    browser.post(page, {"login": user.username, "password": "a-long-password"}, secure=True)
    browser.get("/display/?set=1&size=l", secure=True)
    found = {name: bool(cookie["secure"]) for name, cookie in browser.cookies.items() if cookie.value}
    assert {settings.SESSION_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME, "last-user", "size"} <= set(found)
    assert all(found.values()), found


@pytest.mark.parametrize(("tls", "secure"), [("1", "True"), ("", "False")])
def test_the_site_on_this_machine_has_secure_cookies_exactly_where_it_speaks_https(tmp_path, tls, secure):
    told = subprocess.run(
        [sys.executable, "-c", "from django.conf import settings as s; print(s.SESSION_COOKIE_SECURE)"],
        env={
            "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
            "DATA_DIR": str(tmp_path),
            "TLS": tls,
            "PYTHONPATH": str(Path(__file__).resolve().parents[3]),
        },
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert told.stdout.strip() == secure, told.stderr
