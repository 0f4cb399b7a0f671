"""Headers of every page, and what the start demands of settings and database."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

from portal.base.database import broken_promises
from tests import makers

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    "/accounts/login/",
    "/activate/",
    "/display/",
    "/no/such/page/",
    "/me/",
    "/me/inbox/",
    "/accounts/sessions/",
]


@pytest.fixture
def browser() -> Client:
    return makers.sign_in(Client(), makers.make_user())


@pytest.mark.parametrize("page", PAGES)
def test_every_page_carries_the_headers(browser, page):
    response = browser.get(page)
    policy = dict(part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";"))
    assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["form-action"] == policy["default-src"] == "'self'"
    assert policy["report-uri"] == "/csp-report/"
    assert "unsafe" not in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Cross-Origin-Opener-Policy"] == response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response["Permissions-Policy"].startswith("camera=(), geolocation=()")
    assert response["Referrer-Policy"] in ("same-origin", "no-referrer")


@pytest.mark.parametrize("page", PAGES)
def test_no_page_has_inline_script_or_style_or_asks_another_host(browser, page):
    text = browser.get(page).content.decode()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\bsrc=)|javascript:", text)
    assert not re.search(r"(?:src|href|action)=[\"'](?:https?:)?//", text)


def test_the_editor_has_a_policy_of_its_own_and_only_there(browser):
    editor = makers.sign_in(Client(), makers.make_post("editor", makers.make_region("county")))
    policy = editor.get("/cms/")["Content-Security-Policy"]
    assert "'unsafe-inline'" in policy
    assert "object-src 'none'" in policy
    assert "unsafe" not in editor.get("/me/")["Content-Security-Policy"]


def test_the_field_app_alone_may_ask_for_camera_and_position(browser):
    assert "geolocation=(self)" in browser.get("/my/no/such/page/")["Permissions-Policy"].replace('"', "")


def test_pages_of_a_person_are_not_stored(browser):
    for page in ("/me/", "/me/inbox/", "/accounts/sessions/"):
        assert "no-store" in browser.get(page)["Cache-Control"]


def test_a_policy_report_is_one_log_line_without_the_address(client, caplog):
    report = {
        "csp-report": {
            "effective-directive": "script-src",
            "blocked-uri": "inline",
            "document-uri": "/x/secret",
        }
    }
    answer = client.post("/csp-report/", json.dumps(report), content_type="application/csp-report")
    assert answer.status_code == 204
    assert "script-src" in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.parametrize("body", ["", "[]", "{", '{"csp-report": 7}', "\x00" * 20_000])
def test_a_strange_report_is_no_error_page(client, body):
    answer = client.post("/csp-report/", body, content_type="application/csp-report")
    assert answer.status_code in (204, 400)


def production(**change: str) -> subprocess.CompletedProcess:
    """`check --deploy` with the settings of real use."""
    wanted = {
        "DJANGO_SETTINGS_MODULE": "portal.settings.production",
        "SECRET_KEY": "k7Qp" * 20 + "aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789",
        "DATA_KEYS": f"k1={'ab' * 32}",
        "SIGNING_KEYS": f"s1={'ef' * 32}",
        "DEPOSIT_KEYS": f"d1={'12' * 32}",
        "INDEX_KEY": "cd" * 32,
        "ALLOWED_HOSTS": "example.org",
        "DJANGO_ALLOW_ASYNC_UNSAFE": "",
        **change,
    }
    env = {name: value for name, value in {**os.environ, **wanted}.items() if value}
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_production_settings_pass_djangos_own_check():
    result = production()
    assert result.returncode == 0, result.stderr


def test_a_weak_key_does_not_pass_and_a_missing_one_stops_the_start():
    assert production(SECRET_KEY="short").returncode != 0
    missing = production(SECRET_KEY="")
    assert missing.returncode != 0
    assert "SECRET_KEY" in missing.stderr


def test_this_database_keeps_its_promises():
    assert broken_promises(connection) == []


@pytest.mark.only("sqlite")
@pytest.mark.parametrize("pragma", ["foreign_keys = OFF", "synchronous = NORMAL"])
@pytest.mark.django_db(transaction=True)
def test_a_broken_promise_is_named(pragma):
    name, _, _ = pragma.partition(" ")
    with connection.cursor() as cursor:
        before = cursor.execute(f"PRAGMA {name}").fetchone()[0]
        cursor.execute(f"PRAGMA {pragma}")
        try:
            assert [problem for problem in broken_promises(connection) if name in problem]
        finally:
            cursor.execute(f"PRAGMA {name} = {before}")


@pytest.mark.only("postgresql")
def test_a_broken_promise_of_postgresql_is_named():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
    assert [problem for problem in broken_promises(connection) if "synchronous_commit" in problem]
