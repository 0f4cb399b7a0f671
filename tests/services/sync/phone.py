"""A phone in Python: it enrols, pulls, seals what was made, and sends."""

import hashlib
import json
import os
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.utils import timezone

from portal.base.models import uuid7
from services.models import PlannedVisit, SyncDevice, SyncInbox
from services.sync import tickets
from services.sync.devices import enrol
from services.sync.envelopes import INFO, b64, handed_out, point_of, unb64
from services.sync.intake import Result, take_in
from services.sync.models import VisitTicket

CURVE = ec.SECP256R1()


def sealed(
    plain: bytes,
    *,
    device: str,
    seq: int,
    key: Any = None,
    ephemeral: Any = None,
    iv: bytes = b"",
    kid: str = "",
) -> dict[str, Any]:
    """An envelope as a phone makes it."""
    own_kid, point = handed_out()
    kid = kid or own_kid
    ephemeral, iv = ephemeral or ec.generate_private_key(CURVE), iv or os.urandom(12)
    site = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, unb64(point))
    epk, digest = point_of(ephemeral.public_key()), hashlib.sha256(plain).hexdigest()
    secret = ephemeral.exchange(ec.ECDH(), site)
    aes = HKDF(hashes.SHA256(), 32, epk + unb64(point), INFO.encode()).derive(secret)
    heading = f"{INFO}|{kid}|{device}|{seq}|{digest}".encode()
    item = {"v": 1, "kid": kid, "epk": b64(epk), "iv": b64(iv), "hash": digest, "device": device, "seq": seq}
    item["body"] = b64(AESGCM(aes).encrypt(iv, plain, heading))
    if key is not None:
        r, s = decode_dss_signature(key.sign(heading, ec.ECDSA(hashes.SHA256())))
        item["sig"] = b64(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
    return item


@dataclass
class Phone:
    """One phone of one person."""

    user: Any
    key: Any = field(default_factory=lambda: ec.generate_private_key(CURVE))
    seq: int = 0
    secret: str = ""
    row: SyncDevice = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        self.row, self.secret = enrol(
            user=self.user, name="测试手机", public_key=b64(point_of(self.key.public_key()))
        )

    def ticket(self, planned: PlannedVisit, *, at: datetime | None = None, **more: Any) -> str:
        """A ticket as a pull at that moment gives it."""
        at = at or timezone.now() - timedelta(hours=3)
        row = VisitTicket.objects.create(
            **{
                "planned": planned,
                "device": self.row,
                "user": self.user,
                "epoch": planned.epoch,
                "not_before": at,
                "not_after": at + tickets.LEASE,
                "issued_at": at,
            }
            | more
        )
        return tickets.written(row)

    def visit(
        self, planned: PlannedVisit, ticket: str, *, began: datetime | None = None, **more: Any
    ) -> dict[str, Any]:
        """A finished visit of half an hour."""
        began = began or timezone.now() - timedelta(hours=1)
        return {
            "kind": "visit",
            "form": 1,
            "visit_id": str(uuid7()),
            "visit": planned.no,
            "ticket": ticket,
            "started_wall": began.isoformat(),
            "ended_wall": (began + timedelta(minutes=30)).isoformat(),
            "answers": {"VC-01": {"state": "normal", "note": "说话清楚"}},
            "note": "都好",
            "in": {"lat": 27.72, "lng": 112.82, "accuracy": 15},
        } | more

    def amendment(self, visit_id: str, *, base: int = 1, **fields: Any) -> dict[str, Any]:
        """A change of a visit."""
        return {
            "kind": "amendment",
            "form": 1,
            "amendment_id": str(uuid7()),
            "visit_id": visit_id,
            "base_version": base,
            "fields": fields or {"note": "补一句"},
            "reason": "漏写了",
        }

    def seal(self, said: dict[str, Any], **more: Any) -> dict[str, Any]:
        """Into the outbox."""
        self.seq += 1
        plain = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
        return sealed(
            plain, device=str(self.row.uid), seq=more.pop("seq", self.seq), **({"key": self.key} | more)
        )

    def send(
        self, *said: dict[str, Any], by: Any = None, at: datetime | None = None, **more: Any
    ) -> list[Result]:
        """Seal and hand in."""
        return take_in([self.seal(each) for each in said], by=by or self.user, at=at, **more)


def inbox(said: dict[str, Any]) -> SyncInbox:
    """The newest envelope of an item."""
    return SyncInbox.objects.filter(item=said.get("amendment_id") or said["visit_id"]).order_by("-pk")[0]
