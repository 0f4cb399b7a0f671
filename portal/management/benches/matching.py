"""A whole county matched: 6,000 needs and 500 providers at the optimum, from arrays and from the database.

The model without limits in money and minutes must cost what its linear programme says, to the fen of a score: the gap
is 0. With these limits the gap is printed. Beside it stands the nearest free provider, first come, first served, with
the share it leaves unserved. Limits in seconds are of the processor, which a busy machine does not change; the clock's
seconds stand beside them. End to end is everything from the first statement to the last assignment; its
base is reading the same rows without matching anything. `--long` adds a province of 400,000 needs.
"""

import resource
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partners.models import Provider
from portal.management.benches.database import own_database
from portal.management.benches.match_county import write_county
from portal.management.benches.match_world import make_world
from services.matching.batch import read_batch
from services.matching.optimum import Cap, Problem, lower_bound, solve
from services.matching.pairs import Pairs, World, pairs_of, problem_of
from services.matching.scoring import Weights
from services.matching.solving import match_world
from services.models import Need

SCALE = 6000
NEEDS_TO_A_PROVIDER = 12
LARGE = 50_000 / 6000
PROVINCE = (400_000, 10_000)
WEIGHTS = Weights(distance=35, capacity=15, continuity=20, price=15, fairness=5, spread=10)
LIMITS = {
    "gap": 1e-9,
    "queries": 24.0,
    "unserved_to_greedy": 1.0,
    "ratio_flow_to_lp": 0.5,
    "memory_mb": 400.0,
    "processor_end_to_end": 3.0,
    "processor_large": 15.0,
}
LONG_LIMITS = {"processor_province": 150.0, "memory_province_mb": 4096.0}
EXACT = {"gap", "queries", "unserved_to_greedy"}


def _megabytes() -> float:
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return size / (1024 * 1024 if sys.platform == "darwin" else 1024)


def _timed(act: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    result = act()
    return time.perf_counter() - began, result


def greedy_nearest(world: World, pairs: Pairs) -> int:
    """How many needs stay unserved when each in turn takes the nearest provider with room."""
    rooms = (world.providers.capacity - world.providers.load).tolist()
    served: set[int] = set()
    order = np.lexsort((pairs.km, pairs.need))
    for need, provider in zip(pairs.need[order].tolist(), pairs.provider[order].tolist(), strict=True):
        if need not in served and rooms[provider] > 0:
            rooms[provider] -= 1
            served.add(need)
    return world.needs.count - len(served)


def with_minutes(world: World, problem: Problem) -> Problem:
    """The same with a cap on each provider's minutes a month, a tenth tighter than its rooms at the usual visit."""
    minutes = (world.needs.visits * world.needs.minutes)[problem.need]
    usual = float((world.needs.visits * world.needs.minutes).mean())
    rooms = world.providers.capacity - world.providers.load
    most = Cap(problem.provider, minutes, np.ceil(rooms * usual * 0.9).astype(np.int64) + 360)
    return Problem(**{**problem.__dict__, "caps": (*problem.caps, most)})


def _model(needs: int, providers: int) -> dict[str, float]:
    """The county as arrays: against its linear programme, without and with limits, and against greedy choice."""
    world = make_world(needs, providers)
    seconds_pairs, pairs = _timed(lambda: pairs_of(world))
    free = problem_of(world, pairs, WEIGHTS, limits=False)
    seconds_flow, answer = _timed(lambda: solve(free))
    seconds_lp, bound = _timed(lambda: lower_bound(free))
    limited = with_minutes(world, problem_of(world, pairs, WEIGHTS))
    seconds_limits, within = _timed(lambda: solve(limited))
    greedy = greedy_nearest(world, pairs)
    return {
        "pairs": float(pairs.need.size),
        "unserved": float(answer.unserved),
        "gap": abs(answer.cost - bound) / bound,
        "gap_with_limits": within.cost / lower_bound(limited) - 1,
        "unserved_with_limits": float(within.unserved),
        "greedy_unserved_percent": 100 * greedy / needs,
        "unserved_to_greedy": answer.unserved / max(greedy, 1),
        "seconds_pairs": seconds_pairs,
        "seconds_flow": seconds_flow,
        "seconds_flow_with_limits": seconds_limits,
        "seconds_lp": seconds_lp,
        "ratio_flow_to_lp": seconds_flow / seconds_lp,
    }


def _large(name: str, needs: int, providers: int) -> dict[str, float]:
    """A larger world: pairs and optimum, without limits; greedy choice beside it."""
    world = make_world(needs, providers)
    began = time.process_time()
    seconds, match = _timed(lambda: match_world(world, WEIGHTS, limits=False))
    processor = time.process_time() - began
    greedy = greedy_nearest(world, match.pairs)
    return {
        f"pairs_{name}": float(match.pairs.need.size),
        f"unserved_{name}": float(match.answer.unserved),
        f"greedy_unserved_{name}_percent": 100 * greedy / needs,
        f"seconds_{name}": seconds,
        f"processor_{name}": processor,
    }


def _from_database(needs: int, providers: int) -> dict[str, float]:
    """The same county read from its rows and matched; memory is the whole process at its highest so far."""
    at = timezone.now()
    with own_database():
        write_county(needs, providers, at)
        _end_to_end(at)  # the solvers are loaded and the statements prepared
        with CaptureQueriesContext(connection) as caught:
            match = _end_to_end(at)
        began = time.process_time()
        seconds = median(_timed(lambda: _end_to_end(at))[0] for _turn in range(3))
        processor = (time.process_time() - began) / 3
        memory = _megabytes()
        base = median(_timed(_only_read)[0] for _turn in range(3))
    if match.answer.chosen.size != needs:
        raise CommandError(f"{match.answer.chosen.size} of {needs} needs were read")
    return {
        "queries": float(len(caught)),
        "seconds_end_to_end": seconds,
        "processor_end_to_end": processor,
        "ratio_to_reading": seconds / base,
        "memory_mb": memory,
        "unserved_end_to_end": float(match.answer.unserved),
    }


def _end_to_end(at: Any) -> Any:
    return match_world(read_batch(Need.objects.all(), at).world, WEIGHTS)


def _only_read() -> None:
    """The same needs and providers, and no judging."""
    list(Need.objects.select_related("household").order_by("no"))
    list(Provider.objects.select_related("organisation"))


def _measure(needs: int, *, long: bool) -> dict[str, float]:
    """All figures; the database first, so that its memory is not that of the larger worlds."""
    providers = max(20, needs // NEEDS_TO_A_PROVIDER)
    figures = {"providers": float(providers)} | _from_database(needs, providers)
    figures |= _model(needs, providers) | _large("large", round(needs * LARGE), providers * 10)
    if long:
        figures |= _large("province", *PROVINCE)
        figures["memory_province_mb"] = _megabytes()
    return figures


def run(
    scale: int | None, looser: float = 1.0, grown: int | None = None, *, long: bool = False
) -> dict[str, Any]:
    """Measure and judge; `scale` is the number of needs. It has no growth to measure: `grown` is refused."""
    if grown:
        raise CommandError("--grown belongs to `bench access`")
    scale = scale or SCALE
    figures = _measure(scale, long=long)
    asked = LIMITS | (LONG_LIMITS if long else {})
    limits = {key: value * (1 if key in EXACT else looser) for key, value in asked.items()}
    ok = all(figures[key] <= limit for key, limit in limits.items())
    rounded = {key: round(value, 12 if key == "gap" else 4) for key, value in figures.items()}
    return {"name": "match", "scale": scale, "figures": rounded, "limits": limits, "ok": ok}
