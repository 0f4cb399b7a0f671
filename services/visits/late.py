"""Visits made without signal: brought by a phone hours or days later, written with the times at which they were made.

Whether such a visit counts is decided before (`services.sync`); here it becomes a record like any other, to be
confirmed like any other. Inside the caller's transaction.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from portal.base.audit import record
from portal.base.outbox import post
from portal.base.refused import Refused
from services.consents.queries import said_no
from services.visits import rules
from services.visits.actions import follow, pack, write_record
from services.visits.doubts import doubts_of
from services.visits.duty import judges_of
from services.visits.lifecycle import PLANNED, VERDICT
from services.visits.models import (
    DoubtKind,
    PlannedState,
    PlannedVisit,
    Verdict,
    VisitAmendment,
    VisitDoubt,
    VisitRecord,
)
from services.visits.rules import Fix, VisitReport

LONGEST = timedelta(days=2)


@dataclass(frozen=True)
class Made:
    """When and where a visit was made, as the server believes it; `marks` are kinds of doubt that it brings along.

    `decided`: a person said that it counts.
    """

    started_at: datetime
    ended_at: datetime
    arrived: Fix | None = None
    ground: str = ""
    company_ground: str = ""
    epoch: int | None = None
    marks: tuple[str, ...] = ()
    decided: bool = False


def bring_visit(
    *, planned: PlannedVisit, author: Any, uid: uuid.UUID, made: Made, report: VisitReport, at: datetime
) -> VisitRecord:
    """Write a visit that a phone brought; of two for one planned visit the second is refused.

    One that was checked in with signal keeps that moment. Refused: already_recorded, uid_taken.
    """
    began, ended = _span(planned, made)
    fix = None if made.arrived is not None and said_no("whereabouts", user=author) else made.arrived
    seen: dict[str, Any] = {"checked_in_at": began}
    if planned.state != PlannedState.UNDER_WAY:
        seen |= {
            "check_in_lat": fix.lat if fix else None,
            "check_in_lng": fix.lng if fix else None,
            "check_in_accuracy_m": fix.accuracy_m if fix else None,
            "check_in_ground": made.ground or ("" if fix else _("没有信号时上的门")),
            "company_ground": made.company_ground,
        }
    won = PlannedVisit.objects.filter(pk=planned.pk, state__in=PLANNED.sources("bring")).update(
        state=PLANNED.moves["bring"].target, version=F("version") + 1, updated_at=at, **seen
    )
    if not won:
        raise Refused("already_recorded", _("这次上门已经有一份记录，只能留一份"))
    planned.refresh_from_db()
    # Who decided that it counts has weighed that somebody else was sent meanwhile.
    kinds = [kind for kind in doubts_of(planned, at) if not (made.decided and kind == DoubtKind.MOVED)]
    digest = rules.payload_hash(uid, planned.no, report)
    row = write_record(planned, author, uid, digest, report, at, ended_at=ended, epoch=made.epoch)
    kinds += [*made.marks, *([DoubtKind.OVERLAP.value] if _flag_overlaps(row, at) else [])]
    follow(row, author, list(dict.fromkeys(kinds)), at)
    return row


def _span(planned: PlannedVisit, made: Made) -> tuple[datetime, datetime]:
    kept = planned.checked_in_at if planned.state == PlannedState.UNDER_WAY else None
    began = kept if kept is not None and kept <= made.ended_at else made.started_at
    return began, max(began, made.ended_at)


def overlapping(row: VisitRecord) -> list[VisitRecord]:
    """Records of the same person in other households at the same time."""
    rows = VisitRecord.objects.filter(
        author_id=row.author_id,
        started_at__lt=row.ended_at,
        started_at__gt=row.started_at - LONGEST,
        ended_at__gt=row.started_at,
    )
    household = row.planned.task.need.household_id
    return list(rows.exclude(pk=row.pk).exclude(planned__task__need__household=household))


def _flag_overlaps(row: VisitRecord, at: datetime) -> bool:
    """Flag the other side of each overlap too; what was confirmed already keeps its word and shows the doubt."""
    others = overlapping(row)
    for other in others:
        made = VisitDoubt.objects.get_or_create(record=other, kind=DoubtKind.OVERLAP)[1]
        VisitRecord.objects.filter(pk=other.pk, verdict=Verdict.SUBMITTED).update(
            verdict=Verdict.FLAGGED, updated_at=at
        )
        if made:
            household = other.planned.task.need.household
            record(None, "visit.doubted", other, household=household, kinds=[DoubtKind.OVERLAP.value])
    return bool(others)


def version_of(row: VisitRecord) -> int:
    """A record counts from 1; each amendment adds one."""
    return row.amendments.count() + 1


def amend_late(
    *,
    row: VisitRecord,
    author: Any,
    uid: uuid.UUID,
    answers: dict[str, str],
    item_notes: dict[str, str],
    note: str,
    at: datetime,
) -> VisitAmendment:
    """Lay a change over a record that was not confirmed yet; the record itself stays. Refused: wrong_state."""
    open_ones = VisitRecord.objects.filter(pk=row.pk).exclude(verdict=Verdict.CONFIRMED)
    if not open_ones.update(updated_at=at):
        raise Refused("wrong_state", _("这份记录已经确认了，不能再改"))
    sent_back = open_ones.filter(verdict=Verdict.RETURNED)
    sent_back.update(verdict=VERDICT.moves["complete"].target)
    amendment = VisitAmendment.objects.create(
        uid=uid,
        record=row,
        author=author,
        base_version=version_of(row),
        answers=answers,
        item_notes=pack(item_notes),
        note=note,
        at=at,
    )
    household = row.planned.task.need.household
    record(author, "visit.completed", row, household=household, amendment=str(amendment.uid))
    for person in judges_of(row.planned, at):
        dedupe = f"visit_completed:{amendment.uid}:{person.pk}"
        post(person, "visit_completed", row, household=household, dedupe=dedupe)
    return amendment
