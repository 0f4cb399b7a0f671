"""The child that takes papers apart: pictures are made anew, the pages of a PDF become pictures.

It runs by itself (`python -m portal.base.documents.rendering`), knows no key, no database and no environment, may
write no file, and dies when it needs too much memory or time. In: the bytes sent. Out: one line of JSON,
then the JPEGs one behind the other.
"""

import json
import resource
import sys
from typing import Any

from portal.base.cleaning import FORMATS, LONGEST_SIDE, Unsound, clean, jpeg_of

MAX_BYTES = 10_000_000
MAX_PAGES = 20
CPU_SECONDS = 5
MEMORY_BYTES = 600_000_000
PDF = b"%PDF-"
# An A4 page at 150 dots an inch; a tiny page is not blown up into a huge picture.
_LARGEST_SCALE = 150 / 72
_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")
_HEIF_BRANDS = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"}


def confine() -> None:
    """No more memory, time, files or core dumps than the work needs."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def pages_of(raw: bytes) -> list[tuple[bytes, int, int]]:
    """The pages as (JPEG, width, height). Unsound: empty, pixels, type, office, broken, heic, locked, pages."""
    if raw.startswith(PDF):
        return _pdf_pages(raw)
    if raw.startswith(_ARCHIVES):
        raise Unsound("office")
    heif = raw[4:8] == b"ftyp" and raw[8:12] in _HEIF_BRANDS
    if heif:
        import pillow_heif  # only where it is met: its decoder is the riskiest of all

        pillow_heif.register_heif_opener(thumbnails=False)
    try:
        made = clean(raw, ("HEIF",) if heif else FORMATS)
    except Unsound as unsound:
        raise Unsound("heic") if heif and unsound.code in {"broken", "type"} else unsound from None
    return [(made.jpeg, made.width, made.height)]


def _pdf_pages(raw: bytes) -> list[tuple[bytes, int, int]]:
    import pypdfium2

    try:
        paper = pypdfium2.PdfDocument(raw)
    except pypdfium2.PdfiumError as problem:
        raise Unsound("locked" if "password" in str(problem).lower() else "broken") from None
    if not 0 < len(paper) <= MAX_PAGES:
        raise Unsound("pages", len(paper)) if len(paper) else Unsound("broken")
    try:
        # Filled-in forms show what was filled in. This build of PDFium runs no script.
        paper.init_forms()
        return [_picture(paper[n]) for n in range(len(paper))]
    except (pypdfium2.PdfiumError, ValueError, OverflowError):
        raise Unsound("broken") from None


def _picture(page: Any) -> tuple[bytes, int, int]:
    width, height = page.get_size()
    if not (0 < width < 100_000 and 0 < height < 100_000):
        raise Unsound("broken")
    scale = min(LONGEST_SIDE / max(width, height), _LARGEST_SCALE)
    shown = page.render(scale=scale, rev_byteorder=True).to_pil().convert("RGB")
    page.close()
    return jpeg_of(shown), shown.width, shown.height


def peak_bytes() -> int:
    """The most memory this process held at once, as far as the system tells (Linux); else 0."""
    try:
        with open("/proc/self/status", "rb") as status:
            held = next((line.split()[1] for line in status if line.startswith(b"VmHWM")), b"0")
    except OSError:
        return 0
    return int(held) * 1024


def main() -> None:
    """Read, take apart, answer; whatever is wrong with the bytes is an answer too."""
    confine()
    raw = sys.stdin.buffer.read(MAX_BYTES + 1)
    try:
        if len(raw) > MAX_BYTES:
            raise Unsound("large")
        pages = pages_of(raw)
        told: dict[str, Any] = {"pages": [[len(jpeg), width, height] for jpeg, width, height in pages]}
    except Unsound as unsound:
        pages, told = [], {"unsound": unsound.code, "count": unsound.count}
    except MemoryError:
        pages, told = [], {"unsound": "heavy", "count": 0}
    sys.stdout.buffer.write(json.dumps(told | {"peak": peak_bytes()}).encode() + b"\n")
    for jpeg, _width, _height in pages:
        sys.stdout.buffer.write(jpeg)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
