"""Reads for the matching pages and the offers an agency has to answer."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partners.network.models import Region
from portal.base.models import AuditEvent
from portal.base.privacy import mask_name
from services.matching.access import NEED_ROWS, needs_to_match, offers_of, open_at
from services.matching.candidates import distance_km, place_of
from services.matching.models import Offer, OfferState
from services.matching.scoring import distance_words, price_words
from services.recipients.models import Person, SelfCare
from services.tasks.models import Need, NeedState

FAILED = [OfferState.DECLINED, OfferState.EXPIRED]


@dataclass(frozen=True)
class Clock:
    """Time left in words, with the colour that repeats it."""

    words: str
    colour: str


def time_left(until: datetime, at: datetime, *, brief: bool = False) -> Clock:
    """剩 5 小时 20 分, 剩 1 天 2 小时 (brief: 剩 5 小时, 剩 1 天); over time says so."""
    minutes = int((until - at).total_seconds() // 60)
    if minutes < 0:
        return Clock(_("已过期限"), "red")
    days, hours, rest = minutes // 1440, minutes % 1440 // 60, minutes % 60
    if days and brief:
        words = ngettext("剩 %(days)s 天", "剩 %(days)s 天", days)
        return Clock(words % {"days": days}, "amber" if days < 2 else "grey")
    if days:
        words = ngettext("剩 %(days)s 天 %(hours)s 小时", "剩 %(days)s 天 %(hours)s 小时", days)
        return Clock(words % {"days": days, "hours": hours}, "amber" if days < 2 else "grey")
    if hours and brief:
        words = ngettext("剩 %(hours)s 小时", "剩 %(hours)s 小时", hours) % {"hours": hours}
        return Clock(words, "red" if minutes < 6 * 60 else "amber")
    words = _("剩 %(hours)s 小时 %(minutes)s 分") % {"hours": hours, "minutes": rest}
    return Clock(words, "red" if minutes < 6 * 60 else "amber")


def frequency(need: Need) -> str:
    """每周 2 次 where the month divides into weeks, else 每月 2 次."""
    times = need.visits_per_month
    if times % 4 == 0:
        return ngettext("每周 %(times)s 次", "每周 %(times)s 次", times // 4) % {"times": times // 4}
    return ngettext("每月 %(times)s 次", "每月 %(times)s 次", times) % {"times": times}


def wish_words(need: Need) -> str:
    """Which carer the household hopes for."""
    return {"f": _("希望女护理员"), "m": _("希望男护理员")}.get(need.wish_sex, "")


def age_on(birth: date, day: date) -> int:
    """Full years."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def situation(need: Need, on: date) -> str:
    """Age and self-care of the head, in words."""
    heads = [person for person in need.household.persons.all() if person.relation == "self"]
    parts = [_("%(age)s 岁") % {"age": age_on(heads[0].birth_date, on)}] if heads else []
    if need.household.self_care in SelfCare.values:
        parts.append(str(SelfCare(need.household.self_care).label))
    return _("，").join(parts)


def place_words(need: Need) -> str:
    """Township, village and, where registered, group; never the door."""
    region: Region | None = need.household.region
    names: list[str] = []
    while region is not None and region.level != "county":
        names.insert(0, str(region))
        region = region.parent
    return " ".join(names)


def queue(user: Any) -> QuerySet[Need]:
    """Needs waiting for a match, the most pressing first."""
    return (
        needs_to_match(user)
        .filter(state=NeedState.TO_MATCH)
        .select_related(*NEED_ROWS)
        .prefetch_related(Prefetch("household__persons", Person.objects.filter(died_on__isnull=True)))
        .annotate(
            failed=Count("offers", filter=Q(offers__state__in=FAILED)),
            last_end=Subquery(
                Offer.objects.filter(need=OuterRef("pk")).order_by("-sent_at", "-pk").values("state")[:1]
            ),
        )
        .order_by("due_at", "pk")
    )


def queue_row(need: Need, at: datetime) -> dict[str, Any]:
    """What the queue shows of one need. The name is masked: a county list never shows it clear."""
    on = timezone.localdate(at)
    tag = time_left(need.due_at, at, brief=True)
    queued: Any = need  # with the annotation of queue()
    if need.urgent:
        tag = Clock(_("急，%(left)s") % {"left": tag.words}, "red")
    elif queued.last_end == OfferState.DECLINED:
        tag = Clock(_("被谢绝，重派"), "purple")
    elif queued.last_end == OfferState.EXPIRED:
        tag = Clock(_("没答复，重派"), "red")
    return {
        "need": need,
        "name": mask_name(need.household.name),
        "place": place_words(need),
        "situation": situation(need, on),
        "tag": tag,
        "frequency": frequency(need),
    }


def history(need: Need) -> list[dict[str, Any]]:
    """What happened to a need so far, newest first: words without names."""
    words = {
        "need.raised": _("上报了这条需求"),
        "need.verified": _("核实了，进入待匹配"),
        "need.station_duty": _("三次没派出去，转乡镇社工站兜底"),
        "task.ended": _("原来的任务结束了"),
    }
    events = [
        {"at": row.at, "text": words[row.verb]}
        for row in AuditEvent.objects.filter(household_no=need.household.no, verb__in=words).order_by("-at")
        if need.no in {row.object_no, row.detail.get("need")}
    ]
    for offer in need.offers.all():
        events += _offer_events(offer)
    if not any(event["text"] == words["need.raised"] for event in events):
        events.append({"at": need.created_at, "text": words["need.raised"]})
    return sorted(events, key=lambda event: event["at"], reverse=True)


def _offer_events(offer: Offer) -> list[dict[str, Any]]:
    name = offer.provider.name
    found = [{"at": offer.sent_at, "text": _("派给 %(name)s") % {"name": name}}]
    ends: dict[str, str] = {
        OfferState.ACCEPTED: _("%(name)s 接受了"),
        OfferState.DECLINED: _("%(name)s 谢绝了：%(ground)s"),
        OfferState.WITHDRAWN: _("撤回了给 %(name)s 的派单：%(ground)s"),
        OfferState.EXPIRED: _("%(name)s 过了时间没答复"),
    }
    if offer.state in ends:
        found.append(
            {
                "at": offer.answered_at or offer.expires_at,
                "text": ends[offer.state] % {"name": name, "ground": offer.ground},
            }
        )
    return found


def waiting_offers(user: Any, at: datetime) -> list[dict[str, Any]]:
    """Offers to answer, the shortest time first. Village and service only: no name before it is accepted."""
    rows = (
        offers_of(user)
        .filter(open_at(at))
        .select_related("need__household__region__parent", "need__household__township", "provider")
        .order_by("expires_at", "pk")
    )
    return [offer_card(row, at) for row in rows]


def offer_card(offer: Offer, at: datetime) -> dict[str, Any]:
    """What an offer tells the provider."""
    need = offer.need
    km = distance_km(offer.provider, place_of(need))
    known = need.household.self_care in SelfCare.values
    return {
        "offer": offer,
        "place": f"{need.household.township} {_village(need)}",
        "service": need.get_service_display(),
        "frequency": frequency(need),
        "minutes": need.minutes,
        "self_care": SelfCare(need.household.self_care).label if known else "",
        "wish": wish_words(need),
        "distance": distance_words(km) if km is not None else "",
        "price": price_words(offer.unit_fen),
        "left": time_left(offer.expires_at, at),
        "open": offer.state == OfferState.WAITING and offer.expires_at > at,
    }


def _village(need: Need) -> str:
    region = need.household.region
    if region.level == "group":
        assert region.parent is not None  # a group lies in a village or a township
        region = region.parent
    return "" if region.level == "township" else str(region)
