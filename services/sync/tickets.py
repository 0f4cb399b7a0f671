"""The visit ticket: proof that this person, with this phone, was sent there, under this epoch, from then until then.

`body.signature`: the body is JSON in base64url, the signature a keyed fingerprint that only the server can make.
The row is kept too: it is what the phone was given.
"""

import hmac
import json
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from portal.base.privacy import blind_index, blind_indexes
from services.sync.envelopes import b64, unb64
from services.sync.models import VisitTicket

LEASE = timedelta(hours=72)
PURPOSE = "visit-ticket"


@dataclass(frozen=True)
class Claim:
    """What a ticket says, once its signature was found genuine."""

    ticket: uuid.UUID
    visit: str
    device: uuid.UUID
    person: uuid.UUID
    epoch: int
    not_before: datetime
    not_after: datetime
    issued_at: datetime


def written(row: VisitTicket) -> str:
    """The ticket as the phone carries it."""
    body = {
        "ticket": str(row.uid),
        "visit": row.planned.no,
        "task": row.planned.task.no,
        "household": str(row.planned.task.need.household.uid),
        "person": str(row.user.uid),
        "device": str(row.device.uid),
        "epoch": row.epoch,
        "not_before": row.not_before.isoformat(),
        "not_after": row.not_after.isoformat(),
        "issued_at": row.issued_at.isoformat(),
    }
    text = b64(json.dumps(body, sort_keys=True, separators=(",", ":")).encode())
    return f"{text}.{blind_index(text, PURPOSE)}"


def read(text: Any) -> Claim | None:
    """What a ticket says; None where it is none of ours, or was changed."""
    if not isinstance(text, str) or len(text) > 2_000 or not text.isascii():
        return None
    body, _dot, signature = text.partition(".")
    if not any(hmac.compare_digest(signature, ours) for ours in blind_indexes(body, PURPOSE)):
        return None
    said = json.loads(unb64(body))
    return Claim(
        ticket=uuid.UUID(said["ticket"]),
        visit=said["visit"],
        device=uuid.UUID(said["device"]),
        person=uuid.UUID(said["person"]),
        epoch=said["epoch"],
        **{name: datetime.fromisoformat(said[name]) for name in ("not_before", "not_after", "issued_at")},
    )
