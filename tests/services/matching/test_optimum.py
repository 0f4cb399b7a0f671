"""The optimum of a batch against slower ways to the same answer, and what must hold of it whatever is asked."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from services.matching.optimum import FULL, Cap, Problem, cost_of, lower_bound, solve


def make_problem(seed: int, needs: int = 9, providers: int = 4, *, caps: bool = False) -> Problem:
    """Random pairs, rooms whose price rises, and needs of different weight; there is not room for all."""
    rng = np.random.default_rng(seed)
    need, provider = np.nonzero(rng.random((needs, providers)) < 0.6)
    tiers = np.repeat(np.arange(providers), 2)
    limit = Cap(provider, rng.integers(1, 9, need.size), np.full(providers, 10)) if caps else None
    return Problem(
        need=need,
        provider=provider,
        cost=rng.integers(0, FULL - 2000, need.size),
        weight=rng.integers(1, 5, needs),
        tier_provider=tiers,
        tier_room=np.ones(tiers.size, dtype=np.int64),
        tier_cost=np.tile([0, 2000], providers),
        caps=(limit,) if limit else (),
    )


def dense(problem: Problem) -> int:
    """The cost of the best answer by the Hungarian method over every room and a place for being left out."""
    needs, tiers = problem.weight.size, problem.tier_room.size
    never = FULL**3
    table = np.full((needs, tiers + needs), never)
    for pair in range(problem.need.size):
        rooms = problem.tier_provider == problem.provider[pair]
        table[problem.need[pair], :tiers][rooms] = problem.cost[pair] + problem.tier_cost[rooms]
    np.fill_diagonal(table[:, tiers:], problem.weight * problem.missing)
    return int(table[linear_sum_assignment(table)].sum())


@given(st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_no_other_answer_costs_less_and_the_bound_is_met(seed):
    problem = make_problem(seed)
    answer = solve(problem)
    assert answer.cost == cost_of(problem, answer.chosen) == dense(problem)
    assert answer.cost == pytest.approx(lower_bound(problem), abs=0.01)


@given(st.integers(0, 10_000))
@settings(max_examples=20, deadline=None)
def test_the_order_in_which_pairs_come_changes_nothing(seed):
    problem = make_problem(seed)
    problem = replace(problem, cost=problem.cost // 4000)  # many ties
    order = np.random.default_rng(seed + 1).permutation(problem.need.size)
    names = ("need", "provider", "cost")
    shuffled = replace(problem, **{name: getattr(problem, name)[order] for name in names})
    first, second = solve(problem).chosen, solve(shuffled).chosen
    served = first >= 0
    assert (served == (second >= 0)).all()
    assert (problem.provider[first[served]] == shuffled.provider[second[served]]).all()


def pairs(
    *rows: tuple[int, int, int], weight: list[int], rooms: list[int], caps: tuple[Cap, ...] = ()
) -> Problem:
    """A problem written by hand: (need, provider, cost)."""
    need, provider, cost = (np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))
    return Problem(
        need=need,
        provider=provider,
        cost=cost,
        weight=np.array(weight),
        tier_provider=np.arange(len(rooms)),
        tier_room=np.array(rooms),
        tier_cost=np.zeros(len(rooms), dtype=np.int64),
        caps=caps,
    )


def test_nobody_is_left_out_for_quality():
    problem = pairs((0, 0, 0), (0, 1, FULL), (1, 0, FULL), weight=[1, 1], rooms=[1, 1])
    assert solve(problem).chosen.tolist() == [1, 2], "the worst pairs, but both are served"


def test_who_weighs_more_is_served_when_there_is_room_for_one_however_far():
    problem = pairs((0, 0, 0), (1, 0, FULL), weight=[1, 2], rooms=[1])
    assert solve(problem).chosen.tolist() == [-1, 1]


def test_one_that_weighs_much_does_not_cost_two_their_carers():
    # Need 0 weighs nine but fits only where need 1 is; need 1 can move, so all three have somebody.
    problem = pairs((0, 0, 0), (1, 0, 0), (1, 1, FULL), (2, 2, 0), weight=[9, 1, 1], rooms=[1, 1, 1])
    assert solve(problem).unserved == 0


def test_the_load_is_spread_where_the_last_room_costs_more():
    flat = pairs((0, 0, 0), (1, 0, 0), (0, 1, 500), (1, 1, 500), weight=[1, 1], rooms=[2, 2])
    rising = replace(
        flat,
        tier_provider=np.array([0, 0, 1, 1]),
        tier_room=np.array([1, 1, 1, 1]),
        tier_cost=np.array([0, 900, 0, 900]),
    )
    assert flat.provider[solve(flat).chosen].tolist() == [0, 0]
    assert sorted(rising.provider[solve(rising).chosen].tolist()) == [0, 1]


@given(st.integers(0, 10_000))
@settings(max_examples=30, deadline=None)
def test_limits_hold_and_the_answer_is_between_the_bound_and_nothing(seed):
    problem = make_problem(seed, needs=12, caps=True)
    answer = solve(problem)
    taken = answer.chosen[answer.chosen >= 0]
    (cap,) = problem.caps
    assert (np.bincount(cap.group[taken], cap.use[taken], cap.limit.size) <= cap.limit).all()
    rooms = np.bincount(problem.tier_provider, problem.tier_room)
    assert (np.bincount(problem.provider[taken], minlength=rooms.size) <= rooms).all()
    assert lower_bound(problem) - 0.01 <= answer.cost == cost_of(problem, answer.chosen)


def test_a_limit_of_money_sends_the_lighter_need_elsewhere():
    cap = Cap(np.array([0, 0, -1]), np.array([60, 60, 60]), np.array([100]))
    rows = ((0, 0, 0), (1, 0, 0), (1, 1, 900))
    free = solve(pairs(*rows, weight=[1, 1], rooms=[2, 2]))
    bound = solve(pairs(*rows, weight=[1, 1], rooms=[2, 2], caps=(cap,)))
    assert (free.chosen.tolist(), bound.chosen.tolist()) == ([0, 1], [0, 2])
    assert bound.rounds == 2


def test_nothing_to_match_is_an_answer():
    none = np.empty(0, dtype=np.int64)
    empty = Problem(none, none, none, np.ones(2, dtype=np.int64), none, none, none)
    assert solve(empty).chosen.tolist() == [-1, -1]
