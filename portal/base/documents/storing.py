"""Papers from a phone: looked at, made harmless in a child, stored encrypted as pictures; shown page by page.

Taking a paper apart is slow: call `store_document` before opening a transaction, then attach the row inside it.
"""

import hashlib
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.base.cleaning import Unsound
from portal.base.documents.child import Page, take_apart
from portal.base.documents.models import DocumentPage, StoredDocument
from portal.base.documents.rendering import MAX_BYTES, MAX_PAGES, PDF
from portal.base.fileserving import private_response
from portal.base.filestore import drop_files, write_sealed
from portal.base.models import ProtectedFile, uuid7
from portal.base.refused import Refused

ACCEPT = "image/jpeg,image/png,image/webp,image/heic,application/pdf"
PAGE_KIND = "document_page"
A_DAY = timedelta(days=1)
MOST_A_DAY = 100
MOST_BYTES_A_DAY = 200_000_000


def store_document(upload: Any, kind: str, by: Any) -> StoredDocument:
    """Keep a paper that was handed in, as pictures; `kind` is the caller's word for what it is.

    Refused, with the way to mend it: document_empty, document_large, document_pixels, document_type,
    document_office, document_broken, document_heic, document_locked, document_pages, document_heavy,
    document_busy, document_quota.
    """
    raw = _read(upload)
    _within_quota(by)
    try:
        work = take_apart(raw)
        if work.unsound is not None:
            raise work.unsound
    except Unsound as unsound:
        raise _refusal(unsound) from None
    return _keep(work.pages, raw, kind, by)


def page_response(document: StoredDocument, number: int) -> HttpResponse:
    """One page (from 1), after the caller's check of this moment; Http404 when there is none of that number."""
    page = document.pages.select_related("file").filter(number=number).first()
    if page is None:
        raise Http404
    return private_response(page.file)


def drop_documents(keys: Collection[int]) -> None:
    """Remove papers for good: the rows with this transaction, the bytes after its commit."""
    files = list(DocumentPage.objects.filter(document__in=keys).values_list("file_id", flat=True))
    StoredDocument.objects.filter(pk__in=keys).delete()
    drop_files(files)


def sweep_documents(*, at: datetime | None = None) -> int:
    """Remove papers older than a day that no row took up (its transaction failed); returns how many."""
    old = StoredDocument.objects.filter(created_at__lt=(at or timezone.now()) - A_DAY)
    for relation in StoredDocument._meta.related_objects:
        if relation.related_model is not DocumentPage:
            old = old.filter(**{f"{relation.name}__isnull": True})
    keys = list(old.values_list("pk", flat=True))
    with transaction.atomic():
        drop_documents(keys)
    return len(keys)


def _read(upload: Any) -> bytes:
    """The upload's bytes, never more than allowed; its stated size, name and type are not believed."""
    upload.seek(0)
    raw: bytes = upload.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise _refusal(Unsound("large", max(upload.size or 0, len(raw))))
    return raw


def _within_quota(by: Any) -> None:
    """A person hands in only so much a day, so that one account cannot fill the disk. Refused: document_quota."""
    if by is None:
        return
    since = timezone.now() - A_DAY
    lately = ProtectedFile.objects.filter(kind=PAGE_KIND, uploaded_by=by, created_at__gt=since)
    size = lately.aggregate(size=Sum("size"))["size"] or 0
    count = StoredDocument.objects.filter(uploaded_by=by, created_at__gt=since).count()
    if count >= MOST_A_DAY or size >= MOST_BYTES_A_DAY:
        raise _refusal(Unsound("quota"))


def _keep(pages: list[Page], raw: bytes, kind: str, by: Any) -> StoredDocument:
    files = [
        ProtectedFile(
            uid=uuid7(),
            kind=PAGE_KIND,
            content_type="image/jpeg",
            size=len(page.jpeg),
            sha256=hashlib.sha256(page.jpeg).hexdigest(),
            width=page.width,
            height=page.height,
            uploaded_by=by,
        )
        for page in pages
    ]
    for file, page in zip(files, pages, strict=True):
        write_sealed(file.uid, page.jpeg)
    with transaction.atomic():
        document = StoredDocument.objects.create(
            kind=kind,
            sent_as="pdf" if raw.startswith(PDF) else "photo",
            sha256=hashlib.sha256(raw).hexdigest(),
            uploaded_by=by,
        )
        for number, file in enumerate(files, start=1):
            file.save(force_insert=True)
            DocumentPage.objects.create(document=document, number=number, file=file)
    return document


def _refusal(unsound: Unsound) -> Refused:
    """What was wrong, and what to do about it."""
    messages = {
        "empty": _("这个文件是空的。请重新拍一张，或重新选一个"),
        "large": _("文件太大（%(size)d MB），最多 10 MB。请用手机相机的普通画质再拍，或分几次传"),
        "pixels": _("照片的尺寸太大。请用手机相机的普通画质再拍"),
        "type": _("只收照片（JPG、PNG、WebP、苹果 HEIC）和 PDF。请用手机把纸拍下来再传"),
        "office": _("不收 Word、Excel 和压缩包。请另存为 PDF，或打印出来拍照"),
        "broken": _("这个文件打不开，可能没传完整。请重新拍一张，或重新选一个"),
        "heic": _("这张苹果手机照片打不开。请在手机“设置”里点“相机”“格式”，选“兼容性最佳”，再拍一张"),
        "locked": _("这份 PDF 有密码。请去掉密码再传，或打印出来拍照"),
        "pages": _("这份 PDF 有 %(count)d 页，最多 %(most)d 页。请只传要用的几页"),
        "heavy": _("这个文件太复杂，打不开。请打印出来拍照，或截图再传"),
        "busy": _("现在传文件的人多。请过一分钟再传"),
        "quota": _("您今天传的文件太多了。请明天再传，或带到民政窗口"),
    }
    values = {"size": -(-unsound.count // 1_000_000), "count": unsound.count, "most": MAX_PAGES}
    code = unsound.code if unsound.code in messages else "broken"
    return Refused(f"document_{code}", messages[code] % values)
