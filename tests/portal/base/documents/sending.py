"""Sound papers and their parts, made by code: nothing binary is kept in the repository."""

import io
import struct
import zlib
from collections.abc import Iterable

import pillow_heif
from PIL import Image

SECRET = b"CANARY-7f3a"


def photo(form: str = "JPEG", size: tuple[int, int] = (640, 480), mode: str = "RGB", **options) -> bytes:
    """A small sound photo."""
    out = io.BytesIO()
    Image.effect_noise(size, 60).convert(mode).save(out, form, **options)
    return out.getvalue()


def heic(size: tuple[int, int] = (640, 480)) -> bytes:
    """A photo as an iPhone sends it."""
    out = io.BytesIO()
    pillow_heif.from_pillow(Image.effect_noise(size, 60).convert("RGB")).save(out, quality=60)
    return out.getvalue()


def pdf(
    *more: bytes,
    catalog: bytes = b"",
    page: bytes = b"",
    content: bytes = b"0 0 1 rg 50 50 100 100 re f",
    box: bytes = b"0 0 595 842",
    pages: int = 1,
    trailer: bytes = b"",
    count: int | None = None,
) -> bytes:
    """A PDF written by hand: `catalog`, `page` and `trailer` are put into those dictionaries, `more` are objects from 10 on."""
    kids = b" ".join(b"%d 0 R" % (100 + n) for n in range(pages))
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R" + catalog + b">>",
        2: b"<</Type/Pages/Count %d/Kids[" % (pages if count is None else count) + kids + b"]>>",
        3: stream(content),
    }
    objects |= {10 + n: body for n, body in enumerate(more)}
    one = b"<</Type/Page/Parent 2 0 R/Contents 3 0 R/MediaBox[" + box + b"]" + page + b">>"
    objects |= {100 + n: one for n in range(pages)}
    return assembled(objects, trailer)


def stream(body: bytes, head: bytes = b"") -> bytes:
    """A stream object."""
    return b"<</Length %d" % len(body) + head + b">>\nstream\n" + body + b"\nendstream"


def assembled(objects: dict[int, bytes], trailer: bytes = b"") -> bytes:
    """The objects one behind the other with their table of places."""
    out = bytearray(b"%PDF-1.7\n")
    places = {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 1\n0000000000 65535 f \n"
    for number, place in places.items():
        out += b"%d 1\n%010d 00000 n \n" % (number, place)
    out += b"trailer\n<</Size %d/Root 1 0 R" % (max(objects) + 1) + trailer + b">>\n"
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


def png(width: int, height: int, *chunks: tuple[bytes, bytes], data: bytes = b"\0" * 100) -> bytes:
    """A PNG that claims this size, with these chunks before its data."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    every: Iterable[tuple[bytes, bytes]] = [
        (b"IHDR", head),
        *chunks,
        (b"IDAT", zlib.compress(data)),
        (b"IEND", b""),
    ]
    packed = [
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in every
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)
