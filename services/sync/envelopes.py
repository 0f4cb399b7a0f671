"""The sealed envelope: a finished visit, encrypted on the phone to the site's key, and how it is opened here.

`docs/sync.md` describes it for whoever builds the phone's side, with test vectors. Ephemeral ECDH on P-256,
HKDF-SHA-256, AES-256-GCM: what the WebCrypto of Chromium 86 can do. The keys are `settings.DEPOSIT_KEYS`, private
numbers in hexadecimal by id, oldest first; the last one is handed out, all of them open.
"""

import base64
import binascii
import hashlib
import re
import uuid
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

VERSION = 1
INFO = "shouwang-visit-1"
# One item: a visit with every note at its longest is below 64 kB.
MOST_BYTES = 200_000
_CURVE = ec.SECP256R1()
_HASH = re.compile(r"[0-9a-f]{64}")
_MOST_SEQ = 2**31 - 1


class Undecodable(ValueError):
    """An envelope that cannot be kept: `code` is malformed, too_large, unknown_key, broken or other_hash."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Envelope:
    """One item of the queue as it came, still closed."""

    kid: str
    epk: bytes
    iv: bytes
    body: bytes
    digest: str
    device: uuid.UUID
    seq: int
    signature: bytes

    @property
    def heading(self) -> str:
        """What stands outside and is bound to the inside."""
        return f"{INFO}|{self.kid}|{self.device}|{self.seq}|{self.digest}"


def handed_out() -> tuple[str, str]:
    """The id and the public point (uncompressed, base64url) of the key that phones seal to from now on."""
    key_id = next(reversed(settings.DEPOSIT_KEYS))
    return key_id, b64(point_of(_private(key_id).public_key()))


def read(item: Any) -> Envelope:
    """The envelope of one JSON item. Undecodable: malformed, too_large."""
    try:
        if item["v"] != VERSION or not _HASH.fullmatch(item["hash"]):
            raise Undecodable("malformed")
        if len(item["body"]) > MOST_BYTES:
            raise Undecodable("too_large")
        seq = item["seq"]
        if not isinstance(seq, int) or isinstance(seq, bool) or not 0 <= seq <= _MOST_SEQ:
            raise Undecodable("malformed")
        found = Envelope(
            kid=str(item["kid"])[:16],
            epk=unb64(item["epk"]),
            iv=unb64(item["iv"]),
            body=unb64(item["body"]),
            digest=item["hash"],
            device=uuid.UUID(item["device"]),
            seq=seq,
            signature=unb64(item.get("sig") or ""),
        )
    except (KeyError, TypeError, AttributeError, ValueError) as wrong:
        raise wrong if isinstance(wrong, Undecodable) else Undecodable("malformed") from None
    if len(found.epk) != 65 or len(found.iv) != 12 or len(found.signature) not in (0, 64):
        raise Undecodable("malformed")
    return found


def open_envelope(envelope: Envelope) -> bytes:
    """What is inside. Undecodable: unknown_key, broken, other_hash."""
    if envelope.kid not in settings.DEPOSIT_KEYS:
        raise Undecodable("unknown_key")
    own = _private(envelope.kid)
    try:
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, envelope.epk)
        key = _derive(own.exchange(ec.ECDH(), theirs), envelope.epk + point_of(own.public_key()))
        plain = AESGCM(key).decrypt(envelope.iv, envelope.body, envelope.heading.encode())
    except (InvalidTag, ValueError):
        raise Undecodable("broken") from None
    if hashlib.sha256(plain).hexdigest() != envelope.digest:
        raise Undecodable("other_hash")
    return plain


def signed_by(envelope: Envelope, public_key: str) -> bool:
    """Whether the phone with this key (a point in base64url) made the envelope."""
    if len(envelope.signature) != 64 or not public_key:
        return False
    r, s = (int.from_bytes(half, "big") for half in (envelope.signature[:32], envelope.signature[32:]))
    try:
        key = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, unb64(public_key))
        key.verify(encode_dss_signature(r, s), envelope.heading.encode(), ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True


def is_point(text: str) -> bool:
    """Whether a phone's public key is a point of the curve."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, unb64(text))
    except ValueError:
        return False
    return True


def point_of(key: ec.EllipticCurvePublicKey) -> bytes:
    """The 65 bytes that WebCrypto calls `raw`."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def b64(raw: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    """The bytes of base64url without padding. ValueError where it is none."""
    if not text.isascii():
        raise ValueError("not base64url")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        raise ValueError("not base64url") from None


def _derive(shared: bytes, salt: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt, INFO.encode()).derive(shared)


def _private(key_id: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int(settings.DEPOSIT_KEYS[key_id], 16), _CURVE)
