"""`/healthz`: ok or not for everybody, details for the system administrator alone."""

import pytest
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client

from tests import makers

pytestmark = pytest.mark.django_db


def of_role(role: str) -> Client:
    return makers.sign_in(Client(), makers.make_post(role, makers.make_region("county")))


@pytest.mark.parametrize("role", ["", "bureau_staff", "editor", "inspector"])
def test_others_read_that_it_is_well_and_no_more(role):
    answer = (of_role(role) if role else Client()).get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"ok": True})
    assert "no-store" in answer["Cache-Control"]


def test_the_system_administrator_reads_the_details_too():
    answer = of_role("sysadmin").get("/healthz").json()
    assert answer["ok"] is True
    known = {
        "waiting",
        "oldest",
        "given_up",
        "unsealed",
        "jobs",
        "probing",
        "missing",
        "carrying",
        "uncarried",
    }
    assert set(answer["details"]) == known
    assert "relay" in answer["details"]["jobs"]


def test_one_factor_alone_opens_no_details():
    client, user = Client(), makers.make_post("sysadmin", makers.make_region("county"))
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/healthz").json() == {"ok": True}


@pytest.mark.parametrize("role", ["", "sysadmin", "bureau_staff"])
def test_a_database_that_fails_is_503_and_no_error_page(monkeypatch, role):
    client = of_role(role) if role else Client()
    assert client.get("/healthz").status_code == 200

    def broken(*args, **more):
        raise OperationalError("gone")

    with monkeypatch.context() as patch:
        patch.setattr(BaseDatabaseWrapper, "cursor", broken)
        answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"ok": False})
