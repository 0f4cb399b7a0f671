"""Making a picture anew: decoded, turned upright, shrunk, encoded again. Pillow alone, no Django: it also runs in a child.

Nothing of what was sent is kept but the pixels, so what hid beside them is gone.
"""

import hashlib
import io
import struct
import warnings
import zlib
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

# By format, so that none needs more than 200 MB while it is decoded: a JPEG is decoded small, the others whole.
MAX_PIXELS = {"JPEG": 40_000_000, "PNG": 20_000_000, "WEBP": 10_000_000, "HEIF": 25_000_000}
LONGEST_SIDE = 1600
FORMATS = ("JPEG", "PNG", "WEBP")
_QUALITY = 82
# What Pillow's decoders raise on broken data.
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, OverflowError)
_STARTS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")


class Unsound(Exception):
    """What was sent is no sound picture or paper; `code` says in which way, `count` how much where that matters."""

    def __init__(self, code: str, count: int = 0) -> None:
        super().__init__(code)
        self.code = code
        self.count = count


@dataclass(frozen=True)
class CleanPicture:
    """A picture made anew: JPEG bytes without metadata, its size, and the digest of what was sent."""

    jpeg: bytes
    width: int
    height: int
    sha256: str


def clean(raw: bytes, formats: tuple[str, ...] = FORMATS) -> CleanPicture:
    """Decode, turn upright, shrink and encode again. Unsound: empty, pixels, type, broken."""
    if not raw:
        raise Unsound("empty")
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        picture = _open(raw, formats)
        if picture.width * picture.height > MAX_PIXELS[str(picture.format)]:
            raise Unsound("pixels")
        try:
            small = _small(picture)
        except (*_BROKEN, struct.error, zlib.error):
            raise Unsound("broken") from None
    return CleanPicture(jpeg_of(small), small.width, small.height, hashlib.sha256(raw).hexdigest())


def jpeg_of(picture: Image.Image) -> bytes:
    """The pixels as a JPEG: a new canvas takes over nothing else, no EXIF, comment, profile or text."""
    canvas = Image.new("RGB", picture.size)
    canvas.paste(picture)
    out = io.BytesIO()
    canvas.save(out, "JPEG", quality=_QUALITY, optimize=True)
    return out.getvalue()


def _small(picture: Image.Image) -> Image.Image:
    """Upright, flat and no larger than kept; shrunk first, so that a big photo is never in memory twice."""
    picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    picture.load()
    if picture.mode not in {"RGB", "RGBA", "L", "LA", "I;16"}:
        picture = _flat(picture)
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    return _flat(_upright(picture))


def _upright(picture: Image.Image) -> Image.Image:
    """Turned as the camera was held; a photo whose camera data are torn is shown as it lies."""
    try:
        return ImageOps.exif_transpose(picture)
    except (*_BROKEN, struct.error):
        return picture


def _open(raw: bytes, formats: tuple[str, ...]) -> Image.Image:
    """Read the header only; the name and type the browser sent play no part."""
    try:
        return Image.open(io.BytesIO(raw), formats=formats)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Unsound("pixels") from None
    except UnidentifiedImageError:
        if raw.startswith(_STARTS) or raw[8:12] == b"WEBP":
            raise Unsound("broken") from None
        raise Unsound("type") from None
    except (*_BROKEN, struct.error, zlib.error):
        raise Unsound("broken") from None


def _flat(picture: Image.Image) -> Image.Image:
    """RGB; what is transparent becomes white."""
    if "A" in picture.getbands() or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        white = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(white, layer).convert("RGB")
    return picture.convert("RGB")
