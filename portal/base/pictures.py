"""Photos: looked at, made anew without their metadata, stored encrypted outside the web root.

Nothing of the upload itself is kept: the picture is decoded and encoded again, so what hid in it is
gone. All of this is slow: store before opening a transaction, then attach the row inside it.
"""

import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.base.cleaning import CleanPicture, Unsound, clean
from portal.base.filestore import erase_bytes, read_bytes, write_sealed
from portal.base.models import ProtectedFile, uuid7
from portal.base.refused import Refused

MAX_BYTES = 10_000_000
_ORPHAN_AGE = timedelta(days=1)


def store_picture(upload: Any, kind: str, by: Any) -> ProtectedFile:
    """Keep an uploaded photo; call it outside transactions. Refused: photo_large, photo_type, photo_broken.

    `sha256` of the row is that of the bytes sent, to find the same photo sent twice.
    """
    clean = clean_picture(_read(upload))
    uid = uuid7()
    write_sealed(uid, clean.jpeg)
    return ProtectedFile.objects.create(
        uid=uid,
        kind=kind,
        content_type="image/jpeg",
        size=len(clean.jpeg),
        sha256=clean.sha256,
        width=clean.width,
        height=clean.height,
        uploaded_by=by,
    )


def read_picture(file: ProtectedFile) -> bytes:
    """The JPEG bytes. Raises Tampered when the stored file was changed or swapped with another."""
    return read_bytes(file)


def erase_picture(file: ProtectedFile) -> None:
    """Remove the bytes for good; the row stays for its digest and history."""
    erase_bytes(file)


def clean_picture(raw: bytes) -> CleanPicture:
    """Decode, turn upright, shrink and encode again. Refused: photo_large, photo_type, photo_broken."""
    try:
        return clean(raw)
    except Unsound as unsound:
        raise _REFUSALS[unsound.code]() from None


def sweep_orphans(*, at: datetime | None = None) -> int:
    """Remove files older than a day that no row names (its transaction failed); returns how many."""
    before = (at or timezone.now()) - _ORPHAN_AGE
    removed = 0
    for folder in sorted((Path(settings.DATA_DIR) / "files").glob("??")):
        old = dict(_old_files(folder, before))
        known = set(ProtectedFile.objects.filter(uid__in=old).values_list("uid", flat=True))
        for uid in old.keys() - known:
            old[uid].unlink(missing_ok=True)
            removed += 1
    return removed


def _old_files(folder: Path, before: datetime) -> Iterator[tuple[uuid.UUID, Path]]:
    for path in folder.iterdir():
        if datetime.fromtimestamp(path.stat().st_mtime, UTC) < before:
            yield uuid.UUID(path.name.removesuffix(".part")), path


def _read(upload: Any) -> bytes:
    """The upload's bytes, never more than allowed; its stated size is not believed."""
    upload.seek(0)
    raw = upload.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        size = max(upload.size or 0, len(raw))
        megabytes = -(-size // 1_000_000)
        raise Refused(
            "photo_large",
            _("照片太大（%(size)d MB）。请用手机相机的普通画质再拍，或不拍") % {"size": megabytes},
        )
    return raw


def _too_many_pixels() -> Refused:
    return Refused("photo_large", _("照片的尺寸太大。请用手机相机的普通画质再拍，或不拍"))


def _broken() -> Refused:
    return Refused("photo_broken", _("这张照片打不开，可能没传完整。请重新拍一张"))


def _empty() -> Refused:
    return Refused("photo_broken", _("这张照片是空的，请重新拍一张"))


def _no_photo() -> Refused:
    return Refused("photo_type", _("只收照片（JPG、PNG、WebP）。请用手机相机拍，或选一张照片"))


_REFUSALS: dict[str, Callable[[], Refused]] = {
    "empty": _empty,
    "pixels": _too_many_pixels,
    "type": _no_photo,
    "broken": _broken,
}
