"""Offering a need and what becomes of the offer."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from partners.models import Station
from portal.base.models import AuditEvent, OutboxMessage
from portal.base.refused import Refused
from portal.models import User
from services.matching import actions
from services.matching.candidates import suggest
from services.models import Contract, Household, NeedState, Offer, OfferState, Task
from tests import makers
from tests.services.matching.scene import make_offer, make_scene

pytestmark = pytest.mark.django_db


def code_of(act, **more):
    """The code with which an action refuses."""
    with pytest.raises(Refused) as refused:
        act(**more)
    return refused.value.code


def fresh(user):
    """The person as the next request sees them."""
    return User.objects.get(pk=user.pk)


def send(scene, **more):
    values = {"need": scene.need, "provider_no": scene.agency.no, "hours": 24, "by": scene.bureau}
    return actions.send_offer(**{**values, **more})


def test_an_offer_goes_out_with_its_price_and_reasons_and_the_agency_is_told():
    scene = make_scene()
    offer = send(scene)
    assert (offer.unit_fen, offer.contract_id, offer.rank) == (5800, scene.contract.pk, 1)
    assert {term["code"] for term in offer.terms["terms"]} == {"distance", "capacity", "continuity", "price"}
    assert scene.need.state == NeedState.OFFERED
    told = OutboxMessage.objects.get(topic="offer_received")
    assert (told.receiver_id, told.household_no) == (scene.manager.pk, "")
    assert AuditEvent.objects.get(verb="offer.sent").household_no == scene.household.no


def test_an_offer_opens_no_household():
    scene = make_scene()
    send(scene)
    assert not Household.objects.visible_to(scene.manager).exists()


def test_a_provider_whose_papers_lapsed_is_refused_by_the_server():
    scene = make_scene()
    scene.agency.qualified_until = timezone.localdate() - timedelta(days=1)
    scene.agency.save()
    assert code_of(send, scene=scene) == "lapsed"
    scene.need.refresh_from_db()
    assert scene.need.state == NeedState.TO_MATCH
    scene.agency.qualified_until = timezone.localdate()
    scene.agency.save()
    assert send(scene).state == OfferState.WAITING


def test_not_the_first_needs_a_written_reason():
    scene = make_scene()
    far = makers.make_provider(townships=[scene.town])
    makers.make_contract(far, [scene.town], unit_fen=9000)
    far.lat, far.lng = 27.9, 113.0
    far.save()
    assert code_of(send, scene=scene, provider_no=far.no) == "reason_needed"
    offer = send(scene, provider_no=far.no, reason="这户点名要这家")
    assert (offer.rank, offer.choice_reason) == (2, "这户点名要这家")


@pytest.mark.parametrize("hours", [0, 2, 72])
def test_the_time_to_answer_is_one_of_the_list(hours):
    assert code_of(send, scene=make_scene(), hours=hours) == "hours"


def test_two_hours_are_for_urgent_needs():
    assert send(make_scene(urgent=True), hours=2).state == OfferState.WAITING


def test_a_need_is_offered_once_at_a_time():
    scene = make_scene()
    send(scene)
    assert code_of(send, scene=scene) == "need_changed"
    with pytest.raises(IntegrityError), transaction.atomic():
        make_offer(scene)


def test_a_matcher_of_elsewhere_cannot_offer():
    scene = make_scene()
    elsewhere = makers.make_post("bureau_staff", makers.make_region("county"))
    assert code_of(send, scene=scene, by=elsewhere) == "need_changed"


def test_accepting_makes_the_task_places_the_need_and_opens_the_household():
    scene = make_scene()
    offer = make_offer(scene)
    assert not Household.objects.visible_to(scene.manager).exists()
    task = actions.accept_offer(offer=offer, by=scene.manager)
    scene.need.refresh_from_db()
    assert (task.state, task.provider_id, scene.need.state) == ("unassigned", scene.agency.pk, "placed")
    assert Household.objects.visible_to(fresh(scene.manager)).get() == scene.household
    assert not Household.objects.visible_to(makers.make_member(scene.agency, "worker")).exists()
    assert AuditEvent.objects.filter(verb="offer.accepted", object_no=offer.no).count() == 1
    assert OutboxMessage.objects.filter(topic="offer_accepted", receiver=scene.bureau).count() == 1


def test_the_winner_asking_again_gets_the_same_task_and_others_are_told():
    scene = make_scene()
    offer = make_offer(scene)
    late = Offer.objects.get(pk=offer.pk)
    task = actions.accept_offer(offer=offer, by=scene.manager)
    assert actions.accept_offer(offer=late, by=scene.manager) == task
    other = makers.make_member(scene.agency, "manager")
    assert code_of(actions.accept_offer, offer=late, by=other) == "already_taken"
    assert Task.objects.count() == 1


@pytest.mark.parametrize("role", ["worker"])
def test_a_member_without_the_right_cannot_accept(role):
    scene = make_scene()
    offer = make_offer(scene)
    by = makers.make_member(scene.agency, role)
    assert code_of(actions.accept_offer, offer=offer, by=by) == "not_answerable"


def test_the_manager_of_another_agency_cannot_accept():
    scene = make_scene()
    offer = make_offer(scene)
    by = makers.make_member(makers.make_provider(), "manager")
    assert code_of(actions.accept_offer, offer=offer, by=by) == "not_answerable"


@pytest.mark.parametrize("change", [{"state": "suspended"}, {"qualified_until": date(2020, 1, 1)}])
def test_an_agency_stopped_meanwhile_cannot_accept(change):
    scene = make_scene()
    offer = make_offer(scene)
    type(scene.agency).objects.filter(pk=scene.agency.pk).update(**change)
    assert code_of(actions.accept_offer, offer=offer, by=scene.manager) == "not_answerable"


def test_a_full_agency_and_a_stopped_contract_are_told_why():
    scene = make_scene()
    offer = make_offer(scene)
    scene.agency.capacity = 0
    scene.agency.save()
    assert code_of(actions.accept_offer, offer=offer, by=scene.manager) == "full"
    scene.agency.capacity = 1
    scene.agency.save()
    Contract.objects.update(state="suspended")
    assert code_of(actions.accept_offer, offer=offer, by=scene.manager) == "contract_not_active"
    Contract.objects.update(state="active")
    assert actions.accept_offer(offer=offer, by=scene.manager).provider == scene.agency


def test_an_offer_over_time_is_closed_without_any_job():
    scene = make_scene()
    offer = make_offer(scene)
    moment = offer.expires_at
    assert code_of(actions.accept_offer, offer=offer, by=scene.manager, at=moment) == "expired"
    assert actions.accept_offer(offer=offer, by=scene.manager, at=moment - timedelta(seconds=1))


def test_expiring_tidies_once_and_tells_the_sender():
    scene = make_scene()
    offer = make_offer(scene)
    assert actions.expire_offers(offer.expires_at - timedelta(seconds=1)) == 0
    assert actions.expire_offers(offer.expires_at) == 1
    assert actions.expire_offers(offer.expires_at) == 0
    scene.need.refresh_from_db()
    assert scene.need.state == NeedState.TO_MATCH
    assert OutboxMessage.objects.filter(topic="offer_expired", receiver=scene.bureau).count() == 1


def test_declining_needs_a_ground_and_leaves_the_provider_out_next_time():
    scene = make_scene()
    offer = make_offer(scene)
    assert code_of(actions.decline_offer, offer=offer, ground=" ", by=scene.manager) == "ground_needed"
    offer.refresh_from_db()
    actions.decline_offer(offer=offer, ground="人手不够", by=scene.manager)
    scene.need.refresh_from_db()
    assert scene.need.state == NeedState.TO_MATCH
    assert suggest(scene.need, timezone.now()).obstacle_of(scene.agency.no).code == "declined"
    assert code_of(send, scene=scene) == "declined"


def test_a_withdrawn_offer_cannot_be_accepted():
    scene = make_scene()
    offer = make_offer(scene)
    actions.withdraw_offer(offer=Offer.objects.get(pk=offer.pk), by=scene.bureau, reason="另有安排")
    assert code_of(actions.accept_offer, offer=offer, by=scene.manager) == "was_withdrawn"


def test_after_three_failures_the_station_of_the_township_is_told():
    scene = make_scene()
    station = makers.make_provider("station", townships=[scene.town])
    Station.objects.create(provider=station, township=scene.town)
    lead = makers.make_member(station, "station_lead")
    for round_ in range(3):
        assert OutboxMessage.objects.filter(topic="station_duty").count() == 0, round_
        actions.expire_offers(make_offer(scene).expires_at)
    assert OutboxMessage.objects.get(topic="station_duty").receiver == lead


def test_a_station_takes_a_bought_need_as_its_own_free_service():
    scene = make_scene()
    station = makers.make_provider("station", townships=[scene.town])
    found = suggest(scene.need, timezone.now()).find(station.no)
    assert (found.contract, found.unit_fen) == (None, 0)


def test_one_that_served_the_household_before_ranks_first():
    scene = make_scene()
    cheaper = makers.make_provider(townships=[scene.town])
    makers.make_contract(cheaper, [scene.town], unit_fen=5000)
    assert suggest(scene.need, timezone.now()).ranked[0].provider == cheaper
    makers.make_task(
        makers.make_need(scene.household, state="closed", service="cleaning"), scene.agency, state="ended"
    )
    assert suggest(scene.need, timezone.now()).ranked[0].provider == scene.agency
