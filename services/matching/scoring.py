"""The soft terms: how well a provider that may take a need fits it. Decisions on values only."""

from dataclasses import dataclass

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
}


@dataclass(frozen=True)
class Facts:
    """What the soft terms look at. `unit_fen` 0 means without charge; `lowest_fen` among all who charge."""

    distance_km: float | None
    free: int
    served_household: bool
    serves_village: bool
    unit_fen: int
    lowest_fen: int


@dataclass(frozen=True)
class Weights:
    """How many of the 100 points each term can bring."""

    distance: int = 40
    capacity: int = 20
    continuity: int = 25
    price: int = 15


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
    """Each soft term with its share and its words."""
    return [
        Term(
            "distance", distance_words(facts.distance_km), distance_share(facts.distance_km), weights.distance
        ),
        Term("capacity", _free_words(facts.free), capacity_share(facts.free), weights.capacity),
        Term("continuity", _continuity_words(facts), continuity_share(facts), weights.continuity),
        Term("price", price_words(facts.unit_fen), price_share(facts), weights.price),
    ]


def distance_share(km: float | None) -> int:
    """All at the door, nothing from 20 km on; half where the place is not known."""
    if km is None:
        return 50
    return max(0, round(100 * (1 - km / FAR_KM)))


def capacity_share(free: int) -> int:
    """All with room for eight households or more."""
    return min(100, max(0, round(100 * free / ROOMY)))


def continuity_share(facts: Facts) -> int:
    """All for one who has served this household; some for one who goes to this village anyway."""
    if facts.served_household:
        return 100
    return 60 if facts.serves_village else 0


def price_share(facts: Facts) -> int:
    """All for the cheapest and for what is free; otherwise the cheapest in per cent of it."""
    if facts.unit_fen == 0:
        return 100
    return round(100 * facts.lowest_fen / facts.unit_fen) if facts.lowest_fen else 100


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


def why_first(ranked: list[Term]) -> str:
    """A sentence: the terms that brought the first one most."""
    strong = sorted((term for term in ranked if term.share >= 60), key=lambda term: -term.points)[:2]
    if not strong:
        return _("其他服务方分数更低")
    return _("、").join(f"{term.label}{_('：')}{term.words}" for term in strong)
