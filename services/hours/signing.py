"""Certificates are signed with Ed25519 (RFC 8032), so that a copy can be proved without this site.

A code is `SWZM1.<key id>.<payload>.<signature>`, the last two in base64url without padding; what is signed is
the payload's bytes. Keys: `settings.SIGNING_KEYS`, seeds in hexadecimal by id, oldest first; the last one signs,
all are published. Losing a seed forges certificates, so it lies where the data keys lie and never in the database.
"""

import base64
import binascii
import json
import re
import zlib
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

MARK = "SWZM1"
MOST_BYTES = 1_000_000
CODE = re.compile(rb"SWZM1\.([A-Za-z0-9]{1,16})\.([A-Za-z0-9_-]{1,8000})\.([A-Za-z0-9_-]{86})")


class NotGenuine(ValueError):
    """A code that is cut, changed, or signed with a key that is not ours. `code` says which."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Signed:
    """A payload with its signature and the key that made it."""

    payload: str
    signature: str
    key_id: str

    @property
    def code(self) -> str:
        """The whole as one word, for paper and QR."""
        return f"{MARK}.{self.key_id}.{_b64(self.payload.encode())}.{self.signature}"


def sign(facts: dict[str, Any]) -> Signed:
    """Sign facts as JSON with sorted keys and no blanks: one writing for one content."""
    payload = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    key_id = next(reversed(settings.SIGNING_KEYS))
    return Signed(payload, _b64(_private(key_id).sign(payload.encode())), key_id)


def public_keys() -> dict[str, str]:
    """The published keys by id, in hexadecimal."""
    return {
        key_id: _private(key_id).public_key().public_bytes_raw().hex() for key_id in settings.SIGNING_KEYS
    }


def proved(code: bytes, keys: dict[str, str]) -> dict[str, Any]:
    """The facts of a code found in these bytes, after proof against `keys`. Raises NotGenuine: no_code, unknown_key,
    changed."""
    found = CODE.search(code)
    if found is None:
        raise NotGenuine("no_code")
    key_id = found[1].decode()
    if key_id not in keys:
        raise NotGenuine("unknown_key")
    try:
        payload, signature = _unb64(found[2]), _unb64(found[3])
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(keys[key_id])).verify(signature, payload)
        return json.loads(payload)
    except (InvalidSignature, binascii.Error, ValueError):
        raise NotGenuine("changed") from None


def readable(raw: bytes) -> bytes:
    """The bytes of a paper with what its PDF keeps compressed, each piece at most a megabyte."""
    pieces = [raw]
    for found in re.finditer(rb"stream\r?\n(.*?)endstream", raw, re.DOTALL):
        try:
            pieces.append(zlib.decompressobj().decompress(found[1], MOST_BYTES))
        except zlib.error:
            continue
    return b"\n".join(pieces)


def _private(key_id: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(settings.SIGNING_KEYS[key_id]))


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _unb64(text: bytes) -> bytes:
    return base64.b64decode(text + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
