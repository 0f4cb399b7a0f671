"""A whole world matched: the pairs, the optimum, and once more with farther pairs for whoever was left out."""

from dataclasses import dataclass, fields

import numpy as np

from services.matching.optimum import Answer, Ints, Problem, solve
from services.matching.pairs import FARTHER, NEAREST, Pairs, World, pairs_of, problem_of
from services.matching.scoring import Weights


@dataclass(frozen=True)
class Match:
    """The pairs that were looked at, what was asked of the optimum, and its answer."""

    pairs: Pairs
    problem: Problem
    answer: Answer

    @property
    def provider(self) -> Ints:
        """The provider of each need, -1 where there is none."""
        return np.where(self.answer.chosen < 0, -1, np.append(self.pairs.provider, -1)[self.answer.chosen])


def match_world(world: World, weights: Weights, *, limits: bool = True, nearest: int = NEAREST) -> Match:
    """The best assignment of all needs; deterministic, and independent of the order in which rows were read."""
    pairs = pairs_of(world, nearest=nearest)
    problem = problem_of(world, pairs, weights, limits=limits)
    answer = solve(problem)
    left = np.flatnonzero(answer.chosen < 0)
    if not left.size:
        return Match(pairs, problem, answer)
    wider = _with(pairs, pairs_of(world, nearest=max(FARTHER, nearest), only=left), left)
    if wider.need.size == pairs.need.size:
        return Match(pairs, problem, answer)
    problem = problem_of(world, wider, weights, limits=limits)
    return Match(wider, problem, solve(problem))


def _with(pairs: Pairs, farther: Pairs, needs: Ints) -> Pairs:
    """The farther pairs of these needs in place of their nearer ones, which they contain."""
    kept = ~np.isin(pairs.need, needs)
    columns = {
        column.name: np.concatenate([getattr(pairs, column.name)[kept], getattr(farther, column.name)])
        for column in fields(Pairs)
    }
    order = np.lexsort((columns["provider"], columns["need"]))
    return Pairs(**{name: column[order] for name, column in columns.items()})
