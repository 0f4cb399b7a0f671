"""The hard rules: who cannot take a need, and why, in words. Decisions on values only.

Each rule is one row of `RULES`. Its test works on one pair and on arrays of pairs alike, so the suggestions
for one need and the matching of a whole county cannot disagree.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partners.providers.models import ProviderKind, ProviderState
from portal.base.dates import month_day_words


@dataclass(frozen=True)
class Profile:
    """What the hard rules ask of a provider, for one need, on one day."""

    kind: str
    state: str
    qualified_until: date | None
    does_service: bool
    serves_township: bool
    capacity: int
    live_tasks: int
    has_wished_sex: bool
    declined: bool = False
    has_lot: bool = False
    money_left_fen: int = 0
    month_fen: int = 0
    standing: str = "valid"

    @property
    def volunteer(self) -> bool:
        """Works without pay."""
        return self.kind == ProviderKind.VOLUNTEER

    @property
    def station(self) -> bool:
        """A township's station: works without a contract."""
        return self.kind == ProviderKind.STATION

    @property
    def stopped(self) -> bool:
        """Not approved, or stopped."""
        return self.state != ProviderState.LIVE or self.standing == "suspended"

    @property
    def last_day(self) -> date:
        """The last day of the qualification; the end of time where none is set."""
        return self.qualified_until or date.max

    @property
    def papers_missing(self) -> bool:
        """A paper or a course is over or not there yet."""
        return self.standing in {"lapsed", "not_yet"}


@dataclass(frozen=True)
class Wanted:
    """What the hard rules ask of a need."""

    wish_sex: str
    purchased: bool = True


@dataclass(frozen=True)
class Obstacle:
    """Why a provider cannot take a need. `rank` puts the near misses first in the list."""

    code: str
    words: str
    rank: int


@dataclass(frozen=True)
class Rule:
    """A hard rule. `stands(profile, wanted, on)` is true against this pair, or an array of such answers.

    `of_pair`: it asks about this very need; the others are the same for all needs of a township, service and wish.
    """

    code: str
    rank: int
    stands: Callable[[Any, Any, date], Any]
    words: Callable[[Profile, Wanted], str]
    of_pair: bool = False


def _full_words(profile: Profile, _wanted: Wanted) -> str:
    words = ngettext("手上已满 %(count)s 户", "手上已满 %(count)s 户", profile.capacity)
    return words % {"count": profile.capacity}


def _lapsed_words(profile: Profile, _wanted: Wanted) -> str:
    return _("资质 %(day)s已到期") % {"day": month_day_words(profile.last_day)}


def _sex_words(_profile: Profile, wanted: Wanted) -> str:
    return _("没有女护理员") if wanted.wish_sex == "f" else _("没有男护理员")


# In the order in which they are asked: the first that stands is the one that is told.
RULES = (
    Rule(
        "volunteer",
        9,
        lambda p, w, on: p.volunteer & w.purchased,
        lambda p, w: _("政府购买的服务不派给志愿者"),
    ),
    Rule(
        "not_volunteer",
        9,
        lambda p, w, on: np.logical_not(p.volunteer) & (not w.purchased),
        lambda p, w: _("志愿服务只派给志愿者"),
    ),
    Rule("not_live", 6, lambda p, w, on: p.stopped, lambda p, w: _("已停用或没通过审核")),
    Rule(
        "no_service",
        7,
        lambda p, w, on: np.logical_not(p.does_service),
        lambda p, w: _("没有获准做这项服务"),
    ),
    Rule(
        "elsewhere",
        8,
        lambda p, w, on: np.logical_not(p.serves_township),
        lambda p, w: _("不在这个乡镇服务"),
    ),
    Rule("lapsed", 1, lambda p, w, on: p.last_day < on, _lapsed_words),
    Rule("lapsed", 1, lambda p, w, on: p.papers_missing, lambda p, w: _("有材料过期或没齐")),
    Rule("declined", 3, lambda p, w, on: p.declined, lambda p, w: _("已经谢绝过这条需求"), of_pair=True),
    Rule("full", 2, lambda p, w, on: p.live_tasks >= p.capacity, _full_words),
    Rule(
        "no_such_sex",
        4,
        lambda p, w, on: np.logical_not(p.has_wished_sex) & bool(w.wish_sex),
        _sex_words,
    ),
    Rule(
        "no_contract",
        5,
        lambda p, w, on: np.logical_not(p.station) & np.logical_not(p.has_lot) & w.purchased,
        lambda p, w: _("没有这个乡镇这项服务的合同"),
    ),
    Rule(
        "no_money",
        2,
        lambda p, w, on: np.logical_not(p.station) & (p.money_left_fen < p.month_fen) & w.purchased,
        lambda p, w: _("合同余额不够一个月"),
        of_pair=True,
    ),
)


def obstacle(profile: Profile, wanted: Wanted, on: date) -> Obstacle | None:
    """The first hard rule that stands against this provider; None when it may be offered the need."""
    for rule in RULES:
        if rule.stands(profile, wanted, on):
            return Obstacle(rule.code, rule.words(profile, wanted), rule.rank)
    return None


def first_against(profiles: Any, wanted: Wanted, on: date, *, of_pair: bool) -> Any:
    """For arrays of profiles: the position in `RULES` of the first rule that stands, -1 where none does.

    Asks either the rules about the very need (`of_pair`) or all the others.
    """
    found = np.full(np.shape(profiles.capacity), -1, dtype=np.int8)
    for position, rule in enumerate(RULES):
        if rule.of_pair is of_pair:
            found = np.where((found < 0) & rule.stands(profiles, wanted, on), np.int8(position), found)
    return found
