"""Every look leaves a row with its cause; reading one file after another is slowed and told."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal.base.refused import Refused
from portal.models import AuditEvent
from services.models import SightCase, Unmasking
from services.recipients import looking
from services.recipients.access import explain
from services.recipients.looked import who_looked
from services.recipients.unmasking import unmask
from tests import makers

pytestmark = pytest.mark.django_db


def read(user, household, at):
    """One opening of a file at a moment."""
    looking.note_opened(by=user, household=household, reasons=explain(user, household), at=at)


def test_who_looked_says_who_what_and_why_they_could():
    village = makers.make_region()
    household = makers.make_household(village, phone="+8613900000000")
    bureau = makers.make_post("bureau_staff", village.parent.parent, makers.make_user("甲员"))
    at = timezone.now()
    read(bureau, household, at - timedelta(minutes=1))
    unmask(by=bureau, household=household, field="phone", ground="核对电话", at=at)
    (line,) = who_looked(household)
    assert line.who == "甲员"
    assert line.role == "县民政局救助股"
    assert line.cause == "任职"
    assert line.fields == ["打开档案", "电话"]
    assert line.grounds == ["核对电话"]
    assert line.first_at < line.last_at
    assert who_looked(household, until=at - timedelta(days=1)) == []
    assert who_looked(makers.make_household(village)) == []


def test_a_look_keeps_the_cause_that_held_at_that_moment():
    task = makers.make_task()
    worker = makers.make_member(task.provider)
    assignment = makers.make_assignment(task, worker)
    household = task.need.household
    read(worker, household, timezone.now())
    assignment.valid_to = timezone.now()
    household.user_grants.update(valid_to=timezone.now())
    (line,) = who_looked(household)
    assert (line.role, line.cause) == ("护理员", "派到这户上门")


def test_opening_a_file_on_its_page_leaves_one_row_for_a_few_minutes(client):
    village = makers.make_region()
    household = makers.make_household(village)
    makers.sign_in(client, makers.make_post("township_cadre", village.parent))
    url = reverse("services:recipients:detail", args=[household.no])
    assert client.get(url).status_code == 200
    assert client.get(url).status_code == 200
    assert Unmasking.objects.filter(household=household, field="file").count() == 1


def test_health_shown_without_a_click_leaves_its_row(client):
    village = makers.make_region()
    household = makers.make_household(village)
    person = household.persons.get()
    person.health_notes = "高血压"
    person.save()
    makers.sign_in(client, makers.make_post("township_cadre", village.parent))
    client.get(reverse("services:recipients:detail", args=[household.no]))
    assert Unmasking.objects.filter(household=household, field="health").count() == 1


@pytest.fixture
def county_of_many(monkeypatch):
    """Few files suffice to be many."""
    monkeypatch.setattr(looking, "ALARM_AT", 3)
    monkeypatch.setattr(looking, "STOP_AT", 5)
    village = makers.make_region()
    return village, [makers.make_household(village) for _ in range(8)]


def test_reading_in_sequence_is_told_once_then_stopped_then_free_again(county_of_many):
    village, rows = county_of_many
    user = makers.make_post("township_cadre", village.parent)
    at = timezone.now()
    for step, household in enumerate(rows[:5]):
        read(user, household, at + timedelta(seconds=step))
    case = SightCase.objects.get(kind="sequence")
    assert (case.user, case.files_read, case.verdict) == (user, 3, "open")
    with pytest.raises(Refused) as caught:
        read(user, rows[5], at + timedelta(seconds=9))
    assert caught.value.code == "too_fast"
    assert AuditEvent.objects.filter(verb="sight.stopped", actor=user).exists()
    read(user, rows[0], at + timedelta(seconds=10))  # a file already open stays open
    read(user, rows[5], at + looking.SPAN + timedelta(minutes=1))
    assert SightCase.objects.filter(kind="sequence").count() == 1


def test_another_person_reads_on_meanwhile(county_of_many):
    village, rows = county_of_many
    first, second = (makers.make_post("township_cadre", village.parent) for _ in range(2))
    at = timezone.now()
    for household in rows[:5]:
        read(first, household, at)
    read(second, rows[5], at)
    assert not SightCase.objects.filter(user=second).exists()


def test_the_page_answers_429_and_shows_nothing_when_it_goes_too_fast(client, county_of_many):
    village, rows = county_of_many
    makers.sign_in(client, makers.make_post("township_cadre", village.parent))
    answers = [client.get(reverse("services:recipients:detail", args=[row.no])) for row in rows]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 3
    assert rows[7].name not in answers[7].content.decode()
    assert answers[7]["Retry-After"] == "600"


def test_a_read_costs_the_same_for_the_first_and_the_hundredth():
    village = makers.make_region()
    user = makers.make_post("township_cadre", village.parent)
    at = timezone.now()
    costs = []
    for step in range(30):
        household = makers.make_household(village)
        reasons = explain(user, household)
        with CaptureQueriesContext(connection) as asked:
            looking.note_opened(
                by=user, household=household, reasons=reasons, at=at + timedelta(seconds=step)
            )
        costs.append(len(asked))
    assert set(costs) == {2}
