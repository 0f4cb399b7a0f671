"""What a visit is worth as evidence: place, time, fingerprint and receipt. No queries."""

import hashlib
import json
import math
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from geopy.distance import geodesic

from portal.base.privacy import blind_index

NEAR_M = 300
SHORT_STAY = timedelta(minutes=20)
DOOR_OPENS_BEFORE = timedelta(hours=24)
DOOR_STAYS_AFTER = timedelta(hours=2)
PHOTOS_AT_MOST = 4


class AnswerState(models.TextChoices):
    """How one line of a checklist was found."""

    NORMAL = "normal", _("正常")
    WATCH = "watch", _("需关注")
    ABNORMAL = "abnormal", _("异常")
    UNSEEN = "unseen", _("没看")


@dataclass(frozen=True)
class Fix:
    """A position as the phone measured it (WGS-84), with its accuracy in metres if known."""

    lat: float
    lng: float
    accuracy_m: int | None = None


@dataclass(frozen=True)
class VisitReport:
    """What a carer hands in at the end of a visit."""

    answers: dict[str, str] = field(default_factory=dict)
    item_notes: dict[str, str] = field(default_factory=dict)
    note: str = ""
    next_day: date | None = None
    out: Fix | None = None
    photos: tuple[Any, ...] = ()


def distance_m(lat: float | None, lng: float | None, fix: Fix | None) -> int | None:
    """Metres between a household and a position; None where either is unknown."""
    if fix is None or lat is None or lng is None:
        return None
    return math.ceil(geodesic((lat, lng), (fix.lat, fix.lng)).meters)


def needs_ground(fix: Fix | None, distance: int | None) -> bool:
    """A check-in without a position, or from too far away, needs a written ground; it is never refused."""
    return fix is None or (distance is not None and distance > NEAR_M)


def door_window(starts_at: datetime, minutes: int) -> tuple[datetime, datetime]:
    """From when until when (half-open) the door address is open around a visit not yet recorded."""
    return starts_at - DOOR_OPENS_BEFORE, starts_at + timedelta(minutes=minutes) + DOOR_STAYS_AFTER


def was_short(started_at: datetime, ended_at: datetime) -> bool:
    """Whether the stay is shorter than a visit should be."""
    return ended_at - started_at < SHORT_STAY


def payload_hash(uid: Any, planned_no: str, report: VisitReport) -> str:
    """SHA-256 over what was said, in one canonical form. Measurements of place are not part of it:
    a phone that sends the same visit again may stand elsewhere."""
    said = {
        "uid": str(uid),
        "planned": planned_no,
        "answers": report.answers,
        "item_notes": report.item_notes,
        "note": report.note,
        "next_day": report.next_day.isoformat() if report.next_day else "",
        "photos": [photo.sha256 for photo in report.photos],
    }
    canonical = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def receipt_of(uid: Any, digest: str, received_at: datetime, no: str) -> str:
    """Proof that the server took this visit: a keyed fingerprint that only the server can make."""
    return blind_index(f"{uid}|{digest}|{received_at.isoformat()}|{no}", "visit-receipt")
