"""Keeping secrets in the database: authenticated encryption, blind index, masks.

AES-256-GCM; the associated data is table|column|uid, so a ciphertext moved to another row is
detected. The key id stands in each value. The blind index is HMAC-SHA256 with a key of its own; while
that is rotated, lookups try the older keys too. All keys live outside the database (settings DATA_KEYS,
INDEX_KEY, INDEX_KEYS_BEFORE).
"""

import base64
import binascii
import hmac
import os
from collections.abc import Sequence
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.exceptions import FieldError
from django.db import models

from portal.base import keyring


class Tampered(Exception):
    """A ciphertext does not belong to the row it was found in, or was changed."""


class Sealed(str):
    """A value as the database holds it: `keyid:base64(nonce + ciphertext)`."""

    __slots__ = ()


def _key(key_id: str) -> bytes:
    found = keyring.find_key(key_id)
    if found is None:
        raise Tampered(f"no data key {key_id!r}")
    return bytes.fromhex(found)


def seal_bytes(plain: bytes, bound_to: str) -> bytes:
    """Encrypt `plain`, bound to a place (`table|column|uid`); returns `keyid:nonce+ciphertext`."""
    key_id = keyring.sealing_id()
    nonce = os.urandom(12)
    return key_id.encode() + b":" + nonce + AESGCM(_key(key_id)).encrypt(nonce, plain, bound_to.encode())


def open_bytes(sealed: bytes, bound_to: str) -> bytes:
    """The plain bytes. Raises Tampered when the value was changed or moved."""
    key_id, _, body = sealed.partition(b":")
    try:
        return AESGCM(_key(key_id.decode())).decrypt(body[:12], body[12:], bound_to.encode())
    except (InvalidTag, ValueError, UnicodeDecodeError):
        raise Tampered(f"value at {bound_to} cannot be opened") from None


def seal(plain: str, bound_to: str) -> Sealed:
    """Encrypt text for storage; the empty text stays empty."""
    if plain == "":
        return Sealed("")
    key_id, _, body = seal_bytes(plain.encode(), bound_to).partition(b":")
    return Sealed(f"{key_id.decode()}:{base64.b64encode(body).decode()}")


def seal_many(plains: Sequence[str], places: Sequence[str]) -> list[str]:
    """`seal` for many values, each bound to its own place: the key is read once, the nonces are drawn at once."""
    key_id = keyring.sealing_id()
    encrypt, nonces = AESGCM(_key(key_id)).encrypt, os.urandom(12 * len(plains))
    found = []
    for number, (plain, place) in enumerate(zip(plains, places, strict=True)):
        if plain == "":
            found.append("")
            continue
        nonce = nonces[12 * number : 12 * number + 12]
        body = binascii.b2a_base64(nonce + encrypt(nonce, plain.encode(), place.encode()), newline=False)
        found.append(f"{key_id}:{body.decode()}")
    return found


def unseal(sealed: str, bound_to: str) -> str:
    """Decrypt stored text. Raises Tampered."""
    if sealed == "":
        return ""
    key_id, _, body = sealed.partition(":")
    try:
        raw = base64.b64decode(body, validate=True)
    except ValueError:
        raise Tampered(f"value at {bound_to} is not a ciphertext") from None
    return open_bytes(key_id.encode() + b":" + raw, bound_to).decode()


def blind_index(value: str, purpose: str) -> str:
    """A keyed fingerprint for exact search and uniqueness: 64 hex digits. `purpose` separates columns."""
    return blind_indexes(value, purpose)[0]


def blind_indexes(value: str, purpose: str) -> list[str]:
    """The fingerprints to look for: by the newest key first, then by those before it while a rotation runs."""
    return blind_indexes_of([value], purpose)[0]


def blind_indexes_of(values: Sequence[str], purpose: str) -> list[list[str]]:
    """`blind_indexes` of many values; the keys are read once."""
    keys = [bytes.fromhex(key) for key in keyring.index_keys()]
    texts = [f"{purpose}|{value}".encode() for value in values]
    return [[hmac.digest(key, text, "sha256").hex() for key in keys] for text in texts]


class _SealedAttribute:
    """Opens the stored value on first reading."""

    def __init__(self, field: "EncryptedTextField") -> None:
        self.field = field

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        name = self.field.attname
        if name not in instance.__dict__:
            instance.refresh_from_db(fields=[name])
        value = instance.__dict__[name]
        if isinstance(value, Sealed):
            value = instance.__dict__[name] = unseal(value, self.field.place(instance))
        return value

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class EncryptedTextField(models.TextField):
    """Text that the database holds only encrypted. The model must have a `uid`.

    It cannot be searched, sorted or written by `update()`: each raises instead of doing it in clear.
    """

    def place(self, instance: Any) -> str:
        """What a ciphertext is bound to."""
        return self.place_of(instance.uid)

    def place_of(self, uid: Any) -> str:
        """The place of the row with this uid."""
        return f"{self.model._meta.db_table}|{self.column}|{uid}"

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, self.attname, _SealedAttribute(self))

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return None if value is None else Sealed(value)

    def pre_save(self, model_instance: Any, add: bool) -> Any:
        plain = getattr(model_instance, self.attname)
        return None if plain is None else seal(plain, self.place(model_instance))

    def get_prep_value(self, value: Any) -> Any:
        if value is None or value == "" or isinstance(value, Sealed):
            return value
        raise FieldError(f"{self.name} is encrypted: set it on the row and save")

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        raise FieldError(f"{self.name} is encrypted and cannot be searched; use its blind index")


def mask_name(name: str) -> str:
    """周*莲 for three and more characters, 周* for two, * for one."""
    if len(name) < 2:
        return "*" * len(name)
    return f"{name[0]}*{name[-1]}" if len(name) > 2 else f"{name[0]}*"


def mask_tail(value: str, shown: int = 4) -> str:
    """Only the last `shown` characters of an ID or account number: ****1234."""
    return f"****{value[-shown:]}" if len(value) > shown else "****"


def mask_phone(phone: str) -> str:
    """138****0000; a landline keeps its last two digits."""
    digits = phone.removeprefix("+86")
    if len(digits) == 11 and digits.startswith("1"):
        return f"{digits[:3]}****{digits[-4:]}"
    return f"****{digits[-2:]}" if digits else ""
