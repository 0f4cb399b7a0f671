"""When somebody goes: setting dates, and what re-assigning and ending do to the dates set."""

import calendar
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.base.audit import record
from portal.base.dates import month_day_words
from portal.base.models import record_number
from portal.base.outbox import post
from portal.base.refused import Refused
from portal.base.row_security import beyond
from portal.models import User
from services.recipients.models import Household, HouseholdState
from services.tasks import actions as task_actions
from services.tasks.models import Assignment, AssignmentPart, Task, TaskState
from services.visits.lifecycle import PLANNED
from services.visits.models import PlannedState, PlannedVisit

FURTHEST_DAYS = 92
ON_THE_WAY = [PlannedState.PLANNED, PlannedState.UNDER_WAY]


def month_days(year: int, month: int, weekdays: Iterable[int], from_day: date, most: int) -> list[date]:
    """The days of a month that fall on these weekdays (Monday is 0), from a day on, spread over the weeks.

    More days than `most` are thinned evenly, so that visits do not crowd at one end of the month.
    """
    wanted = set(weekdays)
    last = calendar.monthrange(year, month)[1]
    days = [date(year, month, n) for n in range(1, last + 1)]
    fits = [day for day in days if day.weekday() in wanted and day >= from_day]
    if len(fits) <= most:
        return fits
    return [fits[n * len(fits) // most] for n in range(most)]


def at_time(day: date, clock: time) -> datetime:
    """That moment in the county's time."""
    return timezone.make_aware(datetime.combine(day, clock))


@transaction.atomic
def set_dates(
    *, task: Task, starts: Iterable[datetime], minutes: int, by: Any, at: datetime | None = None
) -> list[PlannedVisit]:
    """Plan visits of the task's present worker; refused when the worker is already somewhere else then."""
    at = at or timezone.now()
    task_actions.move_task(task, "plan", by, at)
    check_not_paused(Household.objects.get(needs=task.need_id))
    moments = sorted(set(starts))
    if not moments:
        raise Refused("no_dates", _("请至少选一个日期"), "days")
    if moments[0] <= at:
        today = timezone.localtime(at)
        raise Refused(
            "past",
            _("上门时间不能早于现在（%(day)s）") % {"day": month_day_words(today)},
            "days",
        )
    if moments[-1] > at + timedelta(days=FURTHEST_DAYS):
        raise Refused("too_far", _("最多排到三个月以后，请改日期"), "days")
    lead = task_actions.live_assignments(task).filter(part=AssignmentPart.LEAD).first()
    if lead is None:
        raise Refused("nobody_assigned", _("还没有派人。请先派人，再排日期"))
    check_free(lead.user, [(moment, minutes) for moment in moments])
    rows = [_plan(task, lead, moment, minutes) for moment in moments]
    record(by, "task.planned", task, household=task.need.household, visits=[row.no for row in rows])
    post(lead.user, "dates_set", task, household=task.need.household)
    return rows


def _plan(task: Task, lead: Assignment, moment: datetime, minutes: int) -> PlannedVisit:
    day = timezone.localtime(moment).date()
    try:
        with transaction.atomic():
            return PlannedVisit.objects.create(
                no=record_number("V"),
                task=task,
                assignment=lead,
                day=day,
                starts_at=moment,
                minutes=minutes,
                epoch=task.epoch,
            )
    except IntegrityError:
        raise Refused(
            "day_taken",
            _("%(day)s已经排过，请去掉这一天") % {"day": month_day_words(day)},
            "days",
        )


def check_free(worker: Any, wanted: list[tuple[datetime, int]], *, besides: Task | None = None) -> None:
    """Refuses when the worker has another visit at any of these times. Held against a second planner by a row lock."""
    if not wanted:
        return
    User.objects.select_for_update().filter(pk=worker.pk).first()
    first, last = min(start for start, _m in wanted), max(start for start, _m in wanted)
    busy = PlannedVisit.objects.filter(
        assignment__user=worker,
        state__in=ON_THE_WAY,
        starts_at__gt=first - timedelta(days=1),
        starts_at__lt=last + timedelta(days=1),
    )
    if besides is not None:
        busy = busy.exclude(task=besides)
    spans = [(start, start + timedelta(minutes=length)) for start, length in wanted]
    with beyond("busy"):
        taken = list(busy.only("starts_at", "minutes"))
    for visit in taken:
        end = visit.starts_at + timedelta(minutes=visit.minutes)
        for from_, to in spans:
            if from_ < end and visit.starts_at < to:
                raise clash(visit.starts_at)


def clash(moment: datetime) -> Refused:
    """The worker is already on the way to somebody then; says when, not to whom."""
    local = timezone.localtime(moment)
    return Refused(
        "clash",
        _("这个人 %(day)s %(clock)s 已有上门安排，请改时间或换人")
        % {"day": month_day_words(local), "clock": f"{local:%H:%M}"},
        "worker",
    )


@transaction.atomic
def reassign(*, task: Task, worker: Any, reason: str, by: Any, at: datetime | None = None) -> Assignment:
    """Send somebody else: the visits still to come move to them and to the new epoch."""
    at = at or timezone.now()
    row = task_actions.reassign_worker(task=task, worker=worker, reason=reason, by=by, at=at)
    move_open_visits(row)
    return row


@transaction.atomic
def assign(*, task: Task, worker: Any, by: Any, at: datetime | None = None) -> Assignment:
    """Send somebody; visits left by one who went away move to them."""
    row = task_actions.assign_worker(task=task, worker=worker, by=by, at=at)
    move_open_visits(row)
    return row


def move_open_visits(row: Assignment) -> int:
    """Let the visits not yet begun follow the new assignment, if the person is free then."""
    open_visits = PlannedVisit.objects.filter(task=row.task, state=PlannedState.PLANNED)
    check_free(row.user, [(visit.starts_at, visit.minutes) for visit in open_visits], besides=row.task)
    return open_visits.update(
        assignment=row, epoch=row.epoch, version=F("version") + 1, updated_at=timezone.now()
    )


@transaction.atomic
def pause(*, task: Task, reason: str, by: Any, at: datetime | None = None) -> int:
    """Let the task rest and cancel the visits still to come; a visit under way is finished first."""
    at = at or timezone.now()
    task_actions.pause_task(task=task, reason=reason, by=by, at=at)
    begun = PlannedVisit.objects.filter(task=task, state=PlannedState.UNDER_WAY)
    if begun.filter(checked_in_at__gt=at - timedelta(days=1)).exists():
        raise Refused("visit_under_way", _("有一次上门正在做。等交了记录，再暂停"))
    return _cancel_open(task, by, at, reason)


def _cancel_open(task: Task, by: Any, at: datetime, reason: str) -> int:
    """Take off every visit from today on that nobody began; those of earlier days stay missed."""
    with beyond("ending"):
        cancelled = PlannedVisit.objects.filter(
            task=task, state=PlannedState.PLANNED, day__gte=timezone.localdate(at)
        ).update(state=PlannedState.CANCELLED, version=F("version") + 1, updated_at=at)
    if cancelled:
        household = task.need.household
        record(by, "visits.cancelled", task, household=household, count=cancelled, purpose=reason[:200])
    return cancelled


@transaction.atomic
def end(*, task: Task, reason: str, to_match: bool, by: Any, at: datetime | None = None) -> int:
    """End the task and cancel the visits not yet begun; returns how many were cancelled."""
    at = at or timezone.now()
    task_actions.end_task(task=task, reason=reason, to_match=to_match, by=by, at=at)
    return _cancel_open(task, by, at, reason)


def stop_visits(
    *,
    tasks: Iterable[Task],
    by: Any,
    household: Any,
    at: datetime,
    pause: Any = None,
    under_way_too: bool = False,
) -> int:
    """Cancel what is planned of these tasks, inside the caller's transaction; returns how many.

    A visit under way is left to whoever stands at the door, unless the household itself is no more.
    """
    sources = ON_THE_WAY if under_way_too else PLANNED.sources("stop")
    return PlannedVisit.objects.filter(task__in=list(tasks), state__in=sources).update(
        state=PLANNED.moves["stop"].target, stopped_by=pause, version=F("version") + 1, updated_at=at
    )


def restore_visits(*, pause: Any, at: datetime) -> int:
    """Bring back the visits a pause stopped, where their time has not come and their carer is still sent and free."""
    stopped = PlannedVisit.objects.filter(
        stopped_by=pause, state__in=PLANNED.sources("restore"), starts_at__gt=at, task__state=TaskState.LIVE
    )
    restored = 0
    for visit in stopped.select_related("assignment__user", "task"):
        row = visit.assignment
        if row is None or row.valid_to <= at or visit.epoch != visit.task.epoch:
            continue
        try:
            with transaction.atomic():
                check_free(row.user, [(visit.starts_at, visit.minutes)])
                restored += PlannedVisit.objects.filter(
                    pk=visit.pk, state__in=PLANNED.sources("restore"), stopped_by=pause
                ).update(
                    state=PLANNED.moves["restore"].target,
                    stopped_by=None,
                    version=F("version") + 1,
                    updated_at=at,
                )
        except (Refused, IntegrityError):
            # The hour or the day was given away meanwhile; the agency plans anew.
            continue
    return restored


def check_not_paused(household: Any) -> None:
    """Refuses new dates while nobody may go there."""
    if household.state != HouseholdState.ACTIVE:
        raise Refused("household_paused", _("这户现在暂停上门，恢复后再排日期"), "days")


@transaction.atomic
def cancel_visit(*, visit: PlannedVisit, reason: str, by: Any, at: datetime | None = None) -> None:
    """Take one date off again."""
    at = at or timezone.now()
    task_actions.move_task(visit.task, "plan", by, at)
    cancelled = PlannedVisit.objects.filter(
        pk=visit.pk, task=visit.task, state=PlannedState.PLANNED, version=visit.version
    ).update(state=PlannedState.CANCELLED, version=F("version") + 1, updated_at=at)
    if not cancelled:
        raise Refused("visit_changed", _("这次上门刚有变化，请刷新再看"))
    record(by, "visit.cancelled", visit, household=visit.task.need.household, purpose=reason[:200])
