"""Which needs and providers come together at all, and what each pair costs. Arrays only.

The hard rules are those of `eligibility`, asked of arrays. Needs with the same township, service and wish ask the
same of every provider, so most rules are asked once for such a group. Of those that may, the nearest are taken
(a k-d tree on unit vectors), and whoever knows the household or goes to its village anyway.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from portal.base import geo
from services.matching import scoring
from services.matching.eligibility import Wanted, first_against
from services.matching.optimum import FULL, Cap, Ints, Problem
from services.matching.scoring import Weights

NEAREST = 24
FARTHER = 96  # for needs that the first round left unserved
FAR_HOME_KM = 10.0
URGENT, FAILURES_COUNTED = 4, 3
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Needs:
    """One row a need, in the order of their numbers. Places are the village group's, not a number where unknown."""

    township: Ints
    service: Ints
    wish_sex: NDArray[np.str_]
    lat: Floats
    lng: Floats
    visits: Ints
    minutes: Ints
    urgent: Flags
    failures: Ints
    overdue: Flags

    @property
    def count(self) -> int:
        """How many."""
        return int(self.township.size)


@dataclass(frozen=True)
class Providers:
    """One row a provider, in the order of their numbers. What standing decides has one row for each service."""

    volunteer: Flags
    station: Flags
    stopped: NDArray[np.bool_]
    papers_missing: NDArray[np.bool_]
    last_day: NDArray[np.datetime64]
    does: NDArray[np.bool_]
    serves: NDArray[np.bool_]
    has_sex: dict[str, Flags]
    capacity: Ints
    load: Ints
    lat: Floats
    lng: Floats

    @property
    def count(self) -> int:
        """How many."""
        return int(self.capacity.size)


@dataclass(frozen=True)
class Lots:
    """What is bought of one service in one township: provider, contract and price in fen, one row a provider."""

    provider: Ints
    contract: Ints
    unit_fen: Ints
    lowest_fen: int


NOBODY = np.empty(0, dtype=np.int64)
NO_LOTS = Lots(NOBODY, NOBODY, NOBODY, 0)


@dataclass(frozen=True)
class World:
    """Everything a matching looks at, on one day. Pairs of need and provider are stored as one sorted number."""

    on: date
    needs: Needs
    providers: Providers
    lots: dict[tuple[int, int], Lots]
    contract_money: Ints
    declined: Ints = field(default_factory=lambda: NOBODY)
    let_expire: Ints = field(default_factory=lambda: NOBODY)
    served: Ints = field(default_factory=lambda: NOBODY)
    in_village: Ints = field(default_factory=lambda: NOBODY)

    def key(self, need: Any, provider: Any) -> Any:
        """The number of a pair."""
        return need * self.providers.count + provider


@dataclass(frozen=True)
class Pairs:
    """Who may take what, by need and provider, with what the soft terms look at. `contract` is -1 without one."""

    need: Ints
    provider: Ints
    contract: Ints
    unit_fen: Ints
    lowest_fen: Ints
    km: Floats
    nearest_km: Floats
    served: Flags
    in_village: Flags
    let_expire: Flags


def pairs_of(world: World, *, nearest: int = NEAREST, only: Ints | None = None) -> Pairs:
    """The pairs without any obstacle, of all needs or of `only` these; at most about `nearest` for each need."""
    asked = np.arange(world.needs.count) if only is None else only
    parts = [_of_group(world, *group, nearest) for group in _groups(world.needs, asked)]
    names = ("need", "provider", "contract", "unit_fen", "lowest_fen")
    columns = {name: np.concatenate([part[name] for part in parts]) if parts else NOBODY for name in names}
    order = np.lexsort((columns["provider"], columns["need"]))
    columns = {name: column[order] for name, column in columns.items()}
    need, provider = columns["need"], columns["provider"]
    needs, providers = world.needs, world.providers
    km = geo.haversine_many(
        needs.lat[need], needs.lng[need], providers.lat[provider], providers.lng[provider]
    )
    km = km / 1000
    least = np.full(needs.count, np.inf)
    np.fmin.at(least, need, km)
    key = world.key(need, provider)
    return Pairs(
        **columns,
        km=km,
        nearest_km=np.where(np.isinf(least), np.nan, least)[need],
        served=_among(key, world.served),
        in_village=_among(key, world.in_village),
        let_expire=_among(key, world.let_expire),
    )


def _among(keys: Ints, known: Ints) -> Flags:
    """Which of these stand in a sorted list."""
    if not known.size:
        return np.zeros(keys.shape, dtype=bool)
    at = np.minimum(np.searchsorted(known, keys), known.size - 1)
    return known[at] == keys


def _groups(needs: Needs, asked: Ints) -> Iterator[tuple[int, int, str, Ints]]:
    """Needs of one township, service and wish, together."""
    wishes, wish = np.unique(needs.wish_sex[asked], return_inverse=True)
    code = (
        needs.township[asked] * (needs.service.max(initial=0) + 1) + needs.service[asked]
    ) * wishes.size + wish
    order = np.argsort(code, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(code[order])) + 1):
        if rows.size:
            first = asked[rows[0]]
            yield (
                int(needs.township[first]),
                int(needs.service[first]),
                str(needs.wish_sex[first]),
                asked[rows],
            )


def group_rules(world: World, township: int, service: int, wish: str, rows: Any = slice(None)) -> Any:
    """For each of these providers the first rule that stands against a whole group of needs, or -1."""
    who, lots = world.providers, world.lots.get((township, service), NO_LOTS)
    has_lot = np.zeros(who.count, dtype=bool)
    has_lot[lots.provider] = True
    profiles = SimpleNamespace(
        volunteer=who.volunteer[rows],
        station=who.station[rows],
        stopped=who.stopped[service][rows],
        papers_missing=who.papers_missing[service][rows],
        last_day=who.last_day[rows],
        does_service=who.does[:, service][rows],
        serves_township=who.serves[:, township][rows],
        capacity=who.capacity[rows],
        live_tasks=who.load[rows],
        has_wished_sex=who.has_sex[wish][rows] if wish else np.ones(who.count, dtype=bool)[rows],
        has_lot=has_lot[rows],
    )
    return first_against(profiles, Wanted(wish), world.on, of_pair=False)


def _of_group(
    world: World, township: int, service: int, wish: str, needs: Ints, nearest: int
) -> dict[str, Ints]:
    """The pairs of one group that no rule forbids."""
    there = np.flatnonzero(world.providers.serves[:, township])
    fit = there[group_rules(world, township, service, wish, there) < 0]
    need, provider = _near(world, needs, fit, nearest)
    lots = world.lots.get((township, service), NO_LOTS)
    contract = np.full(world.providers.count, -1, dtype=np.int64)
    unit = np.zeros(world.providers.count, dtype=np.int64)
    contract[lots.provider], unit[lots.provider] = lots.contract, lots.unit_fen
    contract[world.providers.station], unit[world.providers.station] = -1, 0
    money = np.append(world.contract_money, 0)
    profiles = SimpleNamespace(
        declined=_among(world.key(need, provider), world.declined),
        station=world.providers.station[provider],
        capacity=world.providers.capacity[provider],
        money_left_fen=money[contract[provider]],
        month_fen=unit[provider] * world.needs.visits[need],
    )
    free = first_against(profiles, Wanted(wish), world.on, of_pair=True) < 0
    need, provider = need[free], provider[free]
    return {
        "need": need,
        "provider": provider,
        "contract": contract[provider],
        "unit_fen": unit[provider],
        "lowest_fen": np.full(need.size, lots.lowest_fen, dtype=np.int64),
    }


def _near(world: World, needs: Ints, fit: Ints, nearest: int) -> tuple[Ints, Ints]:
    """Each need with the nearest of these providers, and with those that know the household or the village."""
    if fit.size <= nearest:
        return np.repeat(needs, fit.size), np.tile(fit, needs.size)
    from scipy.spatial import cKDTree

    placed = ~np.isnan(world.providers.lat[fit])
    here = ~np.isnan(world.needs.lat[needs])
    known, unknown, near = fit[placed], fit[~placed], needs[here]
    keys = [world.key(np.repeat(needs, unknown.size), np.tile(unknown, needs.size))]
    keys.append(world.key(np.repeat(needs[~here], known.size), np.tile(known, int((~here).sum()))))
    if near.size and known.size:
        count = min(nearest, known.size)
        tree = cKDTree(_unit(world.providers, known))
        found = tree.query(_unit(world.needs, near), k=count)[1].reshape(near.size, count)
        keys.append(world.key(near[:, None], known[found]).ravel())
    keys += [_familiar(world, listed, needs, fit) for listed in (world.served, world.in_village)]
    key = np.unique(np.concatenate(keys))
    return np.divmod(key, world.providers.count)


def _familiar(world: World, listed: Ints, needs: Ints, fit: Ints) -> Ints:
    """The listed pairs of these needs and providers."""
    wide = world.providers.count
    starts = np.searchsorted(listed, needs * wide)
    counts = np.searchsorted(listed, (needs + 1) * wide) - starts
    at = np.arange(counts.sum()) + np.repeat(starts - (np.cumsum(counts) - counts), counts)
    keys = listed[at]
    return keys[np.isin(keys % wide, fit)]


def _unit(placed: Needs | Providers, rows: Ints) -> Floats:
    """Places as unit vectors: the nearest on the sphere is the nearest in space."""
    lat, lng = np.radians(placed.lat[rows]), np.radians(placed.lng[rows])
    return np.column_stack([np.cos(lat) * np.cos(lng), np.cos(lat) * np.sin(lng), np.sin(lat)])


def problem_of(world: World, pairs: Pairs, weights: Weights, *, limits: bool = True) -> Problem:
    """What the optimum is asked: what each pair lacks of the full score, the rooms in tiers, the money."""
    owner, room, tier_cost = _tiers(world.providers, weights)
    return Problem(
        need=pairs.need,
        provider=pairs.provider,
        cost=_pair_costs(pairs, weights),
        weight=need_weights(world.needs, pairs),
        tier_provider=owner,
        tier_room=room,
        tier_cost=tier_cost,
        caps=(_money(world, pairs),) if limits and world.contract_money.size else (),
    )


def _pair_costs(pairs: Pairs, weights: Weights) -> Ints:
    """What is the pair's own: distance, continuity, price, fairness; the free rooms stand in the tiers."""
    rows = (
        (weights.distance, scoring.distance_share(pairs.km)),
        (weights.continuity, scoring.continuity_share(pairs.served, pairs.in_village)),
        (weights.price, scoring.price_share(pairs.unit_fen, pairs.lowest_fen)),
        (weights.fairness, scoring.fairness_share(pairs.km, pairs.nearest_km, pairs.let_expire)),
    )
    return sum(weight * (100 - share) for weight, share in rows).astype(np.int64)


def _tiers(providers: Providers, weights: Weights) -> tuple[Ints, Ints, Ints]:
    """The free rooms of each provider; the fewer are left, the more the next one costs."""
    free = np.maximum(providers.capacity - providers.load, 0)
    owner = np.repeat(np.arange(providers.count), free)
    left = free[owner] - (np.arange(owner.size) - np.repeat(np.cumsum(free) - free, free))
    capacity = weights.capacity * (100 - scoring.capacity_share(left))
    spread = weights.spread * (100 - scoring.spread_share(left, providers.capacity[owner]))
    cost = (capacity + spread).astype(np.int64)
    both, room = np.unique(owner * (FULL + 1) + cost, return_counts=True)
    owners, costs = np.divmod(both, FULL + 1)
    return owners, room.astype(np.int64), costs


def need_weights(needs: Needs, pairs: Pairs) -> Ints:
    """Who must rather not be left out: urgent ones, those refused before, over time, or far from everybody."""
    least = np.full(needs.count, np.inf)
    np.fmin.at(least, pairs.need, pairs.km)
    far = np.isfinite(least) & (least > FAR_HOME_KM)
    weight = 1 + URGENT * needs.urgent + np.minimum(needs.failures, FAILURES_COUNTED)
    return (weight + needs.overdue + far).astype(np.int64)


def _money(world: World, pairs: Pairs) -> Cap:
    """A month of all needs given to a contract within what it has left."""
    return Cap(pairs.contract, pairs.unit_fen * world.needs.visits[pairs.need], world.contract_money)
