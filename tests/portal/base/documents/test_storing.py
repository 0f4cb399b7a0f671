"""Papers handed in: kept as encrypted pictures, page by page, and shown so that nothing keeps them."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from django.utils import timezone
from PIL import Image

from portal.base.documents import child, storing
from portal.base.documents.storing import drop_documents, page_response, store_document, sweep_documents
from portal.base.filestore import path_of, read_bytes
from portal.base.models import ProtectedFile
from portal.base.refused import Refused
from portal.models import DocumentPage, StoredDocument
from tests import makers
from tests.portal.base.documents.sending import heic, pdf, photo

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def data_dir(settings, tmp_path):
    """An empty place for files."""
    settings.DATA_DIR = tmp_path
    return tmp_path


def sent(raw: bytes, name: str = "证书.jpg") -> SimpleUploadedFile:
    """An upload under a name and type that are not believed."""
    return SimpleUploadedFile(name, raw, "text/html")


def quick(monkeypatch) -> None:
    """Papers whose making is not the point: one page without a child."""
    page = child.Page(photo(size=(8, 8)), 8, 8)
    monkeypatch.setattr(storing, "take_apart", lambda raw: child.Work([page], None, 0, 0.0, 0.0))


@pytest.mark.parametrize(
    ("raw", "sent_as", "pages", "size"),
    [
        (photo(), "photo", 1, (640, 480)),
        (heic(), "photo", 1, (640, 480)),
        (pdf(pages=3), "pdf", 3, (1131, 1600)),
    ],
)
def test_a_paper_is_kept_as_encrypted_pictures(raw, sent_as, pages, size):
    by = makers.make_user()
    document = store_document(sent(raw), "rating", by)
    assert (document.kind, document.sent_as, document.uploaded_by) == ("rating", sent_as, by)
    files = [page.file for page in document.pages.all()]
    assert [page.number for page in document.pages.all()] == list(range(1, pages + 1))
    for file in files:
        shown = Image.open(io.BytesIO(read_bytes(file)))
        assert (shown.format, shown.size) == ("JPEG", size)
        assert b"JFIF" not in path_of(file.uid).read_bytes()
        assert (file.kind, file.content_type, file.uploaded_by) == ("document_page", "image/jpeg", by)


def test_a_page_of_a_pdf_shows_what_was_on_it():
    document = store_document(sent(pdf()), "rating", None)
    shown = Image.open(io.BytesIO(read_bytes(document.pages.get().file)))
    red, green, blue = shown.getpixel((190, 1400))
    assert blue > 200 > 60 > red
    assert shown.getpixel((900, 200)) == (255, 255, 255)
    assert green < 60


def test_a_page_is_answered_so_that_nothing_keeps_it(monkeypatch):
    quick(monkeypatch)
    document = store_document(sent(photo()), "rating", None)
    answer = page_response(document, 1)
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "证书" not in answer["Content-Disposition"]
    for number in (0, 2):
        with pytest.raises(Http404):
            page_response(document, number)


def test_dropping_takes_rows_and_bytes(monkeypatch, django_capture_on_commit_callbacks):
    quick(monkeypatch)
    document = store_document(sent(photo()), "rating", None)
    path = path_of(document.pages.get().file.uid)
    with django_capture_on_commit_callbacks(execute=True):
        drop_documents([document.pk])
    assert not path.exists()
    assert (StoredDocument.objects.count(), DocumentPage.objects.count()) == (0, 0)
    assert ProtectedFile.objects.count() == 0


def test_a_paper_that_nobody_took_up_goes_after_a_day(monkeypatch):
    quick(monkeypatch)
    store_document(sent(photo()), "rating", None)
    assert sweep_documents() == 0
    assert sweep_documents(at=timezone.now() + timedelta(days=2)) == 1
    assert StoredDocument.objects.count() == 0


def test_one_person_cannot_fill_the_disk(monkeypatch):
    quick(monkeypatch)
    monkeypatch.setattr(storing, "MOST_A_DAY", 2)
    by, other = makers.make_user(), makers.make_user()
    for _again in range(2):
        store_document(sent(photo()), "rating", by)
    with pytest.raises(Refused) as refusal:
        store_document(sent(photo()), "rating", by)
    assert refusal.value.code == "document_quota"
    assert store_document(sent(photo()), "rating", other)
    StoredDocument.objects.update(created_at=timezone.now() - timedelta(days=2))
    assert store_document(sent(photo()), "rating", by)


def test_when_too_many_are_at_work_one_is_asked_to_wait(monkeypatch):
    monkeypatch.setattr(child, "PATIENCE_SECONDS", 0.05)
    for _place in range(child.AT_ONCE):
        child._places.acquire()
    try:
        with pytest.raises(Refused) as refusal:
            store_document(sent(photo()), "rating", None)
    finally:
        for _place in range(child.AT_ONCE):
            child._places.release()
    assert refusal.value.code == "document_busy"
