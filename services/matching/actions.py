"""Offering a need, and what becomes of the offer."""

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.providers.models import Provider, ProviderKind
from partners.vetting.standing_queries import provider_standings
from portal.base.audit import record
from portal.base.models import record_number
from portal.base.outbox import post
from portal.base.refused import Refused
from portal.base.row_security import beyond
from services.contracts.models import Contract, ContractState
from services.matching import access, guard
from services.matching.candidates import suggest
from services.matching.lifecycle import OFFER
from services.matching.models import Offer, OfferState
from services.recipients.duties import Duty, refuse_third_duty
from services.tasks.access import ANSWER, members_with, open_for_team
from services.tasks.actions import LIVE_TASKS
from services.tasks.lifecycle import NEED
from services.tasks.models import Need, NeedPart, Task

HOURS = (24, 48)
URGENT_HOURS = (2, 24, 48)
FAILURES_BEFORE_DUTY = 3


@transaction.atomic
def send_offer(
    *, need: Need, provider_no: str, hours: int, by: Any, reason: str = "", at: datetime | None = None
) -> Offer:
    """Offer a need to a provider that may take it; not the first of the list only with a reason."""
    at = at or timezone.now()
    moved = (
        Need.objects.filter(pk__in=access.needs_to_match(by).values("pk"))
        .filter(pk=need.pk, version=need.version, state__in=NEED.sources("offer"))
        .update(state=NEED.moves["offer"].target, version=F("version") + 1, updated_at=at)
    )
    if not moved:
        raise Refused("need_changed", _("这条需求刚有变化，请看现在的情况"))
    refuse_third_duty(by, need.household, Duty.ASSIGN)
    if need.part != NeedPart.PURCHASED:
        raise Refused("voluntary", _("志愿服务直接派给志愿者，不用派单"))
    if hours not in (URGENT_HOURS if need.urgent else HOURS):
        raise Refused("hours", _("请选答复的时间"), "hours")
    suggestion = suggest(need, at)
    chosen = suggestion.find(provider_no)
    if chosen is None:
        against = suggestion.obstacle_of(provider_no)
        if against is None:
            raise Refused("provider_unknown", _("请选一个服务方"), "provider")
        raise Refused(
            against.code, _("不能派给这家：%(why)s。请另选一家") % {"why": against.words}, "provider"
        )
    if chosen.rank > 1 and not reason.strip():
        raise Refused("reason_needed", _("没选第一名，请写明理由"), "reason")
    offer = Offer.objects.create(
        no=record_number("O"),
        need=need,
        provider=chosen.provider,
        contract=chosen.contract,
        unit_fen=chosen.unit_fen,
        sent_at=at,
        expires_at=at + timedelta(hours=hours),
        sent_by=by,
        rank=chosen.rank,
        choice_reason=reason.strip()[:200],
        terms={
            "score": chosen.score,
            "terms": [{"code": t.code, "share": t.share, "weight": t.weight} for t in chosen.terms],
        },
    )
    record(by, "offer.sent", offer, household=need.household, need=need.no, rank=chosen.rank)
    _tell_team(offer, "offer_received", urgent=need.urgent)
    need.refresh_from_db(fields=["state", "version"])
    return offer


def _tell_team(offer: Offer, topic: str, *, urgent: bool = False) -> None:
    """Tell those who answer for the provider. The message names no household: nobody there may see it yet."""
    for member in members_with(ANSWER, timezone.now()).filter(provider=offer.provider).select_related("user"):
        post(member.user, topic, offer, urgent=urgent)


@transaction.atomic
def accept_offer(*, offer: Offer, by: Any, at: datetime | None = None) -> Task:
    """Take the work for the provider; exactly one of many askers wins, and asking again gets the same task."""
    at = at or timezone.now()
    if not guard.take(offer, by, at):
        with beyond("refusal"):
            offer.refresh_from_db()
        return _taken_before(offer, by, at)
    _check_takeable(offer, at)
    moved = guard.place(offer.need_id, at)
    if not moved:
        raise Refused("need_changed", _("这条需求刚有变化，请看现在的情况"))
    try:
        with transaction.atomic():
            task = Task.objects.create(
                no=record_number("T"),
                need=offer.need,
                provider=offer.provider,
                contract=offer.contract,
                valid_from=at,
            )
    except IntegrityError:  # the second guard: task_one_live_a_need
        raise Refused("already_taken", _("这件派单已被接下。看看其他派单"))
    open_for_team(task, at)
    record(by, "offer.accepted", offer, household=offer.need.household, task=task.no)
    post(offer.sent_by, "offer_accepted", offer, household=offer.need.household)
    return task


def _taken_before(offer: Offer, by: Any, at: datetime) -> Task:
    """The winner's own second asking gets the task; everybody else hears what became of the offer."""
    if offer.state == OfferState.ACCEPTED:
        task = offer.need.tasks.filter(provider=offer.provider_id).order_by("-valid_from", "-pk").first()
        if offer.answered_by_id == by.pk and task is not None:
            return task
        clock = timezone.localtime(offer.answered_at)
        raise Refused(
            "already_taken",
            _("这件派单 %(clock)s 已被接下。看看其他派单") % {"clock": f"{clock:%H:%M}"},
        )
    raise gone(offer, at)


def gone(offer: Offer, at: datetime) -> Refused:
    """Why an offer cannot be answered any more."""
    if offer.state == OfferState.WAITING and offer.expires_at > at:
        return Refused("not_answerable", _("您的机构现在不能接单，资质可能已到期或停用"))
    words: dict[str, str] = {
        OfferState.ACCEPTED: _("这件派单已被接下。看看其他派单"),
        OfferState.DECLINED: _("这件派单已经谢绝，退回县里了"),
        OfferState.WITHDRAWN: _("这件派单县里已经撤回"),
    }
    return Refused(
        "expired" if offer.state in {OfferState.WAITING, OfferState.EXPIRED} else f"was_{offer.state}",
        words.get(offer.state, _("过了答复时间，这件派单已退回县里")),
    )


def _check_takeable(offer: Offer, at: datetime) -> None:
    """Room in the team and a contract that still pays; the provider's row keeps two acceptances in order."""
    provider = Provider.objects.select_for_update().get(pk=offer.provider_id)
    if not provider_standings([provider], at, offer.need.service)[provider.pk].holds:
        raise Refused("not_answerable", _("您的机构现在不能接单，资质可能已到期或停用"))
    with beyond("counts"):
        carried = Task.objects.filter(provider=provider, state__in=LIVE_TASKS).count()
    if not guard.off() and carried >= provider.capacity:
        raise Refused("full", _("本机构手上的户数已满，请先谢绝或结束一户"))
    if provider.kind != ProviderKind.STATION and (
        offer.contract_id is None
        or not Contract.objects.filter(
            pk=offer.contract_id, state=ContractState.ACTIVE, ends_on__gt=timezone.localdate(at)
        ).exists()
    ):
        raise Refused("contract_not_active", _("这份合同已暂停或到期，请联系县民政局"))


@transaction.atomic
def decline_offer(*, offer: Offer, ground: str, by: Any, at: datetime | None = None) -> Offer:
    """Say no, with a ground; the need waits for a match again."""
    at = at or timezone.now()
    said = (
        Offer.objects.filter(access.open_at(at), access.answerable_by(by, at))
        .filter(pk=offer.pk, version=offer.version)
        .update(
            state=OFFER.moves["decline"].target,
            version=F("version") + 1,
            answered_at=at,
            answered_by=by,
            ground=ground.strip()[:200],
            updated_at=at,
        )
    )
    if not said:
        with beyond("refusal"):
            offer.refresh_from_db()
        raise gone(offer, at)
    if not ground.strip():
        raise Refused("ground_needed", _("请写明谢绝的原因"), "ground")
    offer.refresh_from_db()
    _back_to_match(offer, at)
    record(by, "offer.declined", offer, household=offer.need.household, purpose=ground.strip()[:200])
    post(offer.sent_by, "offer_declined", offer, household=offer.need.household)
    return offer


@transaction.atomic
def withdraw_offer(*, offer: Offer, by: Any, reason: str, at: datetime | None = None) -> Offer:
    """The bureau takes an unanswered offer back."""
    at = at or timezone.now()
    taken = (
        Offer.objects.filter(need__in=access.needs_to_match(by).values("pk"))
        .filter(pk=offer.pk, version=offer.version, state__in=OFFER.sources("withdraw"))
        .update(
            state=OFFER.moves["withdraw"].target,
            version=F("version") + 1,
            answered_at=at,
            ground=reason.strip()[:200],
            updated_at=at,
        )
    )
    if not taken:
        with beyond("refusal"):
            offer.refresh_from_db()
        raise gone(offer, at)
    if not reason.strip():
        raise Refused("reason_needed", _("请写明撤回的原因"), "reason")
    offer.refresh_from_db()
    _back_to_match(offer, at)
    record(by, "offer.withdrawn", offer, household=offer.need.household, purpose=reason.strip()[:200])
    _tell_team(offer, "offer_withdrawn")
    return offer


def expire_offers(at: datetime) -> int:
    """Tidy what the clock has ended: an offer over time is already closed to everybody. Returns how many."""
    due = Offer.objects.filter(state=OfferState.WAITING, expires_at__lte=at)
    return sum(_expire(offer, at) for offer in due.select_related("need__household__township", "sent_by"))


@transaction.atomic
def _expire(offer: Offer, at: datetime) -> int:
    ended = Offer.objects.filter(pk=offer.pk, state__in=OFFER.sources("expire"), expires_at__lte=at).update(
        state=OFFER.moves["expire"].target, version=F("version") + 1, updated_at=at
    )
    if not ended:
        return 0
    offer.refresh_from_db(fields=["state", "version"])
    _back_to_match(offer, at)
    record(None, "offer.expired", offer, household=offer.need.household)
    post(offer.sent_by, "offer_expired", offer, household=offer.need.household)
    return 1


def _back_to_match(offer: Offer, at: datetime) -> None:
    """The need waits again; after three failures the township's station is told that it is its duty."""
    Need.objects.filter(pk=offer.need_id, state__in=NEED.sources("unoffer")).update(
        state=NEED.moves["unoffer"].target, version=F("version") + 1, updated_at=at
    )
    if failures(offer.need) != FAILURES_BEFORE_DUTY:
        return
    township = offer.need.household.township_id
    stations = Provider.objects.filter(station__township=township)
    record(None, "need.station_duty", offer.need, household=offer.need.household)
    for member in members_with(ANSWER, at).filter(provider__in=stations).select_related("user"):
        post(member.user, "station_duty", offer.need)


def failures(need: Need) -> int:
    """How many offers of this need were declined or ran over time."""
    return sum(offer.state in {OfferState.DECLINED, OfferState.EXPIRED} for offer in need.offers.all())
