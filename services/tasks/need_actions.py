"""What can be done with a need before and after it is matched: raise, verify, pause, resume, close."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.network.queries import holders
from portal.base.audit import record
from portal.base.models import record_number
from portal.base.outbox import post
from portal.base.refused import Refused
from services.intake.models import Report
from services.recipients.models import Household, HouseholdState
from services.tasks.access import MATCH, VERIFY, needs_at_place
from services.tasks.frequency import default_minutes, default_visits, due_from
from services.tasks.lifecycle import NEED
from services.tasks.models import Need, NeedPart
from services.tasks.need_access import has_task

MOST_VISITS, LEAST_MINUTES, MOST_MINUTES = 31, 10, 1440


@dataclass(frozen=True)
class Terms:
    """What verification settles."""

    visits_per_month: int
    minutes: int
    part: str = NeedPart.PURCHASED
    wish_sex: str = ""
    wish: str = ""
    urgent: bool = False


@transaction.atomic
def raise_need(
    *,
    by: Any,
    household: Household,
    service: str,
    urgent: bool = False,
    wish: str = "",
    report: Report | None = None,
    at: datetime | None = None,
) -> Need:
    """Say that a household needs a service; the township verifies it next. Refused: need_open, household_not_active."""
    at = at or timezone.now()
    if household.state != HouseholdState.ACTIVE:
        raise Refused("household_not_active", _("这户的档案没有在册，不能提需求"))
    need = Need(
        no=record_number("N"),
        household=household,
        service=service,
        visits_per_month=default_visits(service, household.self_care),
        minutes=default_minutes(service),
        urgent=urgent,
        wish=wish,
        due_at=due_from(at, urgent=urgent),
        report=report,
        reported_by=by,
    )
    try:
        with transaction.atomic():
            need.save()
    except IntegrityError:
        if not Need.objects.filter(household=household, service=service).exclude(state="closed").exists():
            raise
        raise Refused("need_open", _("这户已有这项服务的需求，不用再提"), field="service") from None
    record(by, "need.raised", need, household=household, service=service, urgent=urgent)
    for person in holders(VERIFY, household.township.path, at):
        if person.pk != by.pk:
            post(person, "need_raised", need, household=household, urgent=urgent)
    return need


def _step(need: Need, verb: str, *, by: Any, version: int, at: datetime, **more: Any) -> Need:
    """Take the step if the version still holds and `by` verifies needs there, in one statement."""
    target = NEED.step(need.state, verb)
    moved = (
        Need.objects.filter(pk=need.pk, version=version, state__in=NEED.sources(verb))
        .filter(pk__in=needs_at_place(by, VERIFY).values("pk"))
        .update(state=target, version=F("version") + 1, updated_at=at, **more)
    )
    if not moved:
        raise Refused("stale", _("这件需求刚被别人办过，请看现在的情况再定"))
    return Need.objects.select_related("household__township", "report__reported_by", "reported_by").get(
        pk=need.pk
    )


def _tell_reporter(need: Need, topic: str, by: Any) -> None:
    reporter = need.report.reported_by if need.report else need.reported_by
    if reporter.pk != by.pk:
        post(reporter, topic, need.report or need, household=need.household)


@transaction.atomic
def verify_need(*, by: Any, need: Need, version: int, terms: Terms, at: datetime | None = None) -> Need:
    """Confirm a need and settle how often, how long and by whom; it waits to be matched.

    Refused: wrong_state, stale, visits_range, minutes_range.
    """
    at = at or timezone.now()
    if not 1 <= terms.visits_per_month <= MOST_VISITS:
        raise Refused("visits_range", _("每月次数要在 1 到 31 之间"), field="visits_per_month")
    if not LEAST_MINUTES <= terms.minutes <= MOST_MINUTES:
        raise Refused("minutes_range", _("每次要在 10 到 1440 分钟之间"), field="minutes")
    need = _step(
        need,
        "verify",
        by=by,
        version=version,
        at=at,
        verified_by=by,
        verified_at=at,
        due_at=due_from(at, urgent=terms.urgent),
        visits_per_month=terms.visits_per_month,
        minutes=terms.minutes,
        part=terms.part,
        wish_sex=terms.wish_sex,
        wish=terms.wish,
        urgent=terms.urgent,
    )
    record(by, "need.verified", need, household=need.household, visits=terms.visits_per_month)
    for person in holders(MATCH, need.household.township.path[:4], at):
        if person.pk != by.pk:
            post(person, "need_to_match", need, household=need.household, urgent=need.urgent)
    _tell_reporter(need, "need_verified", by)
    return need


@transaction.atomic
def pause_need(*, by: Any, need: Need, version: int, reason: str, at: datetime | None = None) -> Need:
    """Let a need rest. Refused: reason_empty, task_live, wrong_state, stale."""
    _check_reason(reason)
    _check_free(need)
    need = _step(need, "pause", by=by, version=version, at=at or timezone.now())
    record(by, "need.paused", need, household=need.household, purpose=reason.strip()[:200])
    return need


@transaction.atomic
def resume_need(*, by: Any, need: Need, version: int, at: datetime | None = None) -> Need:
    """A need that rested waits to be matched again. Refused: wrong_state, stale."""
    at = at or timezone.now()
    need = _step(need, "resume", by=by, version=version, at=at, due_at=due_from(at, urgent=need.urgent))
    record(by, "need.resumed", need, household=need.household)
    return need


@transaction.atomic
def close_need(*, by: Any, need: Need, version: int, reason: str, at: datetime | None = None) -> Need:
    """End a need for good. Refused: reason_empty, task_live, wrong_state, stale."""
    _check_reason(reason)
    _check_free(need)
    need = _step(need, "close", by=by, version=version, at=at or timezone.now())
    record(by, "need.closed", need, household=need.household, purpose=reason.strip()[:200])
    _tell_reporter(need, "need_closed", by)
    return need


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused("reason_empty", _("请写明原因"), field="reason")


def _check_free(need: Need) -> None:
    """A task that somebody does is ended first, so that nobody goes to a door for nothing."""
    if has_task(need):
        raise Refused("task_live", _("还有任务在做，请先暂停或终止任务"))
