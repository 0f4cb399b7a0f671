"""Making an export: the rows and columns that its asker may have at this very moment."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Prefetch
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from partners.network.queries import in_subtree
from portal.base.audit import record
from portal.base.filestore import erase_bytes, store_bytes
from portal.base.models import OPEN_END, ProtectedFile
from portal.base.outbox import post
from portal.permissions.hats import Hat, hats
from services.exports.access import may_export
from services.exports.columns import Cell, ExportColumn, allowed
from services.exports.lifecycle import EXPORT_MOVES
from services.exports.models import ExportState, RegisterExport
from services.imports.reading import guarded
from services.recipients.access import Reason, Window
from services.recipients.fields import NOTHING, Shown, shown
from services.recipients.models import Household, HouseholdState, Person

LASTS = timedelta(hours=24)
FILE = "register_export"


def make(export: RegisterExport, *, at: datetime | None = None) -> RegisterExport:
    """Make a queued export as its asker; one who lost the right gets nothing."""
    at = at or timezone.now()
    asker = export.asked_by
    if not may_export(asker, export.region, at):
        return _fail(export)
    with translation.override(export.language):
        columns, raw, count = _sheet(export, asker, at)
    file = store_bytes(raw, kind=FILE, content_type="text/csv", by=asker)
    with transaction.atomic():
        won = RegisterExport.objects.filter(pk=export.pk, state=ExportState.QUEUED).update(
            state=EXPORT_MOVES.step(ExportState.QUEUED, "finish"),
            file=file,
            rows=count,
            made_columns=[column.key for column in columns],
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


def _sheet(export: RegisterExport, asker: Any, at: datetime) -> tuple[list[ExportColumn], bytes, int]:
    eyes = _Eyes(asker, at)
    columns = allowed(eyes.widest(), export.columns)
    text, count = io.StringIO(newline=""), 0
    writer = csv.writer(text)
    writer.writerow([guarded(watermark(export, at))])
    writer.writerow([str(column.label) for column in columns])
    on = timezone.localdate(at)
    for person in people_of(export, asker):
        seen = eyes.on(person.household)
        cell = Cell(seen, on, export.full_names and seen.mode("name") != NOTHING)
        writer.writerow(
            [
                guarded(column.text(person, cell)) if seen.mode(column.group) != NOTHING else ""
                for column in columns
            ]
        )
        count += 1
    return columns, text.getvalue().encode("utf-8-sig"), count


def watermark(export: RegisterExport, at: datetime) -> str:
    """Who took it out, when and why: the first line of the file."""
    words = _("导出 %(no)s，%(who)s，%(when)s，事由：%(why)s。24 小时内有效，请勿转发")
    when = timezone.localtime(at).strftime("%Y-%m-%d %H:%M")
    return words % {"no": export.no, "who": export.asked_by.name, "when": when, "why": export.purpose}


def people_of(export: RegisterExport, asker: Any) -> Iterator[Person]:
    """The living people of the files on the register that the asker sees, household by household."""
    seen = Household.objects.visible_to(asker).filter(in_subtree(export.region.path, "region__path"))
    people = Person.objects.filter(died_on=None).order_by("pk").prefetch_related("categories")
    rows = (
        seen.exclude(state=HouseholdState.CLOSED)
        .select_related("region__parent", "township")
        .prefetch_related(Prefetch("persons", people))
        .order_by("region__path", "name_key", "pk")
    )
    for household in rows.iterator(chunk_size=500):
        for person in household.persons.all():
            person.household = household
            yield person


class _Eyes:
    """How fields show to the asker in each place, decided by the table of fields."""

    def __init__(self, asker: Any, at: datetime) -> None:
        self.hats = [hat for hat in hats(asker, at) if hat.rules.sees_place and hat.region_path]
        self._known: dict[tuple[Hat, ...], Shown] = {}

    def on(self, household: Household) -> Shown:
        """The modes for one household."""
        return self._by(tuple(h for h in self.hats if household.region.path.startswith(h.region_path)))

    def widest(self) -> Shown:
        """The modes over all the asker's places, for the choice of columns."""
        return self._by(tuple(self.hats))

    def _by(self, worn: tuple[Hat, ...]) -> Shown:
        if worn not in self._known:
            reasons = [Reason("place", hat.role, hat.cause, hat.valid_to or OPEN_END) for hat in worn]
            self._known[worn] = shown(reasons, Window())
        return self._known[worn]


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
