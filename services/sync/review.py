"""A person decides about what a phone brought: it counts, or it stays as evidence and counts for nothing."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.base.audit import record
from portal.base.outbox import post
from portal.base.refused import Refused
from portal.base.row_security import beyond
from services.sync import access
from services.sync.amending import lay_over
from services.sync.arriving import land
from services.sync.facts import planned_visit
from services.sync.models import InboxState, ItemKind, SyncInbox
from services.sync.payloads import Change, Item, Unreadable, read_change, read_item, read_visit
from services.sync.told import county_people
from services.visits.doubts import write_doubts
from services.visits.models import DoubtKind, Verdict, VisitRecord


@transaction.atomic
def decide(*, row: SyncInbox, approve: bool, ground: str, by: Any, at: datetime | None = None) -> SyncInbox:
    """Say whether an item counts; then it is a record like any other, to be confirmed like any other, or never one.

    Refused: wrong_state, reason_needed, already_recorded, cannot_read, no_target, first_first.
    """
    at = at or timezone.now()
    mine = access.decided_by_place(by, at).filter(access.waiting_condition(at), pk=row.pk).values("pk")
    state = InboxState.APPROVED if approve else InboxState.REFUSED
    won = SyncInbox.objects.filter(pk__in=mine, state__in=access.WAITING).update(
        state=state, decided_by=by, decided_at=at, ground=ground.strip()[:300], updated_at=at
    )
    if not won:
        raise Refused("wrong_state", _("这一份刚被别人看过，请刷新再看"))
    if not ground.strip():
        raise Refused("reason_needed", _("请写明理由，做事的人会看到"), "ground")
    with beyond("sync"):
        row.refresh_from_db()
        if approve:
            row.record = _count(row, at)
            row.save(update_fields=["record", "updated_at"])
        household = row.planned.task.need.household if row.planned is not None else None
        record(by, f"sync.{state}", row, household=household, reason=row.reason)
        topic = "brought_counts" if approve else "brought_counts_not"
        post(row.author, topic, row, household=household, dedupe=f"{topic}:{row.uid}:{row.author_id}")
    return row


def _count(row: SyncInbox, at: datetime) -> VisitRecord:
    """What approving makes of an item. Refused as `decide`."""
    if row.planned is None:
        raise Refused("no_target", _("不知道是哪一户的，不能认定。请选不算"))
    planned = planned_visit(row.planned.no)
    assert planned is not None  # the row that the key led to
    row.planned = planned
    try:
        item = read_item(row.raw.encode())
        if row.kind == ItemKind.AMENDMENT:
            return _amended(row, read_change(item.said), at)
        if row.variant or _first_record(row) is not None:
            return _merged(row, item, at)
        return land(row, planned, read_visit(item.said), (), at)
    except Unreadable:
        raise Refused("cannot_read", _("内容读不出来，现在不能认定。请先留着，或选不算")) from None


def _first_record(row: SyncInbox) -> VisitRecord | None:
    return VisitRecord.objects.filter(uid=row.visit).select_related("planned__task__need__household").first()


def _amended(row: SyncInbox, change: Change, at: datetime) -> VisitRecord:
    target = _first_record(row)
    if target is None:
        raise Refused("first_first", _("原来的记录还没认定，请先看那一份"))
    if change.withdrawn:
        if target.verdict == Verdict.CONFIRMED:
            raise Refused("confirmed_before", _("这份记录已经确认了，不能再改"))
        write_doubts(target, [DoubtKind.WITHDRAWN.value], at)
        return target
    lay_over(row, change, target, at)
    return target


def _merged(row: SyncInbox, item: Item, at: datetime) -> VisitRecord:
    """Another content of a record: what differs is laid over it as an amendment; the first stays as it was."""
    target = _first_record(row)
    if target is None:
        raise Refused("first_first", _("原来的记录还没认定，请先看那一份"))
    report = read_visit(item.said).report
    answers = {code: state for code, state in report.answers.items() if target.answers.get(code) != state}
    note = report.note if report.note != target.note else ""
    lay_over(row, Change(1, answers, report.item_notes, note), target, at)
    return target


def tell_late(*, at: datetime | None = None) -> int:
    """What waits longer than seven days is told to the county once; returns how many items."""
    at = at or timezone.now()
    late = SyncInbox.objects.filter(access.waiting_condition(at), late_condition(at))
    rows = list(late.select_related("planned__task__need__household").order_by("pk")[:200])
    for row in rows:
        _tell_one(row, at)
    return len(rows)


def late_condition(at: datetime) -> Q:
    """Old enough to alarm, and nobody was told yet."""
    return Q(received_at__lt=at - access.LATE, told_at=None)


@transaction.atomic
def _tell_one(row: SyncInbox, at: datetime) -> None:
    if not SyncInbox.objects.filter(pk=row.pk, told_at=None).update(told_at=at, updated_at=at):
        return
    household = row.planned.task.need.household if row.planned is not None else None
    record(None, "sync.late", row, household=household, reason=row.reason)
    for person in county_people(at):
        dedupe = f"brought_late:{row.uid}:{person.pk}"
        post(person, "brought_late", row, household=household, dedupe=dedupe, urgent=True)
