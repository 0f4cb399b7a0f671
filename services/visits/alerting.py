"""Dangers: reported at the door, told to three desks at once, taken, closed, and sent up when nobody takes them."""

import uuid
from contextlib import nullcontext
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.base.audit import record
from portal.base.models import OutboxMessage, record_number
from portal.base.outbox import post
from portal.base.refused import Refused
from portal.base.row_security import beyond
from services.visits.access import alerts_received_by, carried_by
from services.visits.dangers import DANGERS, steps_up
from services.visits.duty import first_told, told_at_step
from services.visits.finishing import begun
from services.visits.lifecycle import ALERT
from services.visits.models import Alert, AlertState, PlannedVisit


@transaction.atomic
def raise_alert(
    *,
    planned: PlannedVisit,
    by: Any,
    flag: str,
    words: str,
    uid: uuid.UUID,
    at: datetime | None = None,
) -> Alert:
    """Report a danger; agency, township and bureau are told in the same transaction. The same uid is one alert."""
    at = at or timezone.now()
    goes = PlannedVisit.objects.filter(carried_by(by, at), pk=planned.pk).exists()
    with nullcontext() if goes else beyond("finishing"):
        if not goes and not begun(by, at).filter(pk=planned.pk).exists():
            raise Refused("not_yours", _("这次上门已改派别人。急事请先打 120 或 110"))
        return _raise(planned, by, flag, words, uid, at)


def _raise(planned: PlannedVisit, by: Any, flag: str, words: str, uid: uuid.UUID, at: datetime) -> Alert:
    if flag not in DANGERS:
        raise Refused("unknown_flag", _("请选一种情况"), "flag")
    household = planned.task.need.household
    try:
        with transaction.atomic():
            alert = Alert.objects.create(
                uid=uid,
                no=record_number("A"),
                household=household,
                planned=planned,
                level=DANGERS[flag].level,
                flag=flag,
                words=words,
                raised_by=by,
                raised_at=at,
            )
    except IntegrityError:
        known = Alert.objects.filter(uid=uid, raised_by=by, planned=planned).first()
        if known is None:
            raise Refused("uid_taken", _("这次报告的编号已用在别处，请重新打开页面")) from None
        return known
    told = first_told(household, planned.task.provider, at)
    record(by, "alert.raised", alert, household=household, flag=flag, level=alert.level, told=len(told))
    for person in told:
        post(person, "alert_raised", alert, household=household, urgent=True)
    return alert


@transaction.atomic
def acknowledge_alert(*, alert: Alert, by: Any, at: datetime | None = None) -> Alert:
    """Take an alert: one person answers for it, and it goes up no further."""
    at = at or timezone.now()
    _step(alert, "acknowledge", by, at, taken_by=by, taken_at=at)
    record(by, "alert.acknowledged", alert, household=alert.household)
    post(alert.raised_by, "alert_taken", alert, household=alert.household)
    return alert


@transaction.atomic
def close_alert(*, alert: Alert, by: Any, outcome: str, at: datetime | None = None) -> Alert:
    """Write down what was done, and close."""
    at = at or timezone.now()
    _step(alert, "close", by, at, closed_at=at)
    if not outcome.strip():
        raise Refused("outcome_needed", _("请写明怎么处理的"), "outcome")
    alert.outcome = outcome.strip()
    alert.save(update_fields=["outcome", "updated_at"])
    record(by, "alert.closed", alert, household=alert.household)
    post(alert.raised_by, "alert_closed", alert, household=alert.household)
    return alert


def _step(alert: Alert, verb: str, by: Any, at: datetime, **more: Any) -> None:
    received = alerts_received_by(by, at).values("pk")
    won = Alert.objects.filter(
        pk__in=received, pk=alert.pk, version=alert.version, state__in=ALERT.sources(verb)
    ).update(state=ALERT.moves[verb].target, version=F("version") + 1, updated_at=at, **more)
    if not won:
        raise Refused("wrong_state", _("这条情况刚被别人处理过，请刷新再看"))
    alert.refresh_from_db()


def escalate_alerts(at: datetime | None = None) -> int:
    """Tell one level up of every alert that nobody took in time; running it again tells nobody twice."""
    at = at or timezone.now()
    told = 0
    for alert in Alert.objects.filter(state=AlertState.OPEN).select_related("household__township"):
        for step in range(1, steps_up(alert.level, alert.raised_at, at) + 1):
            told += _send_up(alert, step, at)
    return told


@transaction.atomic
def _send_up(alert: Alert, step: int, at: datetime) -> int:
    keys = {
        f"alert_escalated:{alert.no}:{step}:{person.pk}": person
        for person in told_at_step(alert.household, step, at)
    }
    known = set(OutboxMessage.objects.filter(dedupe_key__in=keys).values_list("dedupe_key", flat=True))
    fresh = {key: person for key, person in keys.items() if key not in known}
    for key, person in fresh.items():
        post(person, "alert_escalated", alert, household=alert.household, urgent=True, dedupe=key)
    if fresh:
        record(None, "alert.escalated", alert, household=alert.household, step=step, told=len(fresh))
    return len(fresh)
