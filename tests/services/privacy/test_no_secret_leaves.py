"""Planted secrets through real flows: none in a log line, an address, a queue argument or an error page."""

import io
import logging
from contextlib import contextmanager

import pytest
from celery import current_app
from django.core import mail
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.base.logs import CarefulFormatter, redact
from services.recipients import actions as register
from tests import makers

pytestmark = pytest.mark.django_db
ID, PHONE = "430321194001010019", "13907314242"
ILLNESS, WORDS, PASSWORD = "ZqIllnessQz", "ZqWordsQz", "ZqPasswordQz9"
SECRETS = {ID, PHONE, ILLNESS, WORDS, PASSWORD}


@contextmanager
def everything_logged():
    """Every line of every logger at every level, as the site's handler would write it."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(CarefulFormatter())
    root, django = logging.getLogger(), logging.getLogger("django")
    levels = root.level, django.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    django.setLevel(logging.INFO)
    try:
        yield out
    finally:
        root.removeHandler(handler)
        root.setLevel(levels[0])
        django.setLevel(levels[1])


def told(text: str) -> set[str]:
    """Which secrets stand in a text."""
    return {secret for secret in SECRETS if secret in text}


@pytest.fixture
def cadre():
    """The township's desk, logged in; a failing view answers 500 instead of raising."""
    village = makers.make_region()
    user = makers.make_post("township_cadre", village.parent)
    client = Client(raise_request_exception=False)
    makers.sign_in(client, user)
    client.village = village
    return client


def household_form(client) -> dict[str, str]:
    """The form of a new household, with every secret in it."""
    return {
        "region": str(client.village.pk), "name": "测试户", "phone": PHONE, "address": "一号", "head_name": "测试户",
        "id_number": ID, "health_notes": ILLNESS, "door_note": WORDS, "sex": "f", "person_name": "测试户",
    }  # fmt: skip


def test_wrong_logins_and_forms_leave_nothing_in_logs_and_addresses(cadre, settings):
    with everything_logged() as lines:
        addresses = []
        stranger = Client()
        response = stranger.post("/accounts/login/", {"login": PHONE, "password": PASSWORD})
        addresses.append(response.get("Location", ""))
        for url, data in (
            (reverse("services:recipients:create"), household_form(cadre)),
            (reverse("services:intake:report"), {"person_name": WORDS, "words": ILLNESS, "region": "x"}),
            (reverse("services:privacy:own_ask"), {"kind": "correct", "words": WORDS}),
        ):
            response = cadre.post(url, data)
            addresses.append(response.get("Location", ""))
            # A session that ran out meanwhile: what was typed is kept, and not in the address.
            response = Client().post(url, data)
            addresses.append(response.get("Location", ""))
        assert response.status_code in {302, 403}
    assert told(lines.getvalue()) == set()
    assert told(" ".join(addresses)) == set()


def test_an_error_page_and_its_mail_tell_nothing_of_what_was_typed(cadre, settings, monkeypatch):
    settings.ADMINS = [("Admin", "admin@example.invalid")]
    settings.DEBUG = False

    def breaks(**facts):
        secret_local = f"{ID} {PHONE} {ILLNESS}"
        raise IntegrityError(
            f"null value in column\nDETAIL:  Failing row contains ({secret_local}, {WORDS}).\nnumber {ID} phone {PHONE}"
        )

    monkeypatch.setattr("services.privacy.own_views.actions.take_request", breaks)
    with everything_logged() as lines:
        response = cadre.post(
            reverse("services:privacy:own_ask") + f"?name={WORDS}",
            {"kind": "correct", "words": f"{ILLNESS} {WORDS}"},
        )
    assert response.status_code == 500
    assert told(response.content.decode()) == set()
    assert "breaks" in lines.getvalue(), "the traceback itself must be there"
    assert told(lines.getvalue()) == set()
    assert len(mail.outbox) == 1
    message = mail.outbox[0]
    sent = message.subject + message.body + "".join(str(part) for part in message.alternatives or [])
    assert "IntegrityError" in sent
    assert told(sent) == set()


def test_the_scan_sees_what_an_ordinary_handler_would_write(cadre):
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    logging.getLogger("portal").addHandler(handler)
    try:
        logging.getLogger("portal").warning("number %s", ID)
    finally:
        logging.getLogger("portal").removeHandler(handler)
    assert told(out.getvalue()) == {ID}


def test_the_site_s_own_handler_is_the_careful_one(settings):
    assert settings.LOGGING["handlers"]["console"]["formatter"] == "careful"
    assert settings.LOGGING["formatters"]["careful"]["()"] == "portal.base.logs.CarefulFormatter"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"id {ID}.", "id …."),
        ("id 43032119400101001X", "id …"),
        (f"phone {PHONE}, 139 0731 4242", "phone …, …"),
        ("GET /activate/abc123/ 200", "GET /activate/…/ 200"),
        ("DETAIL:  Key (phone)=(x) exists.\nnext", "DETAIL:  …\nnext"),
        ("H-48201937 at 2026-11-24", "H-48201937 at 2026-11-24"),
        ("1234567890123456789012", "1234567890123456789012"),
    ],
)
def test_what_is_taken_out_of_a_line(text, left):
    assert redact(text) == left


def test_queue_arguments_are_names_of_jobs_and_nothing_else():
    from portal import tasks

    for name, row in tasks.schedule().items():
        assert row["args"] == [name]
    own = [task for name, task in current_app.tasks.items() if name.startswith("portal.")]
    assert [task.name for task in own] == ["portal.run_job"]
    assert own[0].run.__code__.co_varnames[: own[0].run.__code__.co_argcount] == ("name",)


def test_messages_and_audit_of_a_change_carry_no_secret(cadre):
    from django.contrib.auth import get_user

    from portal.models import AuditEvent, OutboxMessage

    user = get_user(cadre)
    household = makers.make_household(cadre.village, phone=PHONE)
    facts = register.HouseholdFacts(
        region=cadre.village, name="新名字", address="二号", phone=PHONE, door_note=WORDS
    )
    register.change_household(by=user, household=household, version=household.version, facts=facts)
    written = " ".join(f"{row.detail} {row.purpose} {row.object_no}" for row in AuditEvent.objects.all())
    written += " ".join(f"{row.dedupe_key} {row.object_no}" for row in OutboxMessage.objects.all())
    assert AuditEvent.objects.filter(verb="household.changed", at__lte=timezone.now()).exists()
    assert told(written) == set()
