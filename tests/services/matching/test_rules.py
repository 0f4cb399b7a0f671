"""Who cannot take a need, how those who can are scored, and which moves an offer has: tables."""

import math
from dataclasses import replace
from datetime import date

import pytest

from services.matching.eligibility import Profile, Wanted, obstacle
from services.matching.lifecycle import OFFER
from services.matching.scoring import (
    Facts,
    Weights,
    distance_share,
    fairness_share,
    price_share,
    score,
    spread_share,
    terms,
)
from services.models import OfferState

ON = date(2026, 11, 23)
FIT = Profile(
    kind="agency",
    state="live",
    qualified_until=date(2026, 12, 31),
    does_service=True,
    serves_township=True,
    capacity=10,
    live_tasks=9,
    has_wished_sex=True,
    has_lot=True,
    money_left_fen=46400,
    month_fen=46400,
)
NEED = Wanted(wish_sex="f")


def test_one_that_fits_in_all_has_nothing_against_it():
    assert obstacle(FIT, NEED, ON) is None


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"state": "suspended"}, "not_live"),
        ({"state": "pending"}, "not_live"),
        ({"qualified_until": date(2026, 11, 22)}, "lapsed"),
        ({"qualified_until": ON}, None),
        ({"qualified_until": None}, None),
        ({"does_service": False}, "no_service"),
        ({"serves_township": False}, "elsewhere"),
        ({"live_tasks": 10}, "full"),
        ({"live_tasks": 11}, "full"),
        ({"has_wished_sex": False}, "no_such_sex"),
        ({"declined": True}, "declined"),
        ({"has_lot": False}, "no_contract"),
        ({"money_left_fen": 46399}, "no_money"),
        ({"kind": "volunteer"}, "volunteer"),
        ({"kind": "station", "has_lot": False, "money_left_fen": 0, "month_fen": 0}, None),
    ],
)
def test_each_hard_rule_stands_alone(change, code):
    found = obstacle(replace(FIT, **change), NEED, ON)
    assert (found.code if found else None) == code


@pytest.mark.parametrize(("kind", "code"), [("volunteer", None), ("agency", "not_volunteer")])
def test_a_voluntary_need_is_for_volunteers_only(kind, code):
    found = obstacle(
        replace(FIT, kind=kind, has_lot=False, money_left_fen=0), replace(NEED, purchased=False), ON
    )
    assert (found.code if found else None) == code


@pytest.mark.parametrize(("km", "share"), [(0, 100), (1.8, 91), (10, 50), (20, 0), (25, 0), (None, 50)])
def test_nearer_is_better_until_twenty_kilometres(km, share):
    assert distance_share(math.nan if km is None else km) == share


BASE = Facts(
    distance_km=2, free=4, served_household=False, serves_village=False, unit_fen=6000, lowest_fen=5400
)


@pytest.mark.parametrize(
    ("change", "total"),
    [
        ({}, 60),
        ({"served_household": True}, 85),
        ({"serves_village": True}, 75),
        ({"free": 8}, 70),
        ({"unit_fen": 0}, 61),
        ({"distance_km": 20}, 24),
        ({"unit_fen": 5400, "served_household": True, "free": 20, "distance_km": 0}, 100),
    ],
)
def test_the_total_is_the_weighted_sum_rounded_once(change, total):
    assert score(terms(replace(BASE, **change), Weights())) == total


def test_other_weights_give_another_order():
    near = replace(BASE, distance_km=1)
    known = replace(BASE, distance_km=15, served_household=True)
    by_distance = Weights(distance=70, capacity=10, continuity=10, price=10)
    by_continuity = Weights(distance=10, capacity=10, continuity=70, price=10)
    assert score(terms(near, by_distance)) > score(terms(known, by_distance))
    assert score(terms(near, by_continuity)) < score(terms(known, by_continuity))


def test_what_is_free_is_as_good_as_the_cheapest():
    assert price_share(0, 5400) == price_share(5400, 5400) == 100


@pytest.mark.parametrize(
    ("km", "nearest", "expired", "share"),
    [(25, 25, False, 100), (50, 25, False, 50), (0.2, 0.1, False, 100), (25, 25, True, 0)],
)
def test_the_nearest_there_is_gets_all_of_fairness_however_far_the_home(km, nearest, expired, share):
    assert fairness_share(km, nearest, expired) == share


@pytest.mark.parametrize(("free", "capacity", "share"), [(5, 10, 50), (50, 100, 50), (0, 3, 0), (4, 4, 100)])
def test_large_and_small_providers_fill_up_evenly(free, capacity, share):
    assert spread_share(free, capacity) == share


@pytest.mark.parametrize("state", OfferState.values)
@pytest.mark.parametrize("verb", OFFER.moves)
def test_an_offer_moves_only_while_it_waits(state, verb):
    assert OFFER.allows(state, verb) is (state == "waiting")
