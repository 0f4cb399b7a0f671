"""A subject's copy: everything the register says is about them, for people to read and for machines.

All and only theirs: another member's own rows, staff's names and who reported them stay out. Made by a
job, kept encrypted, downloaded after a check of that moment, gone a week later.
"""

import io
import json
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Model
from django.template.loader import render_to_string
from django.utils import timezone

from portal.base.audit import record
from portal.base.filestore import path_of, read_bytes, store_bytes
from portal.base.models import OPEN_END
from services.privacy.labels import column_label, table_label
from services.privacy.models import RequestKind, RequestState, SubjectRequest
from services.privacy.register import PERSON, USER, Table, rows_about, tables_about
from services.visits.models import VisitPhoto

KIND, CONTENT_TYPE = "subject_copy", "application/zip"
KEPT_FOR = timedelta(days=7)
MOST_TRIES = 5


@dataclass(frozen=True)
class Section:
    """One table of the copy: its name, its columns, and rows as texts."""

    label: str
    title: str
    columns: list[str]
    names: list[str]
    rows: list[list[str]]


def sections(subject: str, who: Any) -> list[Section]:
    """Everything about a person (with what the household shares) or a user, table by table."""
    found = [_section(table, subject, who) for table in tables_about(USER if subject == USER else PERSON)]
    return [section for section in found if section.rows]


def _section(table: Table, subject: str, who: Any) -> Section:
    names = list(table.told(subject))
    if not names:
        return Section(table.label, "", [], [], [])
    fields = [table.model._meta.get_field(name) for name in names]
    rows = rows_about(table, subject, who).order_by("pk")
    texts = [[_text(row, name) for name in names] for row in rows]
    return Section(
        table.label, table_label(table.label), [column_label(field) for field in fields], names, texts
    )


def _text(row: Model, name: str) -> str:
    """One value in words: the chosen label, a local time, yes and no."""
    value = getattr(row, name)
    shown = getattr(row, f"get_{name}_display", None)
    if shown is not None and value not in (None, ""):
        return str(shown())
    if value is None or value in ("", {}, []):
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return "" if value >= OPEN_END else timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return "" if value >= OPEN_END.date() else value.isoformat()
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def photos_of(person: Any) -> list[UUID]:
    """The stored photos of a person's household."""
    way = "record__planned__task__need__household"
    rows = VisitPhoto.objects.filter(**{way: person.household}).select_related("file")
    return [row.file.uid for row in rows if path_of(row.file.uid).exists()]


def make_archive(asked: SubjectRequest, at: datetime) -> bytes:
    """The ZIP: a page to read, the same as JSON, and the photos."""
    subject, who = (PERSON, asked.person) if asked.person is not None else (USER, asked.user)
    parts = sections(subject, who)
    page = render_to_string(
        "services/privacy/copy.html",
        {
            "request_no": asked.no,
            "parts": parts,
            "at": at,
            "site": settings.SITE_NAME,
            "sponsor": settings.SPONSOR_NAME,
        },
    )
    data = {
        "request": asked.no,
        "made_at": at.isoformat(),
        "tables": [
            {"table": part.label, "rows": [dict(zip(part.names, row, strict=True)) for row in part.rows]}
            for part in parts
        ],
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("copy.html", page)
        archive.writestr("data.json", json.dumps(data, ensure_ascii=False, indent=1))
        if asked.person is not None:
            photos = VisitPhoto.objects.filter(file__uid__in=photos_of(asked.person)).select_related("file")
            for number, photo in enumerate(photos, 1):
                archive.writestr(f"photo-{number}.jpg", read_bytes(photo.file))
    return out.getvalue()


def waiting_copies() -> Any:
    """Copies that the job has to make."""
    return SubjectRequest.objects.filter(
        kind=RequestKind.COPY, state=RequestState.MAKING, attempts__lt=MOST_TRIES
    )


def make_copies(*, at: datetime | None = None) -> int:
    """Make every copy that waits; returns how many. One that fails is tried again, five times at most."""
    made = 0
    for asked in list(waiting_copies().select_related("person__household", "user")):
        moment = at or timezone.now()
        SubjectRequest.objects.filter(pk=asked.pk).update(attempts=F("attempts") + 1)
        file = store_bytes(make_archive(asked, moment), kind=KIND, content_type=CONTENT_TYPE, by=None)
        with transaction.atomic():
            won = SubjectRequest.objects.filter(pk=asked.pk, state=RequestState.MAKING).update(
                state=RequestState.DONE, file=file, file_until=moment + KEPT_FOR, decided_at=moment,
                version=F("version") + 1, updated_at=moment,
            )  # fmt: skip
            if won:
                household = asked.person.household if asked.person else None
                record(None, "request.copy_made", asked, household=household)
                made += 1
    return made
