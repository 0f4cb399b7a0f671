"""A copy holds all of somebody's data and only theirs; it is fetched by who may, while it stands."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.base.filestore import read_bytes
from portal.base.refused import Refused
from portal.models import AuditEvent
from services.models import Person
from services.privacy import actions, labels
from services.privacy.copying import make_copies, waiting_copies
from services.privacy.models import RequestState, SubjectRequest
from services.privacy.register import HOUSEHOLD, USER, tables_about
from tests import makers
from tests.matrix import world as worlds

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    """Five households with planted secrets."""
    return worlds.build()


def finished(world, **subject) -> SubjectRequest:
    """A copy, asked for and made."""
    by = subject.get("user") or world.people["township-shitan"]
    asked = actions.take_request(by=by, kind="copy", way="paper", **subject)
    make_copies()
    asked.refresh_from_db()
    return asked


def text_of(asked: SubjectRequest) -> str:
    """Everything readable in the archive."""
    with zipfile.ZipFile(io.BytesIO(read_bytes(asked.file))) as archive:
        return archive.read("copy.html").decode() + archive.read("data.json").decode()


def test_a_recipient_s_copy_holds_all_and_only_theirs(world):
    rows = world.files["A"].rows
    other = Person.objects.create(
        household=rows["household"], name="ZqOtherMember", relation="spouse", sex="m", birth_date="1950-01-01",
        health_notes="ZqOtherHealth",
    )  # fmt: skip
    text = text_of(finished(world, person=rows["person"]))
    mine = {worlds.secret("A", name) for name in worlds.FIELDS} - {
        worlds.secret("A", "key"),  # the sorting key says nothing new
        worlds.secret("A", "exif"),
    }
    assert {secret for secret in mine if secret not in text} == set()
    others = {worlds.secret(letter, name) for letter in "BCDE" for name in worlds.FIELDS}
    assert {secret for secret in others if secret in text} == set()
    assert other.name not in text and "ZqOtherHealth" not in text
    # Who reported, who came and who looked are other people.
    assert {
        person.username for person in world.people.values() if person and person.username in text
    } == set()


def test_a_recipient_s_copy_has_the_photos(world):
    asked = finished(world, person=world.files["A"].rows["person"])
    with zipfile.ZipFile(io.BytesIO(read_bytes(asked.file))) as archive:
        assert [name for name in archive.namelist() if name.endswith(".jpg")] == ["photo-1.jpg"]
        assert json.loads(archive.read("data.json"))["request"] == asked.no


def test_a_volunteer_s_copy_holds_their_account_and_visits_and_no_household(world):
    user = world.people["worker-tonghe"]
    user.phone = "13907310099"
    user.save()
    text = text_of(finished(world, user=user))
    assert "13907310099" in text and user.username in text
    every = {worlds.secret(letter, name) for letter in "ABCDE" for name in worlds.FIELDS}
    assert {secret for secret in every if secret in text} == set()


def test_every_told_table_and_column_has_words():
    for subject in (HOUSEHOLD, USER):
        for table in tables_about(subject):
            for name in table.told(subject):
                assert labels.table_label(table.label)
                assert labels.column_label(table.model._meta.get_field(name))


def test_only_the_office_of_the_place_fetches_a_recipient_s_copy_and_only_in_its_week(world):
    asked = finished(world, person=world.files["A"].rows["person"])
    url = reverse("services:privacy:copy", args=[asked.no])
    answers = {}
    for name in ("township-shitan", "bureau", "township-huashi", "manager-tonghe", "worker-tonghe"):
        client = Client()
        makers.sign_in(client, world.people[name])
        answers[name] = client.get(url).status_code
    assert answers == {
        "township-shitan": 200, "bureau": 200, "township-huashi": 404, "manager-tonghe": 404, "worker-tonghe": 404,
    }  # fmt: skip
    assert AuditEvent.objects.filter(verb="request.copy_fetched").count() == 2
    client = Client()
    makers.sign_in(client, world.people["township-shitan"])
    response = client.get(url)
    assert response["Cache-Control"] == "private, no-store"
    assert response["Content-Disposition"].startswith("attachment")
    SubjectRequest.objects.filter(pk=asked.pk).update(file_until=timezone.now() - timedelta(seconds=1))
    assert client.get(url).status_code == 404


def test_a_user_s_copy_is_theirs_alone(world):
    asked = finished(world, user=world.people["volunteer-liu"])
    for name, status in (("volunteer-liu", 200), ("volunteer-wu", 404), ("bureau", 404)):
        client = Client()
        makers.sign_in(client, world.people[name])
        assert client.get(reverse("services:privacy:own_copy", args=[asked.no])).status_code == status
    client = Client()
    makers.sign_in(client, world.people["bureau"])
    assert client.get(reverse("services:privacy:copy", args=[asked.no])).status_code == 404


def test_nobody_asks_for_another_user_and_nobody_twice_at_once(world):
    liu, wu = world.people["volunteer-liu"], world.people["volunteer-wu"]
    with pytest.raises(Refused) as refused:
        actions.take_request(by=wu, kind="copy", way="own_page", user=liu)
    assert refused.value.code == "own_request"
    actions.take_request(by=liu, kind="copy", way="own_page", user=liu)
    with pytest.raises(Refused) as refused:
        actions.take_request(by=liu, kind="copy", way="own_page", user=liu)
    assert refused.value.code == "asked_already"


def test_the_clock_is_fifteen_working_days_and_a_copy_that_fails_five_times_stops(world, monkeypatch):
    asked = actions.take_request(
        by=world.people["volunteer-liu"], kind="copy", way="own_page", user=world.people["volunteer-liu"]
    )
    assert asked.due_on == actions.due_day(timezone.localdate())
    SubjectRequest.objects.filter(pk=asked.pk).update(attempts=5)
    assert not waiting_copies().exists()
    assert SubjectRequest.objects.get(pk=asked.pk).state == RequestState.MAKING
