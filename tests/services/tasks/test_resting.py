"""A task that rests: nobody goes and nobody who went sees the household; the provider keeps it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.base.refused import Refused
from portal.models import AuditEvent, OutboxMessage, User
from services.models import Household, PlannedVisit, Task
from services.tasks import actions
from services.visits import planning
from tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    task = makers.make_task()
    household = task.need.household
    manager = makers.make_member(task.provider, "manager")
    worker = makers.make_member(task.provider)
    planning.assign(task=task, worker=worker, by=manager)
    assignment = task.assignments.get()
    makers.make_planned(assignment, starts_at=timezone.now() + timedelta(days=2))
    makers.make_planned(assignment, starts_at=timezone.now() - timedelta(days=2))
    return {
        "task": task,
        "manager": manager,
        "worker": worker,
        "household": household,
        "cadre": makers.make_post("township_cadre", household.township),
        "bureau": makers.make_post("bureau_staff", household.township.parent),
    }


def sees(user, household):
    return Household.objects.visible_to(User.objects.get(pk=user.pk)).filter(pk=household.pk).exists()


def refusal(act, **more):
    with pytest.raises(Refused) as refused:
        act(**more)
    return refused.value.code


@pytest.mark.parametrize("by", ["manager", "cadre", "bureau"])
def test_a_pause_cancels_what_is_to_come_and_closes_the_file_for_who_goes(scene, by):
    assert sees(scene["worker"], scene["household"])
    assert planning.pause(task=scene["task"], reason="住院", by=scene[by]) == 1
    assert scene["task"].state == "paused"
    assert not sees(scene["worker"], scene["household"])
    assert sees(scene["manager"], scene["household"])
    assert sorted(PlannedVisit.objects.values_list("state", flat=True)) == ["cancelled", "planned"]
    assert AuditEvent.objects.get(verb="task.paused").purpose == "住院"
    assert AuditEvent.objects.get(verb="visits.cancelled").purpose == "住院"
    assert OutboxMessage.objects.filter(topic="task_paused", receiver=scene["worker"]).count() == 1


def test_a_task_that_goes_on_opens_the_file_again_and_can_be_paused_again(scene):
    for turn in (1, 2):
        planning.pause(task=scene["task"], reason="住院", by=scene["manager"])
        actions.resume_task(task=scene["task"], by=scene["cadre"])
        assert scene["task"].state == "live"
        assert sees(scene["worker"], scene["household"])
        assert OutboxMessage.objects.filter(topic="task_paused").count() == turn


def test_one_who_left_meanwhile_stays_away_and_the_task_waits_for_somebody(scene):
    planning.pause(task=scene["task"], reason="住院", by=scene["manager"])
    actions.release_person(user=scene["worker"], provider=scene["task"].provider, by=scene["manager"])
    actions.resume_task(task=scene["task"], by=scene["manager"])
    assert scene["task"].state == "unassigned"
    assert not sees(scene["worker"], scene["household"])


def test_a_task_that_rests_can_be_ended(scene):
    planning.pause(task=scene["task"], reason="住院", by=scene["cadre"])
    planning.end(task=scene["task"], reason="去世", to_match=False, by=scene["cadre"])
    assert Task.objects.get().state == "ended"
    assert not sees(scene["manager"], scene["household"])


@pytest.mark.parametrize("who", ["worker", "stranger", "elsewhere"])
def test_others_cannot_pause_it(scene, who):
    scene["stranger"] = makers.make_member(makers.make_provider(), "manager")
    scene["elsewhere"] = makers.make_post("township_cadre", makers.make_region("township"))
    assert refusal(planning.pause, task=scene["task"], reason="x", by=scene[who]) == "task_changed"
    assert Task.objects.get().state == "live"


def test_a_pause_needs_a_reason_and_nobody_at_the_door(scene):
    assert refusal(planning.pause, task=scene["task"], reason=" ", by=scene["manager"]) == "reason_needed"
    PlannedVisit.objects.filter(starts_at__gt=timezone.now()).update(
        state="under_way", checked_in_at=timezone.now()
    )
    scene["task"].refresh_from_db()
    assert refusal(planning.pause, task=scene["task"], reason="x", by=scene["manager"]) == "visit_under_way"
    assert sees(scene["worker"], scene["household"])


def test_staff_of_the_place_do_not_send_the_agencys_people(scene):
    second = makers.make_member(scene["task"].provider)
    more = {"task": scene["task"], "worker": second, "reason": "x", "by": scene["cadre"]}
    assert refusal(planning.reassign, **more) == "task_changed"
