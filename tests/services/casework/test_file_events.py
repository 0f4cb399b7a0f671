"""Pause, return, death and move: what they end, what they keep, whom they refuse."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from portal.base.models import OPEN_END, AuditEvent, OutboxMessage
from services.casework import stopping
from services.models import (
    Assignment,
    CirclePerson,
    FileChange,
    HouseholdMove,
    HouseholdPause,
    HouseholdTeamGrant,
    HouseholdUserGrant,
    Offer,
    Person,
    PersonCategory,
    PlannedVisit,
    Task,
)
from services.recipients import moving
from services.visits import planning
from tests import makers
from tests.services.casework.file_cast import Scene, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return Scene()


def test_a_pause_stops_the_visits_the_same_minute_and_tells_who_goes(scene):
    scene.pause(expected_on=timezone.localdate() + timedelta(days=5))
    assert scene.states() == ["cancelled", "cancelled"]
    assert scene.fresh().state == "paused"
    told = set(OutboxMessage.objects.filter(topic="household_paused").values_list("receiver", flat=True))
    assert told == {scene.worker.pk, scene.manager.pk}
    assert AuditEvent.objects.get(verb="visits.stopped").detail["count"] == 2


def test_somebody_at_the_door_may_finish(scene):
    PlannedVisit.objects.filter(pk=scene.visits[0].pk).update(state="under_way")
    scene.pause()
    assert scene.states() == ["under_way", "cancelled"]


def test_the_return_brings_back_what_the_pause_stopped_and_no_more(scene):
    PlannedVisit.objects.filter(pk=scene.visits[0].pk).update(state="cancelled")
    scene.pause()
    assert stopping.resume(by=scene.cadre, household=scene.fresh(), version=scene.version()) == 1
    assert scene.states() == ["cancelled", "planned"]
    assert HouseholdPause.objects.get().resumed_by == scene.cadre


def test_a_visit_whose_hour_was_given_away_does_not_come_back(scene):
    scene.pause()
    other = makers.make_task(makers.make_need(state="placed"), scene.provider, state="live")
    makers.make_planned(makers.make_assignment(other, scene.worker), starts_at=scene.visits[0].starts_at)
    assert stopping.resume(by=scene.cadre, household=scene.fresh(), version=scene.version()) == 1
    assert scene.states() == ["cancelled", "planned"]


def test_a_visit_of_somebody_replaced_meanwhile_does_not_come_back(scene):
    scene.pause()
    planning.reassign(
        task=Task.objects.get(), worker=makers.make_member(scene.provider), reason="病了", by=scene.manager
    )
    assert stopping.resume(by=scene.cadre, household=scene.fresh(), version=scene.version()) == 0


def test_no_dates_are_set_while_a_household_rests(scene):
    scene.pause()
    dates = {"starts": [timezone.now() + timedelta(days=9)], "minutes": 60, "by": scene.manager}
    refused("household_paused", planning.set_dates, task=Task.objects.get(), **dates)
    stopping.resume(by=scene.cadre, household=scene.fresh(), version=scene.version())
    assert len(planning.set_dates(task=Task.objects.get(), **dates)) == 1


def test_a_pause_refuses_what_makes_no_sense(scene):
    refused("stale", scene.pause, version=7)
    refused("words_empty", scene.pause, reason="other")
    refused("expected_past", scene.pause, expected_on=timezone.localdate() - timedelta(days=1))
    assert scene.states() == ["planned", "planned"]
    scene.pause()
    refused("wrong_state", scene.pause)


def test_death_ends_statuses_tasks_visits_grants_and_closes_the_file(scene):
    today = timezone.localdate()
    PersonCategory.objects.create(person=scene.person, mode="dispersed", valid_from=date(2024, 1, 1))
    CirclePerson.objects.create(
        household=scene.household, person=scene.person, part="contact", name="女儿", relation="child",
        valid_from=date(2024, 1, 1),
    )  # fmt: skip
    offered = makers.make_need(scene.household, service="cleaning", state="offered")
    contract = makers.make_contract(scene.provider, [scene.township])
    Offer.objects.create(
        no="O-1", need=offered, provider=scene.provider, contract=contract, sent_by=scene.cadre,
        expires_at=timezone.now() + timedelta(days=1),
    )  # fmt: skip
    PlannedVisit.objects.filter(pk=scene.visits[0].pk).update(state="under_way")
    assert scene.seen_by(scene.worker)
    assert scene.seen_by(scene.manager)
    scene.die()
    assert scene.fresh().state == "closed"
    assert scene.states() == ["cancelled", "cancelled"]
    assert set(scene.household.needs.values_list("state", flat=True)) == {"closed"}
    assert Task.objects.get().state == "ended"
    assert Offer.objects.get().state == "withdrawn"
    assert PersonCategory.objects.get().valid_to == today + timedelta(days=1)
    assert CirclePerson.objects.get().valid_to == today + timedelta(days=1)
    assert not Assignment.objects.filter(valid_to=OPEN_END).exists()
    assert not HouseholdTeamGrant.objects.filter(valid_to=OPEN_END).exists()
    assert not HouseholdUserGrant.objects.filter(valid_to=OPEN_END).exists()
    assert not scene.seen_by(scene.worker)
    assert not scene.seen_by(scene.manager)
    assert scene.seen_by(scene.cadre)
    assert AuditEvent.objects.get(verb="person.died").detail["source"] == "family"


def test_where_others_live_on_they_get_a_head_and_may_keep_their_care(scene):
    son = Person.objects.create(
        household=scene.household, name="周小明", relation="child", sex="m", birth_date=date(1980, 1, 1)
    )
    refused("head_needed", scene.die, care_goes_on=True)
    scene.person.refresh_from_db()
    scene.die(facts={"new_head": son}, care_goes_on=True)
    household = scene.fresh()
    assert (household.name, household.state) == ("周小明", "active")
    assert Person.objects.get(pk=son.pk).relation == "self"
    assert scene.states() == ["planned", "planned"]
    assert scene.seen_by(scene.worker)
    assert HouseholdUserGrant.objects.get().name_key == household.name_key


def test_where_the_care_was_theirs_alone_it_ends_though_others_live_on(scene):
    son = Person.objects.create(
        household=scene.household, name="周小明", relation="child", sex="m", birth_date=date(1980, 1, 1)
    )
    scene.die(facts={"new_head": son})
    assert scene.fresh().state == "active"
    assert Task.objects.get().state == "ended"
    assert not scene.seen_by(scene.worker)


def test_a_death_refuses_what_cannot_be(scene):
    today = timezone.localdate()
    refused("died_future", scene.die, facts={"died_on": today + timedelta(days=1)})
    refused("died_early", scene.die, facts={"died_on": date(1900, 1, 1)})
    stale = Person.objects.get(pk=scene.person.pk)
    stale.version = 9
    refused("stale", scene.die, person=stale)
    assert Task.objects.get().state == "live"
    scene.die()
    scene.person.refresh_from_db()
    refused("died_already", scene.die)


def test_a_move_to_another_township_passes_the_file_and_the_old_office_keeps_a_line(scene):
    there = makers.make_region("village", makers.make_region("township", scene.township.parent))
    new_cadre = makers.make_post("township_cadre", there.parent)
    stranger = makers.make_post("township_cadre", makers.make_region("township"))
    assert not scene.seen_by(new_cadre)
    scene.move(there)
    household = scene.fresh()
    assert (household.region, household.township, household.lat, household.address) == (
        there, there.parent, None, "",
    )  # fmt: skip
    assert not scene.seen_by(scene.cadre)
    assert scene.seen_by(new_cadre)
    line = moving.moves_told_to(scene.cadre).get()
    assert (line.no_then, line.name_masked) == (household.no, f"周*{household.name[-1]}")
    assert moving.moves_told_to(new_cadre).count() == 1
    assert moving.moves_told_to(stranger).count() == 0
    # The agency does not serve there: its task ends and the need waits again.
    assert Task.objects.get().state == "ended"
    assert household.needs.get().state == "to_match"
    assert not scene.seen_by(scene.worker)


def test_a_provider_who_serves_there_too_goes_on_and_its_grants_know_the_new_place(scene):
    there = makers.make_region("village", makers.make_region("township", scene.township.parent))
    scene.provider.townships.create(region=there.parent)
    scene.move(there)
    assert scene.states() == ["planned", "planned"]
    assert scene.seen_by(scene.worker)
    assert HouseholdTeamGrant.objects.get().township == there.parent
    assert HouseholdUserGrant.objects.get().township == there.parent


def test_a_move_refuses_what_cannot_be(scene):
    refused("same_place", scene.move, scene.village)
    refused("region_level", scene.move, scene.township)
    other = makers.make_region("village", scene.township)
    refused("moved_future", scene.move, other, moved_on=timezone.localdate() + timedelta(days=1))
    refused("reason_empty", scene.move, other, reason=" ")
    assert not HouseholdMove.objects.exists()
    scene.move(other)
    assert Task.objects.get().state == "live"


def test_every_step_leaves_what_stood_before(scene):
    there = makers.make_region("village", scene.township)
    scene.move(there)
    change = FileChange.objects.get()
    assert scene.village.code in change.fields
    assert change.by == scene.cadre
