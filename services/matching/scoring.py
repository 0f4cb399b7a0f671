"""The soft terms: how well a provider that may take a need fits it. Decisions on values only."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.base import money

FAR_KM = 20
ROOMY = 8
TERMS = {
    "distance": gettext_lazy("距离"),
    "capacity": gettext_lazy("空余能力"),
    "continuity": gettext_lazy("连续性"),
    "price": gettext_lazy("价格"),
    "fairness": gettext_lazy("远户公平"),
    "spread": gettext_lazy("分担均匀"),
}


@dataclass(frozen=True)
class Facts:
    """What the soft terms look at. `unit_fen` 0 means without charge; `lowest_fen` among all contracts for it.

    `nearest_km` is the nearest of all that may take the need; `capacity` 0 means that it is not known.
    """

    distance_km: float | None
    free: int
    served_household: bool
    serves_village: bool
    unit_fen: int
    lowest_fen: int
    nearest_km: float | None = None
    let_expire: bool = False
    capacity: int = 0


@dataclass(frozen=True)
class Weights:
    """How many of the 100 points each term can bring."""

    distance: int = 40
    capacity: int = 20
    continuity: int = 25
    price: int = 15
    fairness: int = 0
    spread: int = 0


@dataclass(frozen=True)
class Term:
    """One soft term: its value in words, its share from 0 to 100, and what it brings."""

    code: str
    words: str
    share: int
    weight: int

    @property
    def label(self) -> str:
        """The name of the term."""
        return str(TERMS[self.code])

    @property
    def points(self) -> float:
        """The share of the weight."""
        return self.share * self.weight / 100


def score(terms: list[Term]) -> int:
    """The total of 100 points, rounded once."""
    return (sum(term.share * term.weight for term in terms) + 50) // 100


def terms(facts: Facts, weights: Weights) -> list[Term]:
    """Each soft term that has a weight, with its share and its words."""
    km, nearest = _number(facts.distance_km), _number(facts.nearest_km)
    shares = {
        "distance": (distance_words(facts.distance_km), distance_share(km)),
        "capacity": (_free_words(facts.free), capacity_share(facts.free)),
        "continuity": (
            _continuity_words(facts),
            continuity_share(facts.served_household, facts.serves_village),
        ),
        "price": (price_words(facts.unit_fen), price_share(facts.unit_fen, facts.lowest_fen)),
        "fairness": (_fairness_words(facts), fairness_share(km, nearest, facts.let_expire)),
        "spread": (_spread_words(facts), spread_share(facts.free, facts.capacity)),
    }
    rows = [Term(code, words, int(share), getattr(weights, code)) for code, (words, share) in shares.items()]
    return [term for term in rows if term.weight]


def _number(km: float | None) -> float:
    return math.nan if km is None else km


# The shares work on single values and on arrays alike: one need and a whole county use the very same.


def distance_share(km: Any) -> Any:
    """All at the door, nothing from 20 km on; half where the place is not known (not a number)."""
    return np.where(np.isnan(km), 50, np.maximum(0, np.rint(100 * (1 - km / FAR_KM))))


def capacity_share(free: Any) -> Any:
    """All with room for eight households or more."""
    return np.clip(np.rint(100 * free / ROOMY), 0, 100)


def continuity_share(served_household: Any, serves_village: Any) -> Any:
    """All for one who has served this household; some for one who goes to this village anyway."""
    return np.where(served_household, 100, np.where(serves_village, 60, 0))


def price_share(unit_fen: Any, lowest_fen: Any) -> Any:
    """All for the cheapest and for what is free; otherwise the cheapest in per cent of it."""
    charged = np.maximum(unit_fen, 1)
    return np.where((unit_fen == 0) | (lowest_fen == 0), 100, np.rint(100 * lowest_fen / charged))


def fairness_share(km: Any, nearest_km: Any, let_expire: Any) -> Any:
    """The nearest there is gets all, however far the home; who is twice as far half. Below 1 km nobody differs.

    Distance alone stops caring beyond 20 km, and a far home would get anybody. Who left an offer of this very
    need without an answer gets nothing, so that a home that is avoided is not offered to the same again.
    """
    near = np.rint(100 * np.maximum(nearest_km, 1) / np.maximum(km, 1))
    return np.where(let_expire, 0, np.where(np.isnan(near), 50, near))


def spread_share(free: Any, capacity: Any) -> Any:
    """How much of the provider's own capacity is free: large and small ones fill up evenly."""
    return np.where(capacity > 0, np.clip(np.rint(100 * free / np.maximum(capacity, 1)), 0, 100), 50)


def distance_words(km: float | None) -> str:
    """1.8 公里, 12 公里."""
    if km is None:
        return _("位置没登记")
    number = f"{km:.1f}" if km < 10 else f"{km:.0f}"
    return _("%(km)s 公里") % {"km": number}


def price_words(unit_fen: int) -> str:
    """每次 58 元, or without charge."""
    if unit_fen == 0:
        return _("不另收费")
    return _("每次 %(yuan)s 元") % {"yuan": money.yuan_short(unit_fen)}


def _free_words(free: int) -> str:
    return ngettext("还能接 %(count)s 户", "还能接 %(count)s 户", free) % {"count": free}


def _continuity_words(facts: Facts) -> str:
    if facts.served_household:
        return _("服务过这户")
    return _("在这个村有服务") if facts.serves_village else _("没有服务过")


def _fairness_words(facts: Facts) -> str:
    if facts.let_expire:
        return _("上次没答复这条需求")
    if facts.distance_km is None or facts.nearest_km is None:
        return _("位置没登记")
    more = max(facts.distance_km, 1) - max(facts.nearest_km, 1)
    if more < 0.05:
        return _("离这户最近的")
    return _("比最近的远 %(km)s 公里") % {"km": f"{more:.1f}" if more < 10 else f"{more:.0f}"}


def _spread_words(facts: Facts) -> str:
    if facts.capacity < 1:
        return _("没登记能接几户")
    return _("已接 %(used)s 户，最多 %(all)s 户") % {
        "used": facts.capacity - facts.free,
        "all": facts.capacity,
    }


def why_first(ranked: list[Term]) -> str:
    """A sentence: the terms that brought the first one most."""
    strong = sorted((term for term in ranked if term.share >= 60), key=lambda term: -term.points)[:2]
    if not strong:
        return _("其他服务方分数更低")
    return _("、").join(f"{term.label}{_('：')}{term.words}" for term in strong)
