"""Photos: looked at, made anew without their metadata, stored encrypted outside the web root.

Nothing of the upload itself is kept: the picture is decoded and encoded again, so what hid in it is
gone. All of this is slow: store before opening a transaction, then attach the row inside it.
"""

import hashlib
import io
import struct
import uuid
import warnings
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from portal.base.filestore import erase_bytes, read_bytes, write_sealed
from portal.base.models import ProtectedFile, uuid7
from portal.base.refused import Refused

MAX_BYTES = 10_000_000
MAX_PIXELS = 40_000_000
LONGEST_SIDE = 1600
_FORMATS = ("JPEG", "PNG", "WEBP")
_QUALITY = 82
# What Pillow's decoders raise on broken data.
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, OverflowError)
_ORPHAN_AGE = timedelta(days=1)


@dataclass(frozen=True)
class CleanPicture:
    """A picture made anew: JPEG bytes without metadata, its size, and the digest of what was sent."""

    jpeg: bytes
    width: int
    height: int
    sha256: str


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
    if not raw:
        raise Refused("photo_broken", _("这张照片是空的，请重新拍一张"))
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        picture = _open(raw)
        if picture.width * picture.height > MAX_PIXELS:
            raise _too_many_pixels()
        try:
            picture.load()
            upright = _flat(ImageOps.exif_transpose(picture))
        except (*_BROKEN, struct.error, zlib.error):
            raise _broken() from None
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    # A new canvas takes over nothing but the pixels: no EXIF, comment, profile or text.
    canvas = Image.new("RGB", upright.size)
    canvas.paste(upright)
    out = io.BytesIO()
    canvas.save(out, "JPEG", quality=_QUALITY, optimize=True)
    return CleanPicture(out.getvalue(), canvas.width, canvas.height, hashlib.sha256(raw).hexdigest())


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


def _open(raw: bytes) -> Image.Image:
    """Read the header only; the name and type the browser sent play no part."""
    try:
        return Image.open(io.BytesIO(raw), formats=_FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels() from None
    except UnidentifiedImageError:
        if raw.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or raw[8:12] == b"WEBP":
            raise _broken() from None
        raise Refused("photo_type", _("只收照片（JPG、PNG、WebP）。请用手机相机拍，或选一张照片")) from None
    except (*_BROKEN, struct.error, zlib.error):
        raise _broken() from None


def _flat(picture: Image.Image) -> Image.Image:
    """RGB; what is transparent becomes white."""
    if "A" in picture.getbands() or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        white = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(white, layer).convert("RGB")
    return picture.convert("RGB")


def _too_many_pixels() -> Refused:
    return Refused("photo_large", _("照片的尺寸太大。请用手机相机的普通画质再拍，或不拍"))


def _broken() -> Refused:
    return Refused("photo_broken", _("这张照片打不开，可能没传完整。请重新拍一张"))
