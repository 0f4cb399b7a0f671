"""Trying number after number is stopped and told; one's own work stays open, and typing mistakes cost nothing."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.models import AuditEvent
from services.recipients import probing
from tests import makers

pytestmark = pytest.mark.django_db


def page_of(no: str) -> str:
    return reverse("services:recipients:detail", args=[no])


@pytest.fixture
def few(monkeypatch):
    """Few numbers suffice to be many; nobody tried any before."""
    cache.clear()
    monkeypatch.setattr(probing, "ALARM_AT", 3)
    monkeypatch.setattr(probing, "STOP_AT", 5)


@pytest.fixture
def cadre():
    village = makers.make_region()
    return makers.make_post("township_cadre", village.parent), makers.make_household(village)


def test_what_is_there_and_what_never_was_are_stopped_alike_and_ones_own_stays_open(few, cadre):
    user, own = cadre
    client = makers.sign_in(Client(), user)
    foreign = makers.make_household(makers.make_region())
    assert [client.get(page_of(f"H-9000000{n}")).status_code for n in range(6)] == [404] * 5 + [429]
    hidden, never = client.get(page_of(foreign.no)), client.get(page_of("H-99999999"))
    assert (hidden.status_code, never.status_code) == (429, 429)
    assert hidden["Retry-After"] == "600"
    assert "请过 10 分钟" in hidden.content.decode()
    assert client.get(page_of(own.no)).status_code == 200
    assert AuditEvent.objects.filter(verb="sight.probing", actor=user).count() == 1


def test_another_person_is_not_stopped(few, cadre):
    client, other = makers.sign_in(Client(), cadre[0]), makers.make_post("bureau_staff", makers.make_region())
    for n in range(7):
        client.get(page_of(f"H-9000000{n}"))
    assert makers.sign_in(Client(), other).get(page_of("H-99999999")).status_code == 404


def test_the_wait_ends_when_the_span_has_moved_on_and_not_before(few, cadre):
    user, at = cadre[0], timezone.now()
    said = [probing.note_missed(by=user, number=f"H-{n}", at=at + timedelta(seconds=n)) for n in range(6)]
    assert said == [False] * 5 + [True]
    assert probing.note_missed(by=user, number="H-7", at=at + timedelta(minutes=9)) is True
    assert probing.note_missed(by=user, number="H-8", at=at + timedelta(minutes=21)) is False


def test_the_same_slip_many_times_is_one_slip(few, cadre):
    client = makers.sign_in(Client(), cadre[0])
    assert {client.get(page_of("H-90000001")).status_code for _try in range(20)} == {404}
    assert not AuditEvent.objects.filter(verb="sight.probing").exists()


def test_a_dozen_typing_mistakes_lock_nobody_out(cadre):
    cache.clear()
    client = makers.sign_in(Client(), cadre[0])
    assert {client.get(page_of(f"H-900000{n:02}")).status_code for n in range(20)} == {404}
    assert not AuditEvent.objects.filter(verb="sight.probing").exists()


def test_pages_that_take_no_number_are_not_counted(few, cadre):
    client = makers.sign_in(Client(), cadre[0])
    assert {client.get(f"/no-such-page-{n}/").status_code for n in range(9)} == {404}


def test_the_state_of_the_site_says_who_tried(few, cadre):
    client = makers.sign_in(Client(), cadre[0])
    for n in range(4):
        client.get(page_of(f"H-9000000{n}"))
    keeper = makers.sign_in(Client(), makers.make_post("sysadmin", makers.make_region("county")))
    assert "sight.probing" in keeper.get("/desk/health/").content.decode()
    assert keeper.get("/healthz").json()["details"]["probing"] == 1


def test_numbers_typed_into_the_form_of_emergencies_count_and_what_is_there_still_opens(few):
    village = makers.make_region()
    asker = makers.make_post("sysadmin", village.parent.parent)
    client = makers.sign_in(Client(), asker)
    address = reverse("services:recipients:emergency")

    def ask(no: str) -> int:
        return client.post(address, {"no": no, "ground": "报警人说老人倒在家里，要门牌"}).status_code

    assert [ask(f"H-9000000{n}") for n in range(6)] == [422] * 5 + [429]
    assert AuditEvent.objects.filter(verb="sight.probing", actor=asker).count() == 1
    assert client.post(address, {"no": "", "ground": ""}).status_code == 422
    assert ask(makers.make_household(village).no) == 302


def test_a_short_ground_is_no_number_tried(few):
    client = makers.sign_in(Client(), makers.make_post("sysadmin", makers.make_region("county")))
    address = reverse("services:recipients:emergency")
    sent = [client.post(address, {"no": f"H-9000000{n}", "ground": "急"}).status_code for n in range(7)]
    assert set(sent) == {422}
