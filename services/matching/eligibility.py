"""The hard rules: who cannot take a need, and why, in words. Decisions on values only."""

from dataclasses import dataclass
from datetime import date

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


def obstacle(profile: Profile, wanted: Wanted, on: date) -> Obstacle | None:
    """The first hard rule that stands against this provider; None when it may be offered the need."""
    if wanted.purchased and profile.kind == ProviderKind.VOLUNTEER:
        return Obstacle("volunteer", _("政府购买的服务不派给志愿者"), 9)
    if not wanted.purchased and profile.kind != ProviderKind.VOLUNTEER:
        return Obstacle("not_volunteer", _("志愿服务只派给志愿者"), 9)
    if profile.state != ProviderState.LIVE or profile.standing == "suspended":
        return Obstacle("not_live", _("已停用或没通过审核"), 6)
    if not profile.does_service:
        return Obstacle("no_service", _("没有获准做这项服务"), 7)
    if not profile.serves_township:
        return Obstacle("elsewhere", _("不在这个乡镇服务"), 8)
    if profile.qualified_until is not None and profile.qualified_until < on:
        return Obstacle(
            "lapsed",
            _("资质 %(day)s已到期") % {"day": month_day_words(profile.qualified_until)},
            1,
        )
    if profile.standing in {"lapsed", "not_yet"}:
        return Obstacle("lapsed", _("有材料过期或没齐"), 1)
    if profile.declined:
        return Obstacle("declined", _("已经谢绝过这条需求"), 3)
    if profile.live_tasks >= profile.capacity:
        return Obstacle(
            "full",
            ngettext("手上已满 %(count)s 户", "手上已满 %(count)s 户", profile.capacity)
            % {"count": profile.capacity},
            2,
        )
    if wanted.wish_sex and not profile.has_wished_sex:
        words = _("没有女护理员") if wanted.wish_sex == "f" else _("没有男护理员")
        return Obstacle("no_such_sex", words, 4)
    if wanted.purchased and profile.kind != ProviderKind.STATION:
        if not profile.has_lot:
            return Obstacle("no_contract", _("没有这个乡镇这项服务的合同"), 5)
        if profile.money_left_fen < profile.month_fen:
            return Obstacle("no_money", _("合同余额不够一个月"), 2)
    return None
