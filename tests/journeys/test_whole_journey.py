"""The product's main job, from the published plan to the confirmed visit, in a real browser."""

from collections.abc import Callable
from typing import Any

import pytest

from portal.base.relay import relay
from tests.journeys import (
    steps_joining,
    steps_matching,
    steps_public,
    steps_register,
    steps_strangers,
    steps_visits,
)
from tests.journeys.stage import Play, set_the_stage

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

STEPS = [
    steps_public.the_plan_is_published,
    steps_joining.an_agency_registers,
    steps_joining.township_and_bureau_approve_it,
    steps_joining.the_manager_sets_up_the_second_factor,
    steps_joining.the_manager_invites_a_worker,
    steps_joining.a_volunteer_registers_and_is_approved,
    steps_register.the_village_reports_a_household,
    steps_register.the_township_opens_a_file,
    steps_register.the_township_assesses_and_verifies,
    steps_matching.a_contract_begins,
    steps_matching.the_bureau_sends_an_offer,
    steps_matching.the_manager_accepts,
    steps_matching.somebody_is_sent,
    steps_visits.the_worker_arrives,
    steps_visits.the_door_opens_on_a_click,
    steps_visits.an_alert_reaches_three_desks,
    steps_visits.the_worker_hands_in,
    steps_visits.the_photo_has_lost_its_position,
    steps_visits.the_record_goes_back_and_is_confirmed,
    steps_strangers.those_concerned_still_see_it,
    steps_strangers.strangers_see_nothing,
    steps_strangers.the_worker_sees_nothing_once_replaced,
]


def play_all(play: Play) -> None:
    """Every step in its order."""
    set_the_stage()
    for step in STEPS:
        step(play)
        relay()


def test_a_household_is_cared_for_from_the_plan_to_the_confirmed_visit(visitor: Callable[..., Any]) -> None:
    play_all(Play(visitor))
