"""Making an export: the rows and columns that its asker may have at this very moment."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portal.base.audit import record
from portal.base.filestore import erase_bytes, store_bytes
from portal.base.models import ProtectedFile
from portal.base.outbox import post
from services.exports.access import may_export
from services.exports.kinds import list_kind
from services.exports.lifecycle import EXPORT_MOVES
from services.exports.models import ExportState, RegisterExport
from services.exports.papers import PAPERS

LASTS = timedelta(hours=24)
FILE = "register_export"
STORED_AS = "application/octet-stream"  # what it is called on the way out is the business of its paper
TOLD_EVERY = 500


def make(export: RegisterExport, *, at: datetime | None = None) -> RegisterExport:
    """Make a queued export as its asker; one who lost the right gets nothing."""
    at = at or timezone.now()
    asker = export.asked_by
    if not may_export(asker, export.region, at, export.what):
        return _fail(export)
    with translation.override(export.language):
        columns, raw, count = _written(export, asker, at)
    file = store_bytes(raw, kind=FILE, content_type=STORED_AS, by=asker)
    with transaction.atomic():
        won = RegisterExport.objects.filter(pk=export.pk, state=ExportState.QUEUED).update(
            state=EXPORT_MOVES.step(ExportState.QUEUED, "finish"),
            file=file,
            rows=count,
            made_columns=columns,
            made_at=at,
            expires_at=at + LASTS,
            version=F("version") + 1,
        )
        export.refresh_from_db()
        if won:
            record(
                asker, "export.made", export, purpose=export.purpose, rows=count, columns=export.made_columns,
                region=export.region.code, full_names=export.full_names,
            )  # fmt: skip
            post(asker, "export_ready", export)
    if not won:
        erase_bytes(file)
    return export


def _fail(export: RegisterExport) -> RegisterExport:
    with transaction.atomic():
        RegisterExport.objects.filter(pk=export.pk, state=ExportState.QUEUED).update(
            state=EXPORT_MOVES.step(ExportState.QUEUED, "fail"), version=F("version") + 1
        )
        record(export.asked_by, "export.failed", export, why="right_lost")
    export.refresh_from_db()
    return export


def _written(export: RegisterExport, asker: Any, at: datetime) -> tuple[list[str], bytes, int]:
    """The file: the watermark, the headings, the rows. How far it is shows on the page meanwhile."""
    made = list_kind(export.what).make(export, asker, at)
    paper = PAPERS[export.file_type]()
    paper.line([watermark(export, at)])
    paper.line(made.headings)
    count = 0
    for count, row in enumerate(made.rows, 1):
        paper.line(row)
        if count % TOLD_EVERY == 0:
            RegisterExport.objects.filter(pk=export.pk, state=ExportState.QUEUED).update(rows=count)
    return made.keys, paper.raw(), count


def watermark(export: RegisterExport, at: datetime) -> str:
    """Who took it out, when and why: the first line of the file."""
    words = _("导出 %(no)s，%(who)s，%(when)s，事由：%(why)s。24 小时内有效，请勿转发")
    when = timezone.localtime(at).strftime("%Y-%m-%d %H:%M")
    return words % {"no": export.no, "who": export.asked_by.name, "when": when, "why": export.purpose}


def expire(at: datetime | None = None) -> int:
    """Erase what is older than its 24 hours; returns how many. Nobody could open them any more anyway."""
    gone = 0
    old = RegisterExport.objects.filter(state=ExportState.READY, expires_at__lte=at or timezone.now())
    for export in old.select_related("file"):
        if export.file is not None:
            erase_bytes(export.file)
            ProtectedFile.objects.filter(pk=export.file.pk).update(size=0)
        with transaction.atomic():
            RegisterExport.objects.filter(pk=export.pk, state=ExportState.READY).update(
                state=EXPORT_MOVES.step(ExportState.READY, "expire"), version=F("version") + 1
            )
            record(None, "export.gone", export)
        gone += 1
    return gone
