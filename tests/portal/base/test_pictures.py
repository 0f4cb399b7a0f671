"""Photos: what is kept is made anew; what is no photo is refused and leaves nothing behind."""

import hashlib
import io
import os
import random
import struct
import time
import zipfile
import zlib
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image, PngImagePlugin

from portal.base import pictures
from portal.base.fileserving import private_response
from portal.base.filestore import path_of
from portal.base.models import ProtectedFile
from portal.base.pictures import clean_picture, read_picture, store_picture
from portal.base.privacy import Tampered
from portal.base.refused import Refused
from tests import makers

SECRET = b"CANARY-7f3a"


def picture(form: str = "JPEG", size: tuple[int, int] = (640, 480), mode: str = "RGB", **options) -> bytes:
    """A small valid picture."""
    out = io.BytesIO()
    Image.effect_noise(size, 60).convert(mode).save(out, form, **options)
    return out.getvalue()


def png_header(width: int, height: int) -> bytes:
    """A PNG that only claims its size."""
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    idat = b"IDAT" + zlib.compress(b"\0" * 100)
    chunks = [
        struct.pack(">I", len(part) - 4) + part + struct.pack(">I", zlib.crc32(part))
        for part in (body, idat, b"IEND")
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def zip_bytes() -> bytes:
    """A zip with a megabyte of zeros in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb", b"\0" * 1_000_000)
    return out.getvalue()


def text_bomb() -> bytes:
    """A PNG whose text chunk grows to 100 MB."""
    body = b"zTXtk\0\0" + zlib.compress(b"A" * 100_000_000, 9)
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    plain = picture("PNG", (8, 8))
    return plain[:33] + chunk + plain[33:]


def gif(frames: int = 3, size: tuple[int, int] = (64, 64)) -> bytes:
    """An animated GIF."""
    first, *rest = (Image.new("P", size, shade) for shade in range(frames))
    out = io.BytesIO()
    first.save(out, "GIF", save_all=True, append_images=rest)
    return out.getvalue()


def exif_with_gps() -> Image.Exif:
    """Camera data with a place, a maker's note and a turn by 90 degrees."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = SECRET.decode()
    exif.get_ifd(0x8825).update({1: "N", 2: (27.0, 45.0, 55.0), 3: "E", 4: (112.0, 55.0, 36.0)})
    exif.get_ifd(0x8769)[0x927C] = SECRET
    return exif


HOSTILE = {
    "nothing": (b"", "photo_broken"),
    "text": (b"hello", "photo_type"),
    "html named jpg": (b"<!doctype html><script>alert(1)</script>", "photo_type"),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "photo_type"),
    "svg after xml": (b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "b">]><svg>&a;</svg>', "photo_type"),
    "pdf": (b"%PDF-1.7\n1 0 obj<</JS(app.alert(1))>>", "photo_type"),
    "zip": (zip_bytes(), "photo_type"),
    "gif": (gif(), "photo_type"),
    "gif bomb": (b"GIF89a\xff\xff\xff\xff" + b"\0" * 60, "photo_type"),
    "gif and javascript": (b"GIF89a/*" + b"\0" * 20 + b"*/=1;alert(1)", "photo_type"),
    "bmp": (picture("BMP"), "photo_type"),
    "tiff": (picture("TIFF"), "photo_type"),
    "ico": (picture("ICO", (32, 32)), "photo_type"),
    "postscript": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nsystem", "photo_type"),
    "program": (b"\x7fELF" + b"\0" * 100, "photo_type"),
    "jpeg cut in the middle": (picture()[:9_000], "photo_broken"),
    "jpeg header only": (b"\xff\xd8\xff\xe0\x00\x10JFIF\0", "photo_broken"),
    "jpeg start and noise": (b"\xff\xd8\xff" + random.Random(1).randbytes(500), "photo_broken"),
    "png cut": (picture("PNG")[:2_000], "photo_broken"),
    "png signature only": (b"\x89PNG\r\n\x1a\n", "photo_broken"),
    "png of false data": (png_header(640, 480), "photo_broken"),
    "png text bomb": (text_bomb(), "photo_broken"),
    "webp cut": (picture("WEBP")[:300], "photo_broken"),
    "webp header only": (b"RIFF\x10\0\0\0WEBPVP8 ", "photo_broken"),
    "png claiming 60000 x 60000": (png_header(60_000, 60_000), "photo_large"),
    "png claiming 7000 x 7000": (png_header(7_000, 7_000), "photo_large"),
    "png claiming 10000 x 10000": (png_header(10_000, 10_000), "photo_large"),
    "more bytes than allowed": (picture() + b"\0" * 10_000_001, "photo_large"),
}


@pytest.fixture
def data_dir(settings, tmp_path):
    """An empty place for files."""
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.mark.django_db
@pytest.mark.parametrize("case", HOSTILE)
def test_what_is_no_sound_photo_is_refused_and_leaves_nothing(data_dir, case):
    raw, code = HOSTILE[case]
    began = time.monotonic()
    with pytest.raises(Refused) as refusal:
        store_picture(SimpleUploadedFile("photo.jpg", raw, "image/jpeg"), "visit", None)
    assert refusal.value.code == code
    assert time.monotonic() - began < 5
    assert list(data_dir.rglob("*")) == []
    assert ProtectedFile.objects.count() == 0


def test_the_size_is_said_in_megabytes():
    with pytest.raises(Refused) as refusal:
        store_picture(SimpleUploadedFile("a.jpg", b"\xff" * 11_500_000), "visit", None)
    assert refusal.value.message == "照片太大（12 MB）。请用手机相机的普通画质再拍，或不拍"


@pytest.mark.parametrize(
    "raw",
    [
        picture("JPEG"),
        picture("PNG"),
        picture("WEBP"),
        picture("JPEG", mode="L"),
        picture("JPEG", mode="CMYK"),
        picture("PNG", mode="RGBA"),
        picture("PNG", mode="P"),
        picture("PNG", mode="LA"),
        picture("PNG", mode="1"),
        picture("PNG", mode="I;16"),
        picture("WEBP", mode="RGBA", lossless=True),
        picture("JPEG", progressive=True),
        picture("JPEG", (1, 1)),
        picture("PNG", (3000, 2)),
    ],
)
def test_every_usual_photo_becomes_a_plain_jpeg(raw):
    clean = clean_picture(raw)
    again = Image.open(io.BytesIO(clean.jpeg))
    assert (again.format, again.mode, again.size) == ("JPEG", "RGB", (clean.width, clean.height))
    assert clean.sha256 == hashlib.sha256(raw).hexdigest()


def test_a_big_photo_is_made_smaller_and_a_small_one_is_left():
    assert clean_picture(picture(size=(4000, 3000))).width == 1600
    assert clean_picture(picture(size=(3000, 4000))).height == 1600
    assert clean_picture(picture(size=(300, 200))).width == 300


def test_the_turn_is_applied_and_place_maker_and_comment_are_gone():
    raw = picture(exif=exif_with_gps(), comment=SECRET, icc_profile=SECRET, xmp=b"<x>" + SECRET + b"</x>")
    assert raw.count(SECRET) >= 4
    clean = clean_picture(raw)
    assert (clean.width, clean.height) == (480, 640)
    assert SECRET not in clean.jpeg
    again = Image.open(io.BytesIO(clean.jpeg))
    assert dict(again.getexif()) == {}
    assert set(again.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_text_in_a_png_and_bytes_after_the_end_are_gone():
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", SECRET.decode(), zip=False)
    for raw in (
        picture("PNG", pnginfo=text),
        picture() + SECRET + b"<script>alert(1)</script>",
        picture() + zip_bytes(),
    ):
        jpeg = clean_picture(raw).jpeg
        assert SECRET not in jpeg
        assert b"<script" not in jpeg
        assert not zipfile.is_zipfile(io.BytesIO(jpeg))


def test_what_is_transparent_becomes_white():
    out = io.BytesIO()
    Image.new("RGBA", (8, 8), (255, 0, 0, 0)).save(out, "PNG")
    assert Image.open(io.BytesIO(clean_picture(out.getvalue()).jpeg)).getpixel((4, 4)) == (255, 255, 255)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_damaged_photos_are_accepted_or_refused_never_anything_else(form):
    dice, sound = random.Random(form), picture(form, (80, 60))
    answers = set()
    for _damage in range(150):
        raw = bytearray(sound)
        for _byte in range(dice.randint(1, 8)):
            raw[dice.randrange(len(raw))] = dice.randrange(256)
        try:
            clean_picture(bytes(raw))
            answers.add("kept")
        except Refused as refusal:
            answers.add(refusal.code)
    assert answers
    assert answers <= {"kept", "photo_broken", "photo_type", "photo_large"}


@pytest.mark.django_db
def test_a_stored_photo_lies_encrypted_and_comes_back(data_dir):
    by = makers.make_user()
    file = store_picture(SimpleUploadedFile("周桂莲家.jpg", picture()), "visit", by)
    path = path_of(file.uid)
    assert path.relative_to(data_dir).parts == ("files", file.uid.hex[-2:], str(file.uid))
    assert path.stat().st_mode & 0o777 == 0o600
    assert b"JFIF" not in path.read_bytes()
    assert read_picture(file).startswith(b"\xff\xd8\xff")
    assert (file.kind, file.uploaded_by, file.content_type) == ("visit", by, "image/jpeg")
    assert file.size == len(read_picture(file))
    assert (file.width, file.height) == (640, 480)


@pytest.mark.django_db
def test_two_files_swapped_on_the_disk_are_noticed(data_dir):
    one = store_picture(SimpleUploadedFile("a.jpg", picture()), "visit", None)
    other = store_picture(SimpleUploadedFile("b.jpg", picture()), "visit", None)
    os.replace(path_of(one.uid), path_of(other.uid))
    with pytest.raises(Tampered):
        read_picture(other)
    with pytest.raises(FileNotFoundError):
        read_picture(one)


@pytest.mark.django_db
def test_a_photo_is_answered_so_that_nothing_keeps_it(data_dir):
    file = store_picture(SimpleUploadedFile("周桂莲家.jpg", picture()), "visit", None)
    response = private_response(file)
    assert response.content == read_picture(file)
    assert response["Content-Type"] == "image/jpeg"
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"] == f'inline; filename="{file.uid}.jpg"'
    assert "ETag" not in response
    assert "Last-Modified" not in response


@pytest.mark.django_db
def test_files_without_a_row_are_swept_after_a_day_and_others_stay(data_dir):
    kept = store_picture(SimpleUploadedFile("a.jpg", picture()), "visit", None)
    orphan = store_picture(SimpleUploadedFile("b.jpg", picture()), "visit", None)
    orphan_path = path_of(orphan.uid)
    orphan.delete()
    assert pictures.sweep_orphans() == 0
    assert pictures.sweep_orphans(at=timezone.now() + timedelta(days=2)) == 1
    assert not orphan_path.exists()
    assert path_of(kept.uid).exists()


@pytest.mark.django_db
def test_an_erased_photo_is_gone_and_erasing_twice_is_fine(data_dir):
    file = store_picture(SimpleUploadedFile("a.jpg", picture()), "visit", None)
    pictures.erase_picture(file)
    pictures.erase_picture(file)
    assert not path_of(file.uid).exists()
