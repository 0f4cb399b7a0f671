"""What the whole pool would get if it were matched now: proposals with their reasons, who is left out, and what if.

Nothing is stored: the same pool gives the same plan, and each proposal is sent like any other offer, with all its guards.
"""

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from services.matching.batch import Batch
from services.matching.eligibility import RULES, Profile, Wanted
from services.matching.pairs import NOBODY, Pairs, World, group_rules
from services.matching.scoring import Facts, Term, Weights, score, terms
from services.matching.solving import Match, match_world
from services.tasks.models import Need


@dataclass(frozen=True)
class Change:
    """What is tried out: other weights, a provider that falls away, a provider that takes more households."""

    weights: Weights
    lost: str = ""
    grown: str = ""
    more: int = 0


@dataclass(frozen=True)
class Proposal:
    """A need with the provider that the optimum gives it, and the next best for this need alone."""

    need: Need
    provider: Any
    terms: list[Term]
    score: int
    next_name: str
    next_score: int


@dataclass(frozen=True)
class Left:
    """A need without anybody: why, and the least that would help."""

    need: Need
    why: str
    remedy: str


@dataclass(frozen=True)
class Plan:
    """An answer for all needs of a pool. Positions are those of the batch."""

    batch: Batch
    world: World
    match: Match
    weights: Weights

    @property
    def served(self) -> int:
        """How many get somebody."""
        return len(self.batch.needs) - self.match.answer.unserved

    @property
    def unserved(self) -> int:
        """How many get nobody."""
        return self.match.answer.unserved

    @property
    def mean_km(self) -> float:
        """Kilometres between home and provider, on the average of those served whose places are known."""
        km = self.match.pairs.km[self.match.answer.chosen[self.match.answer.chosen >= 0]]
        known = km[~np.isnan(km)]
        return float(known.mean()) if known.size else 0.0

    @property
    def mean_score(self) -> int:
        """Points on the average of those served."""
        free = self.served
        cost = self.match.answer.cost - self._weight_left() * self.match.problem.missing
        return round(100 - cost / free / 100) if free else 0

    def _weight_left(self) -> int:
        return int(self.match.problem.weight[self.match.answer.chosen < 0].sum())

    def order(self) -> list[int]:
        """The needs by how much they weigh, those without anybody first."""
        left = (self.match.answer.chosen < 0).astype(int)
        return np.lexsort((np.arange(left.size), -self.match.problem.weight, -left)).tolist()

    def row(self, position: int) -> Proposal | Left:
        """The proposal for a need, or why there is none."""
        pair = int(self.match.answer.chosen[position])
        return self._proposal(position, pair) if pair >= 0 else self._left(position)

    def _proposal(self, position: int, pair: int) -> Proposal:
        pairs = self.match.pairs
        found = self._terms(pair, self._free_at(position, int(pairs.provider[pair])))
        others = [
            (score(self._terms(n, self._free(int(pairs.provider[n])))), -n)
            for n in np.flatnonzero(pairs.need == position).tolist()
            if n != pair and self._free(int(pairs.provider[n])) > 0
        ]
        points, second = max(others, default=(0, 1))
        name = "" if second > 0 else self.batch.providers[int(pairs.provider[-second])].name
        provider = self.batch.providers[int(pairs.provider[pair])]
        return Proposal(self.batch.needs[position], provider, found, score(found), name, points)

    def _free(self, provider: int) -> int:
        """The rooms of a provider that the plan leaves open."""
        taken = int((self.match.provider == provider).sum())
        return int(self.world.providers.capacity[provider] - self.world.providers.load[provider]) - taken

    def _free_at(self, position: int, provider: int) -> int:
        """The rooms before this need took one, the needs of the plan taken by their numbers."""
        before = int((self.match.provider[:position] == provider).sum())
        return int(self.world.providers.capacity[provider] - self.world.providers.load[provider]) - before

    def _terms(self, pair: int, free: int) -> list[Term]:
        return terms(_facts(self.match.pairs, self.world, pair, free), self.weights)

    def _left(self, position: int) -> Left:
        """Who may take it but has no room left; else the near misses, the nearest first."""
        pairs, need = self.match.pairs, self.batch.needs[position]
        able = sorted(set(pairs.provider[pairs.need == position].tolist()))
        if able:
            names = _("、").join(self.batch.providers[one].name for one in able[:3])
            words = ngettext(
                "能接的 %(n)s 家都满了，或没钱了", "能接的 %(n)s 家都满了，或没钱了", len(able)
            ) % {"n": len(able)}
            return Left(need, words, _("%(names)s 里有一家多接 1 户，或合同补足，就能派") % {"names": names})
        return Left(need, *_why_nobody(self.world, need, position))


def _facts(pairs: Pairs, world: World, pair: int, free: int) -> Facts:
    km, nearest = float(pairs.km[pair]), float(pairs.nearest_km[pair])
    return Facts(
        distance_km=None if np.isnan(km) else km,
        free=free,
        served_household=bool(pairs.served[pair]),
        serves_village=bool(pairs.in_village[pair]),
        unit_fen=int(pairs.unit_fen[pair]),
        lowest_fen=int(pairs.lowest_fen[pair]),
        nearest_km=None if np.isnan(nearest) else nearest,
        let_expire=bool(pairs.let_expire[pair]),
        capacity=int(world.providers.capacity[int(pairs.provider[pair])]),
    )


def _why_nobody(world: World, need: Need, position: int) -> tuple[str, str]:
    """The hard rules that stand against the providers of the township, counted; the nearest miss as the remedy."""
    town, service = int(world.needs.township[position]), int(world.needs.service[position])
    there = np.flatnonzero(world.providers.serves[:, town])
    if not there.size:
        return _("没有服务方在这个乡镇服务"), _("请一家服务方把这个乡镇列进服务范围")
    stands = group_rules(world, town, service, need.wish_sex, there)
    own = [_own_rule(world, position, one) for one in there[stands < 0].tolist()]
    counts = Counter([int(n) for n in stands[stands >= 0]] + own)
    ranked = sorted(counts, key=lambda n: (RULES[n].rank, n))
    words = {n: RULES[n].words(_anybody(), Wanted(need.wish_sex)) for n in ranked}
    why = _("；").join(
        ngettext("%(n)s 家：%(why)s", "%(n)s 家：%(why)s", counts[n])
        % {"n": counts[n], "why": _brief(n, words)}
        for n in ranked
    )
    return why, _remedy(RULES[ranked[0]].code)


def _own_rule(world: World, position: int, provider: int) -> int:
    """Which rule about the very need stands against a provider that no other rule excludes."""
    declined = bool(np.isin(world.key(position, provider), world.declined))
    wanted = "declined" if declined else "no_money"
    return next(n for n, rule in enumerate(RULES) if rule.code == wanted)


def _anybody() -> Profile:
    return Profile("agency", "live", None, True, True, 0, 0, True)


def _brief(rule: int, words: dict[int, str]) -> str:
    """The words of a rule where they speak of many providers: without one's own number or date."""
    many = {"full": _("手上已满"), "lapsed": _("资质或材料过期")}
    return many.get(RULES[rule].code, words[rule])


def _remedy(code: str) -> str:
    """The least that would make the need servable."""
    remedies = {
        "lapsed": _("材料补齐就能派"),
        "full": _("多接 1 户就能派"),
        "no_money": _("合同补足一个月的钱就能派"),
        "declined": _("再问一次谢绝过的，或转社工站"),
        "no_such_sex": _("有一名合这户希望的护理员就能派"),
        "no_contract": _("签下这个乡镇这项服务的合同就能派"),
        "not_live": _("恢复停用的，或请别家来"),
        "no_service": _("批准一家做这项服务就能派"),
    }
    return remedies.get(code, _("请一家服务方把这个乡镇列进服务范围"))


def changed(batch: Batch, change: Change) -> World:
    """The world with a provider fallen away, or with more room at one."""
    world, numbers = batch.world, [one.no for one in batch.providers]
    who = world.providers
    if change.lost in numbers:
        stopped = who.stopped.copy()
        stopped[:, numbers.index(change.lost)] = True
        who = replace(who, stopped=stopped)
    if change.grown in numbers and change.more:
        capacity = who.capacity.copy()
        capacity[numbers.index(change.grown)] += change.more
        who = replace(who, capacity=capacity)
    return replace(world, providers=who)


def make_plan(batch: Batch, change: Change) -> Plan:
    """Match the whole pool as it would be with the change; nothing is written."""
    world = changed(batch, change)
    if not batch.needs:
        world = replace(world, contract_money=NOBODY)
    return Plan(batch, world, match_world(world, change.weights), change.weights)
