"""Bytes at rest, outside the web root: encrypted under DATA_DIR/files, named by uid, bound to their row.

Writing is slow: store before opening a transaction, then attach the row inside it.
"""

import hashlib
import os
import uuid
from collections.abc import Collection
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from portal.base.models import ProtectedFile, uuid7
from portal.base.privacy import open_bytes, seal_bytes


def path_of(uid: uuid.UUID) -> Path:
    """Where the encrypted bytes lie; the last two digits spread the folders evenly."""
    return Path(settings.DATA_DIR) / "files" / uid.hex[-2:] / str(uid)


def place_of(uid: uuid.UUID) -> str:
    """What the ciphertext of a file is bound to."""
    return f"portal_protectedfile|file|{uid}"


def write_sealed(uid: uuid.UUID, plain: bytes) -> None:
    """Encrypt and write, all or nothing: a crash leaves a `.part` that the sweep removes."""
    path = path_of(uid)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(seal_bytes(plain, place_of(uid)))
        out.flush()
        os.fsync(out.fileno())
    os.replace(part, path)


def store_bytes(plain: bytes, *, kind: str, content_type: str, by: Any) -> ProtectedFile:
    """Keep these bytes; call it outside transactions."""
    uid = uuid7()
    write_sealed(uid, plain)
    return ProtectedFile.objects.create(
        uid=uid,
        kind=kind,
        content_type=content_type,
        size=len(plain),
        sha256=hashlib.sha256(plain).hexdigest(),
        uploaded_by=by,
    )


def read_bytes(file: ProtectedFile) -> bytes:
    """The plain bytes. Raises Tampered when the stored file was changed or swapped with another."""
    return open_bytes(path_of(file.uid).read_bytes(), place_of(file.uid))


def erase_bytes(file: ProtectedFile) -> None:
    """Remove the bytes for good; the row stays for its digest and history."""
    path_of(file.uid).unlink(missing_ok=True)


def forget_bytes(file: ProtectedFile) -> None:
    """Take a stored file away with this transaction: its row is empty now, the bytes go after the commit."""
    ProtectedFile.objects.filter(pk=file.pk).update(size=0)
    transaction.on_commit(partial(erase_bytes, file))


def drop_files(keys: Collection[int]) -> None:
    """Remove stored files: the rows now, the bytes after the commit."""
    files = list(ProtectedFile.objects.filter(pk__in=keys))
    ProtectedFile.objects.filter(pk__in=keys).delete()
    for file in files:
        transaction.on_commit(partial(erase_bytes, file))
