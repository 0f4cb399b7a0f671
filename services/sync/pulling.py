"""What a phone may hold now: slips of the next 72 hours, their tickets, and what it has to forget.

A slip is no copy of a file: a masked name, the village group, what to do and to mind. Name, address and phone go
along only for a visit that starts within 24 hours; no part of an ID number, no health notes, ever.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from portal.base.audit import record
from portal.base.row_security import beyond
from services.recipients.access import explain
from services.recipients.looking import because
from services.recipients.models import Unmasking
from services.recipients.risks import standing_risks
from services.sync import tickets
from services.sync.models import SyncDevice, VisitTicket
from services.visits.access import carried_visits, held_by
from services.visits.cards import called, place_words
from services.visits.models import PlannedVisit
from services.visits.queries import TO_DO, checklist, heads, risks_now
from services.visits.rules import door_window

MOST_HOUSEHOLDS = 40
# A visit of this morning may still be under way.
LOOK_BACK = timedelta(hours=12)
DOOR_FIELDS = ("name", "address", "phone")
GROUND = "离线上门单"


@dataclass(frozen=True)
class Pulled:
    """The answer: changed slips, what to forget, until when the lease runs, and whether all was sent anew."""

    slips: list[dict[str, Any]]
    wipe: list[str]
    lease_until: datetime
    state_hash: str
    full: bool


def state_hash(held: dict[str, str]) -> str:
    """A fingerprint of what a phone holds, visit by visit with its version."""
    lines = "\n".join(f"{visit}:{version}" for visit, version in sorted(held.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def allowed(user: Any, at: datetime) -> list[PlannedVisit]:
    """The visits that this person makes within 72 hours, of at most forty households."""
    rows = carried_visits(user, at).filter(
        held_by(user, at),
        state__in=TO_DO,
        starts_at__gt=at - LOOK_BACK,
        starts_at__lt=at + tickets.LEASE,
    )
    rows = (
        rows.select_related(
            "task__need__household__region__parent__parent", "task__need__household__township", "assignment"
        )
        .prefetch_related(heads("task__need__household__persons"), risks_now())
        .order_by("starts_at", "pk")
    )
    found: list[PlannedVisit] = []
    homes: set[int] = set()
    for row in rows:
        home = row.task.need.household_id
        if home in homes or len(homes) < MOST_HOUSEHOLDS:
            homes.add(home)
            found.append(row)
    return found


@transaction.atomic
def pull(
    *, device: SyncDevice, have: dict[str, str], held_hash: str = "", at: datetime | None = None
) -> Pulled:
    """Hand out what changed and say what to forget; what a phone was given is written down with it."""
    at = at or timezone.now()
    SyncDevice.objects.filter(pk=device.pk).update(seen_at=at, updated_at=at)
    full = bool(held_hash) and held_hash != state_hash(have)
    rows = allowed(device.user, at)
    versions = {row.no: version_of(row, at) for row in rows}
    lists: dict[str, list[dict[str, str]]] = {}
    slips = []
    for row in rows:
        if full or have.get(row.no) != versions[row.no]:
            slips.append(_slip(row, device, at, versions[row.no], lists))
    gone = sorted(set(have) - set(versions))
    with beyond("sync"):
        _note_wiped(device, set(versions), at)
    return Pulled(slips, gone, at + tickets.LEASE, state_hash(versions), full)


def version_of(row: PlannedVisit, at: datetime) -> str:
    """Changes with the visit, when the door opens, and each day, so that no ticket runs out in a phone that calls."""
    day = timezone.localdate(at)
    return f"{row.version}.{row.epoch}.{int(_door_open(row, at))}.{day:%y%m%d}"


def _door_open(row: PlannedVisit, at: datetime) -> bool:
    opens, closes = door_window(row.starts_at, row.minutes)
    return opens <= at < closes


def _note_wiped(device: SyncDevice, kept: set[str], at: datetime) -> None:
    given = VisitTicket.objects.filter(device=device, wiped_at=None)
    given.exclude(planned__no__in=kept).update(wiped_at=at, updated_at=at)


def _slip(
    row: PlannedVisit, device: SyncDevice, at: datetime, version: str, lists: dict[str, list[dict[str, str]]]
) -> dict[str, Any]:
    need, household = row.task.need, row.task.need.household
    door = _door_open(row, at)
    ticket = VisitTicket.objects.create(
        planned=row,
        device=device,
        user=device.user,
        epoch=row.epoch,
        not_before=at,
        not_after=at + tickets.LEASE,
        issued_at=at,
        door=door,
    )
    if need.service not in lists:
        lists[need.service] = [
            {"code": item.code, "name": item.name_zh, "hint": item.hint_zh}
            for item in checklist(need.service)
        ]
    return {
        "visit": row.no,
        "version": version,
        "state": row.state,
        "day": row.day.isoformat(),
        "starts_at": row.starts_at.isoformat(),
        "minutes": row.minutes,
        "service": need.service,
        "called": called(household, timezone.localdate(at)),
        "place": place_words(household.region),
        "door_note": household.door_note,
        "risks": [str(risk.get_kind_display()) for risk in standing_risks(household)],
        "items": lists[need.service],
        "ticket": tickets.written(ticket),
        "door": _door(row, device.user, at) if door else None,
    }


def _door(row: PlannedVisit, user: Any, at: datetime) -> dict[str, str]:
    """Name, address and phone for who goes there within a day; each is noted as a look, like one behind a mask."""
    household = row.task.need.household
    why = because(explain(user, household))
    Unmasking.objects.bulk_create(
        Unmasking(household=household, user=user, field=name, ground=GROUND, because=why, at=at)
        for name in DOOR_FIELDS
    )
    record(user, "slip.given", row, household=household, fields=list(DOOR_FIELDS))
    return {name: getattr(household, name) for name in DOOR_FIELDS}
