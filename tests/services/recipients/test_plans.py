"""Care plans: lines, a second person approves, the new one replaces the old."""

import pytest
from django.db import IntegrityError, transaction

from portal.base.models import OutboxMessage
from portal.base.refused import Refused
from services.models import CarePlan, PlanState
from services.recipients.care_access import plan_verbs
from services.recipients.lifecycle import PLAN
from services.recipients.plans import (
    PlanLine,
    approve_plan,
    change_plan,
    draft_plan,
    end_plan,
    send_plan_back,
    standing_plan,
    submit_plan,
)
from tests.services.care_cast import TODAY, make_scene, plan_lines

ALLOWED = {
    ("draft", "change"), ("draft", "submit"), ("submitted", "send_back"), ("submitted", "approve"),
    ("approved", "replace"), ("draft", "end"), ("submitted", "end"), ("approved", "end"), ("ended", "restore"), ("ended", "redraft"),
}  # fmt: skip


@pytest.mark.parametrize("state", PlanState.values)
@pytest.mark.parametrize("verb", PLAN.moves)
def test_only_the_listed_moves_are_allowed(state, verb):
    assert PLAN.allows(state, verb) is ((state, verb) in ALLOWED)


@pytest.fixture
def scene(db):
    """A village with a dispersed tekun person."""
    return make_scene()


def drafted(scene, *services):
    """A draft by the first cadre."""
    return draft_plan(
        by=scene.cadre, person=scene.person, starts_on=TODAY, goal="按时吃药", lines=plan_lines(*services)
    )


def approved(scene, *services):
    """A plan approved by the second cadre."""
    plan = drafted(scene, *services)
    plan = submit_plan(by=scene.cadre, plan=plan, version=plan.version)
    return approve_plan(by=scene.second, plan=plan, version=plan.version)


def test_a_second_person_approves_and_both_are_told(scene):
    plan = approved(scene, "visit_care", "cleaning")
    assert (plan.state, plan.approved_by) == ("approved", scene.second)
    assert [line.service for line in standing_plan(scene.person).lines.all()] == ["visit_care", "cleaning"]
    told = {(m.topic, m.receiver_id) for m in OutboxMessage.objects.all()}
    assert told == {("plan_submitted", scene.second.pk), ("plan_approved", scene.cadre.pk)}


def test_nobody_approves_their_own_plan(scene):
    plan = drafted(scene)
    plan = submit_plan(by=scene.cadre, plan=plan, version=plan.version)
    with pytest.raises(Refused) as refusal:
        approve_plan(by=scene.cadre, plan=plan, version=plan.version)
    assert refusal.value.code == "own_plan"
    with pytest.raises(IntegrityError), transaction.atomic():
        CarePlan.objects.filter(pk=plan.pk).update(approved_by=scene.cadre)
    assert plan_verbs(scene.cadre, plan) == ["end"]
    assert plan_verbs(scene.bureau, plan) == ["send_back", "approve"]
    assert approve_plan(by=scene.bureau, plan=plan, version=plan.version).state == "approved"


def test_where_one_cadre_works_alone_the_county_is_asked(scene):
    scene.second.posts.update(valid_to=scene.second.posts.get().valid_from)
    plan = drafted(scene)
    submit_plan(by=scene.cadre, plan=plan, version=plan.version)
    assert OutboxMessage.objects.get(topic="plan_submitted").receiver == scene.bureau


@pytest.mark.parametrize("name", ["stranger", "officer"])
def test_others_cannot_approve(scene, name):
    plan = drafted(scene)
    plan = submit_plan(by=scene.cadre, plan=plan, version=plan.version)
    with pytest.raises(Refused) as refusal:
        approve_plan(by=getattr(scene, name), plan=plan, version=plan.version)
    assert refusal.value.code == "stale"


def test_an_empty_plan_and_a_service_twice_are_refused(scene):
    empty = draft_plan(by=scene.cadre, person=scene.person, starts_on=TODAY, goal="", lines=[])
    with pytest.raises(Refused) as refusal:
        submit_plan(by=scene.cadre, plan=empty, version=empty.version)
    assert refusal.value.code == "plan_empty"
    twice = [PlanLine("cleaning", 1, 60), PlanLine("cleaning", 2, 60)]
    with pytest.raises(Refused) as refusal:
        change_plan(by=scene.cadre, plan=empty, version=1, starts_on=TODAY, goal="", lines=twice)
    assert refusal.value.code == "line_twice"
    with pytest.raises(Refused) as refusal:
        drafted(scene)
    assert refusal.value.code == "plan_open"


def test_a_new_plan_replaces_the_old_one_only_when_approved(scene):
    old = approved(scene)
    new = drafted(scene, "psych_support")
    new = submit_plan(by=scene.cadre, plan=new, version=new.version)
    assert standing_plan(scene.person) == old
    approve_plan(by=scene.second, plan=new, version=new.version)
    old.refresh_from_db()
    assert old.state == "replaced" and standing_plan(scene.person) == new


def test_a_plan_sent_back_carries_its_reason_and_can_be_submitted_again(scene):
    plan = drafted(scene)
    plan = submit_plan(by=scene.cadre, plan=plan, version=plan.version)
    with pytest.raises(Refused) as refusal:
        send_plan_back(by=scene.second, plan=plan, version=plan.version, reason=" ")
    assert refusal.value.code == "reason_empty"
    plan = send_plan_back(by=scene.second, plan=plan, version=plan.version, reason="每月至少 4 次")
    assert (plan.state, plan.return_reason) == ("draft", "每月至少 4 次")
    plan = submit_plan(by=scene.cadre, plan=plan, version=plan.version)
    assert plan.return_reason == ""
    assert end_plan(by=scene.cadre, plan=plan, version=plan.version, reason="住院").state == "ended"
