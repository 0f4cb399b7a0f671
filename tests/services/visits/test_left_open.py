"""A visit that an ended task left open can still be judged and completed; of the household nothing else shows."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.models import User
from services.models import Household, PlannedState, VisitRecord
from services.tasks.actions import end_task
from services.visits import access
from tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    household = makers.make_household(name="罗秘密敏", address="秘密路7号")
    task = makers.make_task(makers.make_need(household, state="placed"), state="live")
    manager, worker = makers.make_member(task.provider, "manager"), makers.make_member(task.provider)
    assignment = makers.make_assignment(task, worker)
    at = timezone.now() - timedelta(days=1)
    planned = makers.make_planned(assignment, starts_at=at, state=PlannedState.RECORDED)
    record = VisitRecord.objects.create(
        no="R-1", planned=planned, author=worker, epoch=1, started_at=at, ended_at=at + timedelta(hours=1),
        payload_hash="0" * 64, receipt="0" * 64, answers={}, note="做了饭",
    )  # fmt: skip
    end_task(task=task, reason="住院", to_match=True, by=manager)
    return {"household": household, "manager": manager, "worker": worker, "record": record, "task": task}


def client_of(user) -> Client:
    return makers.sign_in(Client(), User.objects.get(pk=user.pk))


def test_the_agency_reads_that_visit_and_nothing_else_of_the_household(scene):
    client = client_of(scene["manager"])
    page = client.get(reverse("services:visits:agency_record", args=["R-1"])).content.decode()
    assert "做了饭" in page
    assert "罗" not in page.replace("罗列", "") and "秘密" not in page
    assert not Household.objects.visible_to(User.objects.get(pk=scene["manager"].pk)).exists()
    shut = [
        ("services:recipients:detail", scene["household"].no),
        ("services:tasks:detail", scene["task"].no),
    ]
    assert [client.get(reverse(name, args=[no])).status_code for name, no in shut] == [404, 404]
    look = reverse("services:visits:agency_record_look", args=["R-1"])
    assert client.post(look, {"field": "name"}).status_code == 404
    listed = client.get(reverse("services:visits:agency_list")).content.decode()
    assert "R-1" in listed
    assert "罗" not in listed


def test_once_confirmed_it_is_shut_as_well(scene):
    client = client_of(scene["manager"])
    answer = client.post(reverse("services:visits:agency_confirm", args=["R-1"]))
    assert answer["Location"] == reverse("services:visits:agency_list")
    assert VisitRecord.objects.get().verdict == "confirmed"
    assert client.get(reverse("services:visits:agency_record", args=["R-1"])).status_code == 404


def test_the_author_completes_what_was_sent_back(scene):
    worker, no = client_of(scene["worker"]), scene["record"].planned.no
    assert worker.get(reverse("services:visits:complete", args=[no])).status_code == 404
    client_of(scene["manager"]).post(
        reverse("services:visits:agency_send_back", args=["R-1"]), {"reason": "补写几点走的"}
    )
    assert no in worker.get(reverse("services:visits:today")).content.decode()
    page = worker.get(reverse("services:visits:complete", args=[no])).content.decode()
    assert "补写几点走的" in page and "秘密" not in page
    done = worker.post(
        reverse("services:visits:complete", args=[no]), {"note": "十点走的", "state_VC-01": "normal"}
    )
    assert done["Location"] == reverse("services:visits:today")
    assert VisitRecord.objects.get().verdict == "submitted"


def test_another_agency_and_one_who_left_reach_nothing(scene):
    other = makers.make_member(makers.make_provider(), "manager")
    assert not access.records_judged_by(User.objects.get(pk=other.pk)).exists()
    scene["manager"].memberships.update(valid_to=timezone.now())
    assert not access.records_judged_by(User.objects.get(pk=scene["manager"].pk)).exists()
