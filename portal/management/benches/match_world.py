"""The counties that `bench match` matches: townships on a grid, providers around them, room for 1.15 x the needs."""

from datetime import date

import numpy as np

from services.matching.pairs import Lots, Needs, Providers, World

NEEDS_TO_A_TOWNSHIP = 300
APART_KM, RADIUS_KM = 9.0, 15.0
SUPPLY = 1.15
SERVICES = 4
KM_A_DEGREE = 111.2
SOUTH, WEST = 27.0, 112.0
DAY = date(2026, 11, 23)


def make_world(needs: int, providers: int, seed: int = 1) -> World:
    """A county of so many needs and providers; the same for the same seed."""
    rng = np.random.default_rng(seed)
    towns = max(9, needs // NEEDS_TO_A_TOWNSHIP)
    side = int(np.ceil(np.sqrt(towns)))
    centres = np.column_stack(np.divmod(np.arange(towns), side)) * APART_KM
    town = rng.integers(0, towns, needs)
    homes = centres[town] + rng.normal(0, 2.5, (needs, 2))
    offices = centres[rng.integers(0, towns, providers)] + rng.normal(0, 3.0, (providers, 2))
    gaps = np.linalg.norm(offices[:, None, :].astype(np.float32) - centres[None].astype(np.float32), axis=2)
    serves = gaps < RADIUS_KM
    serves[np.arange(providers), gaps.argmin(axis=1)] = True
    does = rng.random((providers, SERVICES)) < 0.75
    room = rng.multinomial(round(needs * SUPPLY), rng.dirichlet(np.full(providers, 2.0)))
    load = rng.integers(0, 4, providers)
    lat, lng = _degrees(homes)
    office_lat, office_lng = _degrees(offices)
    unit = rng.integers(50, 80, providers) * 100
    return World(
        on=DAY,
        needs=Needs(
            township=town,
            service=rng.integers(0, SERVICES, needs),
            wish_sex=rng.choice(np.array(["", "f", "m"]), needs, p=[0.8, 0.15, 0.05]),
            lat=lat,
            lng=lng,
            visits=rng.choice([1, 2, 4], needs),
            minutes=rng.choice([30, 60, 90], needs),
            urgent=rng.random(needs) < 0.03,
            failures=rng.choice(4, needs, p=[0.9, 0.06, 0.03, 0.01]),
            overdue=rng.random(needs) < 0.05,
        ),
        providers=Providers(
            volunteer=np.zeros(providers, dtype=bool),
            station=np.zeros(providers, dtype=bool),
            stopped=np.zeros((SERVICES, providers), dtype=bool),
            papers_missing=np.zeros((SERVICES, providers), dtype=bool),
            last_day=np.full(providers, np.datetime64("2027-12-31")),
            does=does,
            serves=serves,
            has_sex={"f": rng.random(providers) < 0.95, "m": rng.random(providers) < 0.6},
            capacity=room + load,
            load=load,
            lat=office_lat,
            lng=office_lng,
        ),
        lots={
            (place, service): _lots(np.flatnonzero(serves[:, place] & does[:, service]), unit)
            for place in range(towns)
            for service in range(SERVICES)
        },
        contract_money=room * 2 * unit + 40_000,
        served=_some_known(rng, needs, providers),
    )


def _degrees(kilometres: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    lat = SOUTH + kilometres[:, 0] / KM_A_DEGREE
    return lat, WEST + kilometres[:, 1] / (KM_A_DEGREE * np.cos(np.radians(lat)))


def _lots(owners: np.ndarray, unit: np.ndarray) -> Lots:
    """Every provider has one contract, numbered as itself."""
    prices = unit[owners]
    return Lots(owners, owners, prices, int(prices.min(initial=1 << 30)))


def _some_known(rng: np.random.Generator, needs: int, providers: int) -> np.ndarray:
    """One household in ten has been served by somebody before."""
    chosen = np.flatnonzero(rng.random(needs) < 0.1)
    return chosen * providers + rng.integers(0, providers, chosen.size)
