"""The system administrator sees how the site is, and sends a dead letter again."""

import pytest
from django.test import Client
from django.utils import timezone

from portal.base import worker
from portal.code_words import JOBS
from portal.models import AuditEvent, OutboxMessage
from tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter():
    return OutboxMessage.objects.create(
        dedupe_key="x", topic="offer_received", receiver=makers.make_user("收信人"), kind="offer",
        object_no="O-1", dead_at=timezone.now(), dead_reason="failed", attempts=8,
    )  # fmt: skip


def keeper() -> Client:
    return makers.sign_in(Client(), makers.make_post("sysadmin", makers.make_region("county")))


def test_a_dead_letter_is_listed_without_names_and_sent_again(letter):
    client = keeper()
    page = client.get("/desk/health/").content.decode()
    assert "O-1" in page and "relay" in page and "送消息" in page
    assert "收信人" not in page
    assert client.post("/desk/health/revive/", {"message": letter.pk})["Location"] == "/desk/health/"
    letter.refresh_from_db()
    assert (letter.dead_at, letter.attempts) == (None, 0)
    assert AuditEvent.objects.filter(verb="message.revived").count() == 1


@pytest.mark.parametrize("chosen", ["", "x", "9" * 30, "0"])
def test_what_is_no_dead_letter_changes_nothing(letter, chosen):
    keeper().post("/desk/health/revive/", {"message": chosen})
    letter.refresh_from_db()
    assert letter.dead_at is not None


def test_nobody_else_gets_in(letter):
    client = makers.sign_in(Client(), makers.make_post("bureau_staff", makers.make_region("county")))
    assert client.get("/desk/health/").status_code == 403
    assert client.post("/desk/health/revive/", {"message": letter.pk}).status_code == 403


def test_words_are_said_of_jobs_that_there_are():
    assert set(JOBS) <= set(worker.jobs())
