"""A whole county's pairs are those that the rules for one need allow, with the same scores; read in a fixed number of statements."""

import random
from datetime import date, timedelta

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from services.matching.batch import SERVICES, read_batch
from services.matching.candidates import suggest
from services.matching.eligibility import Profile, Wanted, obstacle
from services.matching.optimum import solve
from services.matching.pairs import Lots, Needs, Providers, World, pairs_of, problem_of
from services.matching.scoring import Weights
from services.matching.solving import match_world
from services.models import MatchWeights, Need
from tests import makers
from tests.services.matching.scene import make_scene

ON = date(2026, 11, 23)
KINDS = ["agency", "station", "individual", "volunteer"]
STATES = ["live", "live", "live", "suspended"]
STANDINGS = ["valid", "lapsing", "lapsed", "not_yet", "suspended"]


def random_world(seed: int, needs: int = 12, providers: int = 14) -> tuple[World, list[list[Profile]]]:
    """The same random county as arrays and as one profile for each pair."""
    rng = np.random.default_rng(seed)
    towns, services = 3, 2
    kind, state = rng.choice(KINDS, providers), rng.choice(STATES, providers)
    standing = rng.choice(STANDINGS, (services, providers), p=[0.6, 0.1, 0.1, 0.1, 0.1])
    until = [None if n % 3 else ON + timedelta(days=int(rng.integers(-2, 3))) for n in range(providers)]
    does, serves = rng.random((providers, services)) < 0.8, rng.random((providers, towns)) < 0.7
    sexes = {sex: rng.random(providers) < 0.7 for sex in "fm"}
    capacity, load = rng.integers(1, 5, providers), rng.integers(0, 4, providers)
    town, service = rng.integers(0, towns, needs), rng.integers(0, services, needs)
    wish, visits = rng.choice(["", "f", "m"], needs), rng.integers(1, 9, needs)
    declined = rng.random((needs, providers)) < 0.1
    lots = {}
    for place in [(t, s) for t in range(towns) for s in range(services)]:
        owners = np.flatnonzero(rng.random(providers) < 0.8)
        lots[place] = Lots(owners, owners, rng.integers(0, 9, owners.size) * 1000, 1000)
    money = rng.integers(0, 60_000, providers)

    def profile(need: int, one: int) -> Profile:
        lot = lots[town[need], service[need]]
        at = np.flatnonzero(lot.provider == one)
        unit = int(lot.unit_fen[at[0]]) if at.size else 0
        return Profile(
            str(kind[one]),
            str(state[one]),
            until[one],
            bool(does[one, service[need]]),
            bool(serves[one, town[need]]),
            int(capacity[one]),
            int(load[one]),
            not wish[need] or bool(sexes[str(wish[need])][one]),
            bool(declined[need, one]),
            bool(at.size),
            int(money[one]) if at.size else 0,
            unit * int(visits[need]),
            str(standing[service[need], one]),
        )

    profiles = [[profile(need, one) for one in range(providers)] for need in range(needs)]
    alone = [Profile(k, s, u, True, True, 1, 0, True) for k, s, u in zip(kind, state, until, strict=True)]
    world = World(
        on=ON,
        needs=Needs(
            township=town,
            service=service,
            wish_sex=wish,
            lat=rng.uniform(27.5, 27.9, needs),
            lng=rng.uniform(112.5, 113, needs),
            visits=visits,
            minutes=np.full(needs, 60),
            urgent=rng.random(needs) < 0.2,
            failures=rng.integers(0, 4, needs),
            overdue=rng.random(needs) < 0.2,
        ),
        providers=Providers(
            volunteer=np.array([one.volunteer for one in alone]),
            station=np.array([one.station for one in alone]),
            stopped=np.array([one.stopped for one in alone]) | (standing == "suspended"),
            papers_missing=np.isin(standing, ["lapsed", "not_yet"]),
            last_day=np.array([one.last_day for one in alone], dtype="datetime64[D]"),
            does=does,
            serves=serves,
            has_sex=sexes,
            capacity=capacity,
            load=load,
            lat=np.where(rng.random(providers) < 0.1, np.nan, rng.uniform(27.5, 27.9, providers)),
            lng=rng.uniform(112.5, 113, providers),
        ),
        lots=lots,
        contract_money=money,
        declined=np.flatnonzero(declined.ravel()),
    )
    return world, profiles


@given(st.integers(0, 100_000))
@settings(max_examples=40, deadline=None)
def test_the_pairs_of_a_batch_are_those_without_an_obstacle(seed):
    world, profiles = random_world(seed)
    found = pairs_of(world)
    allowed = {
        (need, one)
        for need, row in enumerate(profiles)
        for one, profile in enumerate(row)
        if obstacle(profile, Wanted(str(world.needs.wish_sex[need])), ON) is None
    }
    assert set(zip(found.need.tolist(), found.provider.tolist(), strict=True)) == allowed
    assert found.need.size == len(allowed), "no pair twice"


def test_who_is_left_out_among_the_nearest_is_looked_after_farther_away():
    near, twice, whole = 0, 0, 0
    for seed in range(8):
        world, _profiles = random_world(seed, needs=20, providers=30)
        pairs = pairs_of(world, nearest=2)
        near += solve(problem_of(world, pairs, Weights())).unserved
        twice += match_world(world, Weights(), nearest=2).answer.unserved
        whole += match_world(world, Weights(), nearest=99).answer.unserved
    assert whole <= twice < near


@pytest.fixture
def county(db):
    """Three townships, six providers of all kinds and habits, and eight needs, some with a past."""
    dice = random.Random(7)
    MatchWeights.objects.create(
        valid_from=date(2024, 1, 1), distance=30, capacity=15, continuity=20, price=15, fairness=10, spread=10
    )
    scene = make_scene(wish_sex="f")
    towns = [scene.town, *(makers.make_region("township", scene.county) for _n in range(2))]
    villages = [makers.make_region("village", town) for town in towns]
    providers = [scene.agency]
    for n in range(5):
        kind = ["agency", "station", "individual"][n % 3]
        one = makers.make_provider(kind, townships=dice.sample(towns, 2), capacity=dice.randint(1, 6))
        makers.make_member(one, "worker", sex=dice.choice("fm"))
        if n != 4:
            budget = dice.choice([50_000, 5_000_000])
            makers.make_contract(one, towns, budget_fen=budget, unit_fen=dice.randint(40, 80) * 100)
        providers.append(one)
    needs = [scene.need]
    for n in range(7):
        service = dice.choice([code for code in SERVICES if code != "cleaning"])
        needs.append(
            makers.make_need(makers.make_household(villages[n % 3]), service=service, visits_per_month=n + 1)
        )
    makers.make_task(makers.make_need(makers.make_household(villages[0]), state="placed"), providers[1])
    makers.make_task(makers.make_need(needs[2].household, state="placed", service="cleaning"), providers[2])
    for n, state in enumerate(["declined", "expired", "declined"]):
        needs[n].offers.create(
            no=f"O-{n}",
            provider=providers[n],
            state=state,
            sent_by=scene.bureau,
            expires_at=timezone.now() + timedelta(days=1),
        )
    return scene


def test_one_need_alone_and_a_whole_county_see_the_same_providers_with_the_same_scores(county):
    at = timezone.now()
    weights = Weights(30, 15, 20, 15, 10, 10)
    batch = read_batch(Need.objects.all(), at)
    pairs = pairs_of(batch.world)
    problem = problem_of(batch.world, pairs, weights)
    first_room = {}
    for owner, cost in zip(problem.tier_provider.tolist(), problem.tier_cost.tolist(), strict=True):
        first_room.setdefault(owner, cost)
    seen = {}
    for n, (need, one) in enumerate(zip(pairs.need.tolist(), pairs.provider.tolist(), strict=True)):
        lacks = int(problem.cost[n]) + first_room[one]
        seen[batch.needs[need].no, batch.providers[one].no] = lacks, int(pairs.contract[n])
    alone = {}
    for need in batch.needs:
        for one in suggest(need, at).ranked:
            lacks = 10_000 - sum(term.share * term.weight for term in one.terms)
            contract = batch.contracts.index(one.contract) if one.contract else -1
            alone[need.no, one.provider.no] = lacks, contract
    assert seen == alone
    assert len(batch.needs) < len(seen) < len(batch.needs) * len(batch.providers), "some fit and some do not"


def test_sixty_needs_are_read_with_as_many_statements_as_three(county, django_assert_num_queries):
    rows = Need.objects.filter(pk__in=list(Need.objects.order_by("pk").values_list("pk", flat=True)[:3]))
    with CaptureQueriesContext(connection) as few:
        assert len(read_batch(rows, timezone.now()).needs) <= 3
    template = Need.objects.get(pk=county.need.pk)
    homes = [makers.make_household(county.village) for _n in range(52)]
    Need.objects.bulk_create(
        Need(
            no=f"N-b{n}",
            household=home,
            service=template.service,
            state="to_match",
            due_at=template.due_at,
            reported_by=county.bureau,
        )
        for n, home in enumerate(homes)
    )
    with django_assert_num_queries(len(few)):
        assert len(read_batch(Need.objects.all(), timezone.now()).needs) == 60
