"""What a carer does at a door: check in, hand in the visit, complete it."""

import json
import uuid
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.providers.models import ProviderState
from partners.volunteers.sending import Ground
from portal.base.audit import record
from portal.base.filestore import drop_files
from portal.base.models import record_number
from portal.base.outbox import post
from portal.base.refused import Refused
from portal.base.row_security import beyond
from services.consents.queries import household_said_no, said_no
from services.recipients.look_ins import note_seen
from services.tasks.models import TaskState
from services.visits import rules
from services.visits.access import entered_by, held_by
from services.visits.company import alone_now
from services.visits.doubts import doubts_of, write_doubts
from services.visits.duty import judges_of
from services.visits.lifecycle import PLANNED, VERDICT
from services.visits.models import (
    DECIDED_KINDS,
    PlannedState,
    PlannedVisit,
    Verdict,
    VisitAmendment,
    VisitPhoto,
    VisitRecord,
)
from services.visits.rules import Fix, VisitReport


@dataclass(frozen=True)
class Handed:
    """A record and whether this call made it; `differs` when the same visit came with other words."""

    record: VisitRecord
    created: bool
    differs: bool = False


@transaction.atomic
def check_in(
    *,
    planned: PlannedVisit,
    by: Any,
    fix: Fix | None,
    ground: str = "",
    company_ground: str = "",
    at: datetime | None = None,
) -> PlannedVisit:
    """Arrive at the door. Far away or without a position a ground is needed; then it is never refused.

    The same for a volunteer who must not go alone and has nobody valid along: told first what to do, taken with
    a ground, and flagged when handed in.
    """
    at = at or timezone.now()
    household = planned.task.need.household
    if fix is not None and said_no("whereabouts", user=by):
        fix = None  # who withdrew is not located: a written ground stands instead
    far = rules.distance_m(household.lat, household.lng, fix)
    doubtful = rules.needs_ground(fix, far)
    alone = alone_now(planned, at)
    won = PlannedVisit.objects.filter(
        held_by(by, at),
        pk=planned.pk,
        state__in=PLANNED.sources("check_in"),
        day=timezone.localdate(at),
    ).update(
        state=PLANNED.moves["check_in"].target,
        version=F("version") + 1,
        checked_in_at=at,
        check_in_lat=fix.lat if fix else None,
        check_in_lng=fix.lng if fix else None,
        check_in_accuracy_m=fix.accuracy_m if fix else None,
        check_in_ground=ground.strip() if doubtful else "",
        company_ground=company_ground.strip() if alone else "",
        updated_at=at,
    )
    if not won:
        return _after_lost_check_in(planned, by, at)
    if doubtful and not ground.strip():
        raise _no_ground(fix, far)
    if alone and not company_ground.strip():
        raise Refused("company_needed", _alone_words(alone), "company_ground")
    planned.refresh_from_db()
    more: dict[str, Any] = {"alone": [why.code for why in alone]} if alone else {}
    record(by, "visit.checked_in", planned, household=household, distance_m=far, manual=doubtful, **more)
    return planned


def _alone_words(grounds: list[Ground]) -> str:
    """What a volunteer reads at the door who must not go in alone."""
    why = _("；").join(ground.words for ground in grounds)
    return _(
        "这次要两个人一起去（%(why)s）。请先别进门，打电话给乡镇民政办。有人陪着，或已经进了门，请写明"
    ) % {"why": why}


def _no_ground(fix: Fix | None, far: int | None) -> Refused:
    if fix is None:
        return Refused("no_place", _("没定到位置。走到屋外等 10 秒再试，或写明原因"), "ground")
    return Refused("too_far", _("离住处约 %(far)s 米。请写明原因，再点签到") % {"far": far}, "ground")


def _after_lost_check_in(planned: PlannedVisit, by: Any, at: datetime) -> PlannedVisit:
    now = PlannedVisit.objects.filter(held_by(by, at), pk=planned.pk).first()
    if now is None:
        raise Refused("not_yours", _("这次上门已改派别人，请看今天的安排"))
    if now.state == PlannedState.UNDER_WAY:
        return now
    if now.state == PlannedState.PLANNED:
        raise Refused("not_today", _("这次上门不是今天，当天才能签到"))
    raise Refused("wrong_state", _("这次上门现在不能签到，请看今天的安排"))


@transaction.atomic
def record_visit(
    *, planned: PlannedVisit, by: Any, uid: uuid.UUID, report: VisitReport, at: datetime | None = None
) -> Handed:
    """Hand in a visit, once. The same uid again gives the same record and receipt.

    Who was sent there at check-in hands it in, whatever ended meanwhile. One that the rules doubt, by the time at
    which it began, is taken and flagged.
    """
    at = at or timezone.now()
    # A stop, a leaving or a change of person shut the household, and not the visit under way.
    held = PlannedVisit.objects.filter(held_by(by, at), pk=planned.pk)
    open_still = held.exclude(task__provider__state=ProviderState.SUSPENDED).exists()
    with nullcontext() if open_still else beyond("finishing"):
        return _record(planned, by, uid, report, at)


def _record(planned: PlannedVisit, by: Any, uid: uuid.UUID, report: VisitReport, at: datetime) -> Handed:
    digest = rules.payload_hash(uid, planned.no, report)
    planned.refresh_from_db(fields=["checked_in_at", "company_ground", "assignment"])
    planned.task.refresh_from_db(fields=["state", "epoch", "valid_to"])
    kinds = doubts_of(planned, at)
    won = PlannedVisit.objects.filter(
        entered_by(by), pk=planned.pk, state__in=PLANNED.sources("record"), checked_in_at__lte=at
    ).update(state=PLANNED.moves["record"].target, version=F("version") + 1, updated_at=at)
    if not won:
        return _already(planned, by, uid, digest, at)
    planned.refresh_from_db(fields=["state", "version", "checked_in_at", "check_in_lat", "check_in_lng"])
    row = write_record(planned, by, uid, digest, report, at)
    follow(row, by, kinds, at, photos=len(report.photos))
    return Handed(row, created=True)


def follow(row: VisitRecord, by: Any, kinds: list[str], at: datetime, *, photos: int = 0) -> None:
    """What a record that was just written brings with it: its audit row, doubts, and who is told."""
    household = row.planned.task.need.household
    record(by, "visit.recorded", row, household=household, receipt=row.receipt[:16], photos=photos)
    write_doubts(row, kinds, at)
    if not set(kinds) & set(DECIDED_KINDS):
        note_seen(household.pk, timezone.localdate(row.started_at), "visit")
    if kinds:
        return
    for person in judges_of(row.planned, at):
        post(person, "visit_recorded", row, household=household)


def write_record(
    planned: PlannedVisit,
    by: Any,
    uid: uuid.UUID,
    digest: str,
    report: VisitReport,
    at: datetime,
    *,
    ended_at: datetime | None = None,
    epoch: int | None = None,
) -> VisitRecord:
    """The row itself, of a visit that was just won; ended now and under its own epoch unless said. Refused: uid_taken."""
    household = planned.task.need.household
    arrived = (
        Fix(planned.check_in_lat, planned.check_in_lng)
        if planned.check_in_lat is not None and planned.check_in_lng is not None
        else None
    )
    out = None if report.out is not None and said_no("whereabouts", user=by) else report.out
    # A household that does not want photos has none, whatever a phone still sends; the visit itself counts.
    unwanted = bool(report.photos) and household_said_no("photos", household)
    photos = () if unwanted else report.photos
    # the update that won asks for a check-in, and the row was read again
    assert planned.checked_in_at is not None
    no = record_number("R")
    try:
        with transaction.atomic():
            row = VisitRecord.objects.create(
                uid=uid,
                no=no,
                planned=planned,
                author=by,
                epoch=planned.epoch if epoch is None else epoch,
                started_at=planned.checked_in_at,
                ended_at=ended_at or at,
                received_at=at,
                payload_hash=digest,
                receipt=rules.receipt_of(uid, digest, at, no),
                distance_m=rules.distance_m(household.lat, household.lng, arrived),
                out_lat=out.lat if out else None,
                out_lng=out.lng if out else None,
                out_accuracy_m=out.accuracy_m if out else None,
                manual_ground=planned.check_in_ground,
                answers=report.answers,
                item_notes=pack(report.item_notes),
                note=report.note,
                next_day=report.next_day,
            )
            VisitPhoto.objects.bulk_create(
                VisitPhoto(record=row, file=photo, position=place)
                for place, photo in enumerate(photos, start=1)
            )
    except IntegrityError:
        raise Refused("uid_taken", _("这份记录的编号已用在别处，请重新打开页面再填")) from None
    if unwanted:
        drop_files([photo.pk for photo in report.photos])
    return row


def pack(notes: dict[str, str]) -> str:
    """The words to each line as one text; empty where there are none."""
    return json.dumps(notes, ensure_ascii=False, sort_keys=True) if notes else ""


def _already(planned: PlannedVisit, by: Any, uid: uuid.UUID, digest: str, at: datetime) -> Handed:
    row = VisitRecord.objects.filter(planned_id=planned.pk).first()
    if row is not None and row.author_id == by.pk and row.uid == uid:
        return Handed(row, created=False, differs=row.payload_hash != digest)
    if not PlannedVisit.objects.filter(held_by(by, at) | entered_by(by), pk=planned.pk).exists():
        raise Refused("not_yours", _("这次上门已改派别人，记录没有存。请告诉机构负责人"))
    if row is not None:
        raise Refused("already_recorded", _("这次上门已经交过记录，不能再交一份。要补充，请看原记录"))
    raise Refused("not_checked_in", _("还没签到。请先签到，再交记录"))


@transaction.atomic
def complete_visit(
    *,
    row: VisitRecord,
    by: Any,
    answers: dict[str, str],
    item_notes: dict[str, str],
    note: str,
    at: datetime | None = None,
) -> VisitAmendment:
    """Add to a record that was returned or not yet judged. The record itself stays as it was."""
    at = at or timezone.now()
    visit = PlannedVisit.objects.filter(pk=OuterRef("planned_id"))
    late = Exists(visit.filter(task__state=TaskState.ENDED)) & Q(verdict=Verdict.RETURNED)
    won = VisitRecord.objects.filter(
        Exists(visit.filter(held_by(by, at))) | late,
        pk=row.pk,
        author=by,
        verdict__in=VERDICT.sources("complete"),
    ).update(verdict=VERDICT.moves["complete"].target, updated_at=at)
    if not won:
        raise Refused("wrong_state", _("这份记录现在不能补充，情况可能刚刚有变化"))
    household = row.planned.task.need.household
    with beyond("ending"):
        amendment = VisitAmendment.objects.create(
            record=row,
            author=by,
            base_version=row.amendments.count() + 1,
            answers=answers,
            item_notes=pack(item_notes),
            note=note,
            at=at,
        )
    record(by, "visit.completed", row, household=household, amendment=str(amendment.uid))
    for person in judges_of(row.planned, at):
        post(
            person,
            "visit_completed",
            row,
            household=household,
            dedupe=f"visit_completed:{amendment.uid}:{person.pk}",
        )
    return amendment
