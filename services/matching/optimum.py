"""The best answer for many needs at once: minimum-cost flow over sparse pairs. Arrays only; no database, no words.

Each need goes to one provider or stays unserved. Serving a pair costs what it lacks of the full score; the
rooms of a provider cost more the fewer are left (tiers that rise), so that the spread of load is part of the
optimum itself and the next room costs one need alone exactly what it costs in a batch. A need left out costs
more than any exchange of quality: nobody is left out for kilometres. Who is left out, if somebody must be,
is decided by the weights of the needs; since every weight is positive, the number served is always the greatest.

Limits in money or minutes couple pairs, which no flow can hold: what exceeds them is taken out and the rest
solved again. `lower_bound` says how far that may be from the best.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

FULL = 10_000  # a score of 100 points, in hundredths: shares of 0 to 100 times weights that add up to 100
ROUNDS = 2  # how often what exceeds a limit is taken out one by one, before the full groups are closed

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Cap:
    """A limit over groups of pairs. `group` is -1 where the limit does not ask; `use` in the unit of `limit`."""

    group: Ints
    use: Ints
    limit: Ints


@dataclass(frozen=True)
class Problem:
    """Pairs with their cost, the providers' rooms in tiers, and what each need weighs (1 or more).

    Numbers of needs and providers follow the order of their registration numbers: they break ties.
    """

    need: Ints
    provider: Ints
    cost: Ints
    weight: Ints
    tier_provider: Ints
    tier_room: Ints
    tier_cost: Ints
    caps: tuple[Cap, ...] = ()

    @property
    def providers(self) -> int:
        """How many providers have rooms or pairs."""
        ends = [int(part.max()) + 1 for part in (self.provider, self.tier_provider) if part.size]
        return max(ends, default=0)

    @property
    def missing(self) -> int:
        """What a need of weight 1 costs unserved: more than all pairs that one more served can displace.

        The difference of two answers falls apart into paths that touch each provider once; so one path
        changes at most one pair for each provider, and one more.
        """
        return FULL * (min(self.weight.size, self.providers) + 2)


@dataclass(frozen=True)
class Answer:
    """`chosen` is the pair of each need in the problem's own order of pairs, -1 where unserved."""

    chosen: Ints
    cost: int
    rounds: int = 1

    @property
    def unserved(self) -> int:
        """How many needs have nobody."""
        return int((self.chosen < 0).sum())


def solve(problem: Problem) -> Answer:
    """The cheapest answer within rooms and limits; the same for the same pairs in whatever order they come."""
    order = np.lexsort((problem.provider, problem.need))
    tiers = np.lexsort((problem.tier_cost, problem.tier_provider))
    sorted_ = replace(
        problem,
        **{name: getattr(problem, name)[order] for name in ("need", "provider", "cost")},
        **{name: getattr(problem, name)[tiers] for name in ("tier_provider", "tier_room", "tier_cost")},
        caps=tuple(Cap(cap.group[order], cap.use[order], cap.limit) for cap in problem.caps),
    )
    chosen, rounds = _within_limits(sorted_)
    back = np.where(chosen >= 0, order[chosen], -1) if order.size else chosen
    return Answer(back, cost_of(problem, back), rounds)


def cost_of(problem: Problem, chosen: Ints) -> int:
    """What an answer costs: its pairs, the cheapest rooms for them, and the needs left out."""
    taken = chosen[chosen >= 0]
    left = int(problem.weight[chosen < 0].sum()) * problem.missing
    return left + int(problem.cost[taken].sum()) + int(_rooms_cost(problem, problem.provider[taken]).sum())


def _rooms_cost(problem: Problem, providers: Ints) -> Ints:
    """What the rooms cost in each tier when so many needs stand at each provider."""
    load = np.bincount(providers, minlength=problem.providers)
    order = np.lexsort((problem.tier_cost, problem.tier_provider))
    owner, room, cost = (
        part[order] for part in (problem.tier_provider, problem.tier_room, problem.tier_cost)
    )
    before = np.cumsum(room) - room
    first = np.searchsorted(owner, owner)
    filled = np.clip(load[owner] - (before - before[first]), 0, room)
    return filled * cost


def _flow(problem: Problem, open_: NDArray[np.bool_]) -> Ints:
    """The optimum over the open pairs, without limits: the position of each need's pair, or -1."""
    from ortools.graph.python import min_cost_flow  # its import costs two seconds

    needs, providers = problem.weight.size, problem.providers
    pairs = np.flatnonzero(open_)
    sink = needs + providers
    one = np.arange(needs)
    tails = np.concatenate([problem.need[pairs], one, needs + problem.tier_provider])
    heads = np.concatenate([needs + problem.provider[pairs], np.full(needs + problem.tier_room.size, sink)])
    room = np.concatenate([np.ones(pairs.size + needs, np.int64), problem.tier_room])
    cost = np.concatenate([problem.cost[pairs], problem.weight * problem.missing, problem.tier_cost])
    flow = min_cost_flow.SimpleMinCostFlow()
    flow.add_arcs_with_capacity_and_unit_cost(tails.astype(np.int32), heads.astype(np.int32), room, cost)
    supply = np.concatenate([np.ones(needs, np.int64), np.zeros(providers, np.int64), [-needs]])
    flow.set_nodes_supplies(np.arange(sink + 1, dtype=np.int32), supply)
    status = flow.solve()
    if status != flow.OPTIMAL:
        raise ValueError(f"the flow has no optimum: {status}")
    used = pairs[flow.flows(np.arange(pairs.size, dtype=np.int32)) > 0]
    chosen = np.full(needs, -1, np.int64)
    chosen[problem.need[used]] = used
    return chosen


def _within_limits(problem: Problem) -> tuple[Ints, int]:
    """Solve, take out what exceeds a limit, solve again; at last what was taken out and would fit after all."""
    open_ = np.ones(problem.need.size, dtype=bool)
    turn = 0
    while True:
        turn += 1
        chosen = _flow(problem, open_)
        over = [_exceeding(problem, cap, chosen) for cap in problem.caps]
        out = np.concatenate([part for part, _full in over]) if over else np.empty(0, np.int64)
        if not out.size:
            return _refill(problem, chosen, open_), turn
        open_[out] = False
        if turn >= ROUNDS:
            for cap, (_part, full) in zip(problem.caps, over, strict=True):
                closed = np.isin(cap.group, full)
                closed[chosen[chosen >= 0]] = False
                open_ &= ~closed


def _exceeding(problem: Problem, cap: Cap, chosen: Ints) -> tuple[Ints, Ints]:
    """The chosen pairs beyond the limit, the dearest first to go, light needs before heavy; and the full groups."""
    taken = chosen[chosen >= 0]
    taken = taken[cap.group[taken] >= 0]
    group = cap.group[taken]
    full = np.flatnonzero(np.bincount(group, cap.use[taken], cap.limit.size) > cap.limit)
    among = taken[np.isin(group, full)]
    order = np.lexsort((among, problem.cost[among], -problem.weight[problem.need[among]], cap.group[among]))
    among = among[order]
    out: list[int] = []
    left = cap.limit.copy()
    for pair in among.tolist():
        if cap.use[pair] <= left[cap.group[pair]]:
            left[cap.group[pair]] -= cap.use[pair]
        else:
            out.append(pair)
    return np.array(out, dtype=np.int64), full


def _refill(problem: Problem, chosen: Ints, open_: NDArray[np.bool_]) -> Ints:
    """Unserved needs take a closed pair that still fits: those that weigh most first, each its cheapest."""
    if open_.all() or (chosen >= 0).all():
        return chosen
    chosen = chosen.copy()
    taken = chosen[chosen >= 0]
    rooms = np.bincount(problem.tier_provider, problem.tier_room, problem.providers).astype(np.int64)
    rooms -= np.bincount(problem.provider[taken], minlength=problem.providers)
    left = [_left(cap, taken) for cap in problem.caps]
    closed = np.flatnonzero(~open_ & (chosen[problem.need] < 0))
    weight = problem.weight[problem.need[closed]]
    for pair in closed[np.lexsort((closed, problem.cost[closed], -weight))].tolist():
        need, provider = problem.need[pair], problem.provider[pair]
        if chosen[need] >= 0 or rooms[provider] < 1:
            continue
        asked = [(rest, cap.group[pair], cap.use[pair]) for rest, cap in zip(left, problem.caps, strict=True)]
        if all(group < 0 or rest[group] >= use for rest, group, use in asked):
            chosen[need] = pair
            rooms[provider] -= 1
            for rest, group, use in asked:
                if group >= 0:
                    rest[group] -= use
    return chosen


def _left(cap: Cap, taken: Ints) -> Ints:
    """What a limit leaves when these pairs are taken."""
    held = taken[cap.group[taken] >= 0]
    return cap.limit - np.bincount(cap.group[held], cap.use[held], cap.limit.size).astype(np.int64)


def lower_bound(problem: Problem) -> float:
    """No answer can cost less: the same problem as a linear programme that may halve pairs, by HiGHS."""
    from scipy.optimize import linprog
    from scipy.sparse import csr_matrix

    needs, pairs, tiers = problem.weight.size, problem.need.size, problem.tier_room.size
    cost = np.concatenate([problem.cost, problem.weight * problem.missing, problem.tier_cost])
    at = np.arange(pairs)
    rows = np.concatenate(
        [problem.need, np.arange(needs), needs + problem.provider, needs + problem.tier_provider]
    )
    columns = np.concatenate([at, pairs + np.arange(needs), at, pairs + needs + np.arange(tiers)])
    signs = np.concatenate([np.ones(pairs + needs), np.ones(pairs), -np.ones(tiers)])
    equal = csr_matrix((signs, (rows, columns)), shape=(needs + problem.providers, cost.size))
    right = np.concatenate([np.ones(needs), np.zeros(problem.providers)])
    most: dict[str, Any] = {}
    if problem.caps:
        most = _limits_as_rows(problem.caps, cost.size)
    upper = np.concatenate([np.ones(pairs + needs), problem.tier_room])
    bounds = np.column_stack([np.zeros(cost.size), upper])
    found = linprog(cost / FULL, A_eq=equal, b_eq=right, bounds=bounds, method="highs", **most)
    if not found.success:
        raise ValueError(f"the bound was not found: {found.message}")
    return float(found.fun) * FULL


def _limits_as_rows(caps: tuple[Cap, ...], columns: int) -> dict[str, Any]:
    """The limits as rows of the linear programme."""
    from scipy.sparse import csr_matrix, vstack

    parts = []
    for cap in caps:
        asked = np.flatnonzero(cap.group >= 0)
        shape = (cap.limit.size, columns)
        parts.append(csr_matrix((cap.use[asked].astype(float), (cap.group[asked], asked)), shape=shape))
    return {"A_ub": vstack(parts), "b_ub": np.concatenate([cap.limit for cap in caps]).astype(float)}
