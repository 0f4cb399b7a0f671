"""The calls of a phone through HTTP: enrolling, pulling, handing in, depositing, and what is shut."""

import gzip
import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.accounts.devices import lose_phone
from services.models import (
    Assignment,
    PlannedVisit,
    SyncDevice,
    SyncInbox,
    Unmasking,
    VisitRecord,
    VisitTicket,
)
from services.sync.pulling import pull, state_hash
from tests import makers
from tests.services.sync.phone import Phone
from tests.services.visits.cast import make_cast

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/sync"


@pytest.fixture
def cast():
    """A visit of tomorrow noon or so, within the day."""
    return make_cast(starts_at=timezone.now() + timedelta(hours=20))


@pytest.fixture
def phone(cast):
    """The worker's phone."""
    return Phone(cast.worker)


@pytest.fixture
def client(cast):
    """The worker's session."""
    return makers.sign_in(Client(), cast.worker)


def call(client, path, body, **more):
    """Post JSON, or bytes as they are."""
    data = body if isinstance(body, bytes) else json.dumps(body)
    return client.post(f"{ROOT}/{path}", data, content_type="application/json", **more)


def pulled(client, phone, *have, **more):
    """One pull."""
    asked = {"device": str(phone.row.uid), "have": [{"visit": no, "version": v} for no, v in have]}
    return call(client, "pull", asked | more)


def test_a_phone_pulls_a_slip_and_its_ticket_brings_the_visit(cast, phone, client):
    PlannedVisit.objects.filter(pk=cast.planned.pk).update(starts_at=timezone.now() - timedelta(minutes=50))
    (slip,) = pulled(client, phone).json()["slips"]
    said = phone.visit(cast.planned, slip["ticket"], began=timezone.now())
    results = call(client, "visits", {"items": [phone.seal(said)]}).json()["results"]
    assert [each["result"] for each in results] == ["created"]
    assert VisitRecord.objects.get().author == cast.worker


def test_a_slip_holds_the_door_within_a_day_and_a_look_is_noted_for_each_field(cast, phone, client):
    (slip,) = pulled(client, phone).json()["slips"]
    assert slip["door"] == {
        "name": cast.household.name, "address": cast.household.address, "phone": cast.household.phone,
    }  # fmt: skip
    assert set(Unmasking.objects.values_list("field", "user")) == {
        (field, cast.worker.pk) for field in ("name", "address", "phone")
    }
    assert VisitTicket.objects.get().door


def test_a_slip_of_the_day_after_is_masked_and_no_secret_is_in_it(cast, phone, client):
    person = cast.household.persons.get()
    person.id_number, person.health_notes = "430321194803020021", "高血压"
    person.save()
    PlannedVisit.objects.filter(pk=cast.planned.pk).update(starts_at=timezone.now() + timedelta(hours=50))
    answer = pulled(client, phone)
    (slip,) = answer.json()["slips"]
    text = answer.content.decode()
    assert slip["door"] is None
    assert slip["called"].startswith(cast.household.name[0])
    hidden = [
        cast.household.name,
        cast.household.address,
        "13800001111",
        "430321194803020021",
        "0021",
        "高血压",
    ]
    assert [word for word in hidden if word in text.replace(slip["ticket"], "")] == []
    assert not Unmasking.objects.exists()


def test_what_has_not_changed_is_not_sent_again_and_a_damaged_store_gets_all(cast, phone, client):
    first = pulled(client, phone).json()
    have = [(slip["visit"], slip["version"]) for slip in first["slips"]]
    assert first["state_hash"] == state_hash(dict(have))
    again = pulled(client, phone, *have, state_hash=first["state_hash"]).json()
    assert (again["slips"], again["wipe"], again["full"]) == ([], [], False)
    damaged = pulled(client, phone, *have, state_hash="0" * 64).json()
    assert (len(damaged["slips"]), damaged["full"]) == (1, True)


def test_what_was_taken_away_is_on_the_wipe_list_and_noted(cast, phone, client):
    have = [(slip["visit"], slip["version"]) for slip in pulled(client, phone).json()["slips"]]
    Assignment.objects.filter(task=cast.task).update(valid_to=timezone.now())
    answer = pulled(client, phone, *have, ("V-0000000001", "1")).json()
    assert (answer["slips"], answer["wipe"]) == ([], ["V-0000000001", cast.planned.no])
    assert VisitTicket.objects.get().wiped_at is not None


def test_nothing_beyond_seventy_two_hours_or_forty_households_goes_along(cast, phone, client, monkeypatch):
    monkeypatch.setattr("services.sync.pulling.MOST_HOUSEHOLDS", 2)
    for hours in (21, 22, 80):
        other = make_cast(starts_at=timezone.now() + timedelta(hours=hours))
        PlannedVisit.objects.filter(task=other.task).delete()
        Assignment.objects.filter(task=other.task).delete()
        mine = makers.make_assignment(other.task, cast.worker)
        makers.make_planned(mine, starts_at=timezone.now() + timedelta(hours=hours))
    found = pull(device=SyncDevice.objects.get(), have={})
    assert len(found.slips) == 2
    monkeypatch.setattr("services.sync.pulling.MOST_HOUSEHOLDS", 40)
    assert len(pull(device=SyncDevice.objects.get(), have={}).slips) == 3


def test_a_gzipped_request_is_read_and_a_bomb_or_a_flood_is_not(cast, phone, client):
    good = json.dumps({"items": [phone.seal(phone.visit(cast.planned, ""))]}).encode()
    assert (
        call(client, "visits", gzip.compress(good), headers={"Content-Encoding": "gzip"}).status_code == 200
    )
    bomb = gzip.compress(b" " * 50_000_000)
    answers = [
        call(client, "visits", bomb, headers={"Content-Encoding": "gzip"}),
        call(client, "visits", b"x" * 1_000_001),
        call(client, "visits", {"items": [{}] * 51}),
        call(client, "visits", b"garbage", headers={"Content-Encoding": "gzip"}),
        *(
            call(client, "visits", body)
            for body in (b"", b"{", b"[]", b"null", b'{"items": 7}', b"[" * 100_000)
        ),
    ]
    assert [each.status_code for each in answers] == [413, 413, 413, 400, *[400] * 6]
    assert SyncInbox.objects.count() == 1


def test_without_login_and_token_nothing_goes(cast, phone):
    assert call(Client(), "visits", {"items": []}).json()["code"] == "login_required"
    strict = makers.sign_in(Client(enforce_csrf_checks=True), cast.worker)
    assert call(strict, "visits", {"items": []}).status_code == 403


def test_who_lost_every_hat_still_hands_in_and_gets_no_slip(cast, phone, client):
    said = phone.visit(cast.planned, phone.ticket(cast.planned))
    cast.worker.memberships.all().delete()
    assert pulled(client, phone).json()["slips"] == []
    (result,) = call(client, "visits", {"items": [phone.seal(said)]}).json()["results"]
    assert len(result["receipt"]) == 64


def test_a_lost_phone_gets_nothing_more_and_what_it_sends_waits_for_a_person(cast, phone, client):
    said = phone.visit(cast.planned, phone.ticket(cast.planned))
    lose_phone(user=cast.worker, here=client.session.session_key, by=cast.worker)
    answer = pulled(client, phone)
    assert (answer.status_code, answer.json()["code"]) == (401, "device_blocked")
    (result,) = call(client, "visits", {"items": [phone.seal(said)]}).json()["results"]
    assert (result["result"], result["code"]) == ("quarantined", "device_lost")


def test_the_phones_are_listed_and_shut_by_their_owner_alone(cast, phone, client):
    shut = reverse("portal:shut_phone")
    assert "测试手机" in client.get(reverse("usersessions_list")).content.decode()
    stranger = makers.sign_in(Client(), cast.manager)
    assert stranger.post(shut, {"phone": str(phone.row.uid)}).status_code == 404
    assert stranger.post(shut, {"phone": "x"}).status_code == 404
    assert client.post(shut, {"phone": str(phone.row.uid)}).status_code == 302
    assert pulled(client, phone).status_code == 401


def test_the_phone_of_another_is_shut_to_me(cast, client):
    assert pulled(client, Phone(cast.manager)).status_code == 401


def test_the_same_key_is_the_same_phone_and_a_sixth_shuts_the_oldest(cast, phone):
    assert Phone(cast.worker, key=phone.key).row == phone.row
    SyncDevice.objects.update(seen_at=timezone.now() - timedelta(days=2))
    for _n in range(5):
        Phone(cast.worker)
    phone.row.refresh_from_db()
    assert (phone.row.shut_cause, SyncDevice.objects.filter(shut_cause="").count()) == ("limit", 5)


def test_a_point_that_is_none_enrols_nothing(cast, client):
    answer = call(client, "devices", {"name": "x", "public_key": "AAAA"})
    assert (answer.status_code, answer.json()["code"]) == (409, "bad_key")
    assert not SyncDevice.objects.exists()


def deposit(phone, said, secret=None):
    """Hand in without a login."""
    token = secret or phone.secret
    return call(
        Client(), "deposit", {"items": [phone.seal(said)]}, headers={"Authorization": f"Bearer {token}"}
    )


def test_a_deposit_needs_no_login_and_waits_for_a_person(cast, phone):
    said = phone.visit(cast.planned, phone.ticket(cast.planned))
    (result,) = deposit(phone, said).json()["results"]
    assert (result["result"], result["code"]) == ("quarantined", "deposited")
    assert not VisitRecord.objects.exists()


def test_a_deposit_of_somebody_deactivated_is_kept_and_after_thirty_days_none_is(cast, phone):
    said = phone.visit(cast.planned, phone.ticket(cast.planned))
    cast.worker.is_active = False
    cast.worker.save(update_fields=["is_active"])
    assert deposit(phone, said).json()["results"][0]["code"] == "revoked_since"
    SyncDevice.objects.update(seen_at=timezone.now() - timedelta(days=31))
    assert deposit(phone, said).status_code == 401
    assert deposit(phone, said, "guess").status_code == 401


def test_more_than_the_allowed_deposits_are_stopped(cast, phone, monkeypatch):
    monkeypatch.setattr("services.sync.devices.MOST_DEPOSITS", 1)
    said = phone.visit(cast.planned, phone.ticket(cast.planned))
    assert [deposit(phone, said).status_code for _n in range(2)] == [200, 429]
