"""Pause, return, death, move, merge and split: what they end, what they keep, whom they refuse."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from portal.base.models import OPEN_END, AuditEvent, OutboxMessage
from portal.base.refused import Refused
from services.casework import ending, stopping
from services.models import (
    Assignment,
    CareClock,
    CirclePerson,
    FileChange,
    Household,
    HouseholdMove,
    HouseholdPause,
    HouseholdTeamGrant,
    HouseholdUserGrant,
    NumberRedirect,
    Offer,
    Person,
    PersonCategory,
    PlannedVisit,
    Task,
)
from services.recipients import access, merging, moving
from services.recipients.deaths import DeathFacts
from services.recipients.look_ins import note_seen
from services.recipients.merging import MergeFacts, SplitFacts
from services.recipients.moving import MoveFacts
from services.visits import planning
from tests import makers

pytestmark = pytest.mark.django_db


class Scene:
    """A household with a live task, a worker, two visits to come; the cadre of its township."""

    def __init__(self):
        self.village = makers.make_region()
        self.township = self.village.parent
        self.cadre = makers.make_post("township_cadre", self.township)
        self.household = makers.make_household(self.village)
        self.person = self.household.persons.get()
        self.provider = makers.make_provider(townships=[self.township])
        self.worker = makers.make_member(self.provider)
        self.manager = makers.make_member(self.provider, "manager")
        self.need = makers.make_need(self.household, state="placed")
        self.task = makers.make_task(self.need, self.provider, state="live")
        self.lead = makers.make_assignment(self.task, self.worker)
        now = timezone.now()
        self.visits = [makers.make_planned(self.lead, starts_at=now + timedelta(days=n)) for n in (1, 2)]

    def states(self):
        return [row.state for row in PlannedVisit.objects.filter(task=self.task).order_by("starts_at")]

    def version(self):
        return Household.objects.get(pk=self.household.pk).version

    def fresh(self):
        return Household.objects.get(pk=self.household.pk)

    def seen_by(self, user):
        return Household.objects.visible_to(user, timezone.now()).filter(pk=self.household.pk).exists()

    def pause(self, **more):
        return stopping.pause(
            by=self.cadre, household=self.fresh(), **{"version": self.version(), "reason": "hospital"} | more
        )

    def die(self, person=None, **more):
        person = person or self.person
        facts = DeathFacts(**{"died_on": timezone.localdate(), "source": "family"} | more.pop("facts", {}))
        return ending.record_death(by=self.cadre, person=person, version=person.version, facts=facts, **more)

    def move(self, region, **more):
        facts = {"region": region, "moved_on": timezone.localdate(), "reason": "投靠女儿"} | more
        return ending.move_away(
            by=self.cadre, household=self.fresh(), version=self.version(), facts=MoveFacts(**facts)
        )


@pytest.fixture
def scene():
    return Scene()


def refused(code, call, *args, **kwargs):
    with pytest.raises(Refused) as refusal:
        call(*args, **kwargs)
    assert refusal.value.code == code


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


@pytest.fixture
def double(scene):
    """The same household a second time, with a task of its own for another service."""
    household = makers.make_household(scene.village, phone="13907310001")
    need = makers.make_need(household, state="placed", service="cleaning")
    task = makers.make_task(need, scene.provider, state="live")
    makers.make_assignment(task, makers.make_member(scene.provider))
    return household


def merge(scene, gone, **more):
    facts = MergeFacts(reason=more.pop("reason", "同一户建了两份"), same=more.pop("same", {}))
    versions = more.pop("versions", (scene.version(), gone.version))
    return merging.merge_households(
        by=more.pop("by", scene.cadre), kept=scene.fresh(), gone=gone, versions=versions, facts=facts
    )


def test_a_merge_carries_all_and_the_old_number_leads_to_the_kept_file(scene, double):
    carer = Assignment.objects.exclude(user=scene.worker).get().user
    old_no = double.no
    kept = merge(scene, double)
    assert not Household.objects.filter(no=old_no).exists()
    assert kept.needs.count() == 2
    assert kept.phone == "13907310001"
    assert scene.seen_by(carer)
    assert [row.relation for row in kept.persons.order_by("pk")] == ["self", "other"]
    assert access.merged_into(scene.cadre, old_no) == kept.no
    stranger = makers.make_post("township_cadre", makers.make_region("township"))
    assert access.merged_into(stranger, old_no) == ""
    assert AuditEvent.objects.get(verb="household.merged").detail == {"old": old_no}


def test_an_old_number_redirects_whoever_may_see_the_file_and_nobody_else(scene, double, client):
    old_no = double.no
    kept = merge(scene, double)
    stranger = makers.make_post("township_cadre", makers.make_region("township"))
    makers.sign_in(client, stranger)
    assert client.get(f"/households/{old_no}/").status_code == 404
    makers.sign_in(client, scene.cadre)
    page = client.get(f"/households/{old_no}/edit/")
    assert (page.status_code, page["Location"]) == (302, f"/households/{kept.no}/edit/")
    assert client.get("/households/H-never/edit/").status_code == 404


def test_the_same_person_becomes_one_with_what_both_had(scene, double):
    twin = double.persons.get()
    Person.objects.filter(pk=twin.pk).update(health_notes="", version=3)
    PersonCategory.objects.create(person=scene.person, mode="dispersed", valid_from=date(2024, 1, 1))
    PersonCategory.objects.create(person=twin, mode="dispersed", valid_from=date(2023, 1, 1))
    PersonCategory.objects.create(person=twin, kind="veteran", valid_from=date(2020, 1, 1))
    twin.refresh_from_db()
    kept = merge(scene, double, same={twin: scene.person})
    assert kept.persons.get() == scene.person
    standing = scene.person.categories.filter(valid_to__gt=date(2026, 1, 1))
    assert sorted(standing.values_list("kind", flat=True)) == ["tekun", "veteran"]
    assert scene.person.categories.count() == 3


def test_a_merge_refuses_and_then_nothing_has_changed(scene, double):
    clash = makers.make_need(double, service="visit_care")
    refused("stands_twice", merge, scene, double)
    assert double.needs.count() == 2
    assert not NumberRedirect.objects.exists()
    clash.delete()
    refused("same_file", merge, scene, scene.fresh())
    refused("reason_empty", merge, scene, double, reason=" ")
    refused("stale", merge, scene, double, versions=(scene.version(), 9))
    elsewhere = makers.make_household()
    refused("not_your_area", merge, scene, elsewhere)
    refused("not_your_area", merge, scene, double, by=scene.worker)
    refused("person_elsewhere", merge, scene, double, same={elsewhere.persons.get(): scene.person})
    merge(scene, double)


def split(scene, household, people, **more):
    facts = SplitFacts(
        **{"people": people, "head": people[0], "region": scene.village, "reason": "分家"} | more
    )
    return merging.split_household(
        by=scene.cadre, household=household, version=household.version, facts=facts, on=timezone.localdate()
    )


def test_a_split_takes_people_needs_and_sights_along_and_may_take_the_old_number_back(scene, double):
    carer = Assignment.objects.exclude(user=scene.worker).get().user
    old_no, need = double.no, double.needs.get()
    guest = double.persons.get()
    kept = merge(scene, double)
    made = split(scene, kept, [guest], needs=[need], old_no=old_no)
    assert (made.no, made.name, made.persons.get().relation) == (old_no, guest.name, "self")
    assert made.needs.get() == need
    assert kept.needs.get() == scene.need
    seen = Household.objects.visible_to(carer, timezone.now())
    assert list(seen) == [made]
    assert access.merged_into(scene.cadre, old_no) == ""
    assert not NumberRedirect.objects.exists()


def test_files_that_merge_or_split_keep_the_day_on_which_somebody_was_seen(scene, double):
    today = timezone.localdate()
    guest = double.persons.get()
    note_seen(scene.household.pk, today - timedelta(days=20), "visit")
    note_seen(double.pk, today - timedelta(days=3), "look_in")
    kept = merge(scene, double)
    assert CareClock.objects.get(household=kept).last_seen_on == today - timedelta(days=3)
    made = split(scene, kept, [guest])
    assert CareClock.objects.get(household=made).last_seen_on == today - timedelta(days=3)
    assert made.created_at == kept.created_at


def test_a_split_refuses_what_leaves_nobody_or_a_house_without_a_head(scene):
    household = scene.fresh()
    wife = Person.objects.create(
        household=household, name="李四", relation="spouse", sex="f", birth_date=date(1950, 1, 1)
    )
    refused("nobody_stays", split, scene, household, [wife, scene.person])
    refused("head_needed", split, scene, household, [scene.person])
    refused("head_elsewhere", split, scene, household, [wife], head=scene.person)
    refused("reason_empty", split, scene, household, [wife], reason="")
    refused("old_number", split, scene, household, [wife], old_no="H-never")
    refused("person_elsewhere", split, scene, household, [wife, makers.make_household().persons.get()])
    made = split(scene, household, [scene.person], new_head_here=wife)
    assert (made.name, scene.fresh().name) == (scene.person.name, "李四")
    assert Household.objects.count() == 3


def test_every_step_leaves_what_stood_before(scene):
    there = makers.make_region("village", scene.township)
    scene.move(there)
    change = FileChange.objects.get()
    assert scene.village.code in change.fields
    assert change.by == scene.cadre
