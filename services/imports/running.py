"""Taking a file through the register in chunks, each one transaction with its progress: a crash loses no row and
doubles none. A turn ends when its time is over; the next begins behind the last settled chunk."""

import csv
import io
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portal.base.audit import record
from portal.base.filestore import erase_bytes, read_bytes, store_bytes
from portal.base.models import ProtectedFile
from portal.base.outbox import post
from portal.base.refused import Refused
from portal.permissions.hats import hats
from services.imports.alike import Neighbours
from services.imports.checking import Checker, Line, groups, judge_group
from services.imports.known import look_up
from services.imports.lifecycle import BATCH
from services.imports.models import BatchState, FindingKind, ImportBatch, ImportFinding
from services.imports.places import Places
from services.imports.planning import BAD, CHANGED, NEW, SAME, Plan, plan_for
from services.imports.reading import read_sheet
from services.imports.writing import (
    IMPORT,
    likely_ones,
    note_likenesses,
    prepare,
    write_changes,
    write_new,
)

CHUNK = 2_000
TRIES = 3
FILE = "import_file"
BY_PERSON = "by_person"


class TakenOver(Exception):
    """Another process settled this chunk; its work stands."""


def may_import(user: Any, office: Any, at: datetime) -> bool:
    """Whether this person may bring files into this office's area at that moment."""
    return user.is_active and any(
        IMPORT in hat.rules.permissions and hat.region_path and office.path.startswith(hat.region_path)
        for hat in hats(user, at)
    )


def make_ready(batch: ImportBatch) -> None:
    """Read the file whole, once, and keep it as plain UTF-8 rows from the heading on; a broken file stops here."""
    sheet = read_sheet(read_bytes(batch.file))
    text, count = io.StringIO(newline=""), -1
    writer = csv.writer(text)
    for place, row in enumerate(sheet.rows):
        if place >= batch.header_row:
            writer.writerow(row or [""])
            count += 1
    fatal = [each.code for each in sheet.problems if each.code not in {"columns_many", "cell_long"}]
    if fatal or count < 1:
        stop(batch, fatal[0] if fatal else "file_empty")
        return
    plain = store_bytes(text.getvalue().encode(), kind=FILE, content_type="text/csv", by=batch.made_by)
    before = batch.file
    won = ImportBatch.objects.filter(pk=batch.pk, ready=False).update(ready=True, rows=count, file=plain)
    erase_bytes(before if won else plain)
    batch.refresh_from_db()


def stop(batch: ImportBatch, why: str) -> None:
    """End a batch before its time; what was settled stays."""
    with transaction.atomic():
        won = ImportBatch.objects.filter(pk=batch.pk, state__in=BATCH.sources("stop")).update(
            state=BatchState.STOPPED, stopped_why=why, finished_at=timezone.now(), version=F("version") + 1
        )
        if won:
            record(batch.made_by, "import.stopped", batch, why=why)
            if why != BY_PERSON:
                batch.refresh_from_db()
                post(batch.made_by, "import_stopped", batch)
    batch.refresh_from_db()


def rows_of(file: ProtectedFile) -> Iterator[list[str]]:
    """The rows of a file made ready, below its heading."""
    reader = csv.reader(io.StringIO(read_bytes(file).decode(), newline=""))
    next(reader)
    return reader


@dataclass
class Turn:
    """One turn of work on a batch: `write` says whether the register changes."""

    batch: ImportBatch
    write: bool
    until: float | None = None
    checker: Checker = field(init=False)
    neighbours: Neighbours = field(default_factory=Neighbours)
    closed: set[str] = field(default_factory=set)
    on: date = field(default_factory=timezone.localdate)

    def __post_init__(self) -> None:
        self.checker = Checker(Places(self.batch.office, self.on), self.on)

    def run(self) -> bool:
        """Settle chunks until the file or the time is over; returns whether the file is."""
        chunk: list[list[Line]] = []
        size = 0
        for group in groups(self._lines()):
            judge_group(group, self.closed)
            if key := group[0].household_no or group[0].key:
                self.closed.add(key)
            chunk.append(group)
            size += len(group)
            if size >= CHUNK:
                self._settle(chunk, self._position(chunk))
                chunk, size = [], 0
                if self.until is not None and time.monotonic() > self.until:
                    return False
        self._settle(chunk, self.batch.rows)
        return True

    def _position(self, chunk: list[list[Line]]) -> int:
        return chunk[-1][-1].row - self.batch.header_row - 1

    def _lines(self) -> Iterator[Line]:
        mapping = {int(place): key for place, key in self.batch.mapping.items() if key}
        start = self.batch.cursor
        for position, row in enumerate(rows_of(self.batch.file), start=1):
            cells = {key: row[place] for place, key in mapping.items() if place < len(row) and row[place]}
            number = self.batch.header_row + 1 + position
            if not cells:
                continue
            if position <= start:
                self.checker.remember(number, cells)
                self.closed |= {
                    key for key in (cells.get("household_no") or cells.get("household_key"),) if key
                }
                continue
            yield self.checker.line(number, cells)

    def _settle(self, chunk: list[list[Line]], position: int) -> None:
        for attempt in range(1, TRIES + 1):
            try:
                self._try(chunk, position)
            except (IntegrityError, _Overtaken):
                # somebody entered one of these people meanwhile: look again
                if attempt == TRIES:
                    raise
            else:
                self.batch.cursor = position
                return

    def _try(self, chunk: list[list[Line]], position: int) -> None:
        lines = [line for group in chunk for line in group]
        known = look_up(lines, self.batch.office)
        plans = [plan_for(group, known) for group in chunk]
        at = timezone.now()
        new = [plan for plan in plans if plan.verdict == NEW]
        rows = prepare(new if self.write else [], known, self.checker.places)
        places = (line.region for plan in new for line in plan.lines)
        self.neighbours.visit({place.path[:12] for place in places if place is not None})
        likely = {
            line.row: found
            for plan in new
            for line in plan.lines
            if (found := likely_ones(line, None, self.neighbours))
        }
        made: list[int] = []
        with transaction.atomic():
            self._advance(position, at)
            if self.write:
                made = write_new(rows, self.batch, self.batch.made_by, known, at)
                pairs = [
                    (pk, each.person_id, each.kind)
                    for pk, line in zip(made, rows.lines, strict=True)
                    for each in likely.get(line.row, ())
                ]
                note_likenesses(pairs, self.batch)
            for plan in plans:
                if plan.verdict == CHANGED and not (self.write and self.batch.keep_known):
                    self._change(plan)
            self._count(plans, likely)
        self._meet(rows.lines if self.write else [line for plan in new for line in plan.lines], made)

    def _meet(self, lines: list[Line], made: list[int]) -> None:
        """Those who were just entered are neighbours of the rows that follow; a check names them by their row."""
        for place, line in enumerate(lines):
            pk = made[place] if made else -line.row
            if line.region is not None and line.birth_date is not None:
                self.neighbours.add(line.region.path[:12], pk, pk, line.name, line.birth_date)

    def _advance(self, position: int, at: datetime) -> None:
        won = ImportBatch.objects.filter(
            pk=self.batch.pk, state=self.batch.state, cursor=self.batch.cursor
        ).update(cursor=position, updated_at=at)
        if not won:
            raise TakenOver

    def _change(self, plan: Plan) -> None:
        """Change a known file; a check does the same and takes it back, so that it meets every refusal."""
        try:
            with transaction.atomic():
                write_changes(plan, self.batch.made_by, self.on)
                if not self.write:
                    transaction.set_rollback(True)
        except Refused as refusal:
            if refusal.code == "stale":
                raise _Overtaken from None
            plan.lines[0].wrong("", refusal.code, refusal.message)
            plan.verdict = BAD

    def _count(self, plans: list[Plan], likely: dict[int, Any]) -> None:
        found = dict.fromkeys((NEW, SAME, CHANGED, BAD), 0)
        for plan in plans:
            found[plan.verdict] += len(plan.lines)
        ImportBatch.objects.filter(pk=self.batch.pk).update(
            **{f"count_{name}": F(f"count_{name}") + number for name, number in found.items() if number},
            count_alike=F("count_alike") + len(likely),
        )
        ImportFinding.objects.bulk_create(self._findings(plans, likely), batch_size=500)

    def _findings(self, plans: list[Plan], likely: dict[int, Any]) -> Iterator[ImportFinding]:
        for plan in plans:
            for line in plan.lines:
                for problem in line.problems:
                    yield ImportFinding(
                        batch=self.batch, row=line.row, kind=FindingKind.BAD, column=problem.column,
                        code=problem.code, words=problem.words[:200],
                    )  # fmt: skip
                if line.row in likely:
                    yield ImportFinding(
                        batch=self.batch, row=line.row, kind=FindingKind.ALIKE, code=likely[line.row][0].kind,
                        words=_("同村有一位同岁、名字相同或同音的人，导入后请核对"),
                    )  # fmt: skip
            if plan.verdict == CHANGED and plan.file is not None:
                yield ImportFinding(
                    batch=self.batch, row=plan.lines[0].row, kind=FindingKind.CHANGED, code="changed",
                    column=",".join(plan.columns)[:20], words=_changed_words(plan), household_no=plan.file.no,
                )  # fmt: skip


def _changed_words(plan: Plan) -> str:
    from services.imports.columns import BY_KEY

    names = ["village" if name == "region" else name for name in plan.columns]
    return "、".join(str(BY_KEY[name].label) for name in names)[:200]


class _Overtaken(Exception):
    """A file changed between planning and writing."""


def run_turn(batch: ImportBatch, *, seconds: float | None = None) -> bool:
    """One turn on a batch that waits for work; returns whether its present pass is finished."""
    with translation.override(batch.language):
        if not may_import(batch.made_by, batch.office, timezone.now()):
            stop(batch, "right_lost")
            return True
        if not batch.ready:
            make_ready(batch)
            return True
        write = batch.state == BatchState.APPLYING
        until = None if seconds is None else time.monotonic() + seconds
        try:
            finished = Turn(batch, write, until).run()
        except TakenOver:
            return True
        if finished:
            _finish(batch, write)
    return finished


def _finish(batch: ImportBatch, write: bool) -> None:
    verb = "finish_apply" if write else "finish_check"
    with transaction.atomic():
        won = ImportBatch.objects.filter(pk=batch.pk, state=batch.state).update(
            state=BATCH.step(batch.state, verb),
            finished_at=timezone.now() if write else None,
            version=F("version") + 1,
        )
        batch.refresh_from_db()
        if won:
            record(
                batch.made_by,
                "import.done" if write else "import.checked",
                batch,
                rows=batch.rows,
                new=batch.count_new,
                changed=batch.count_changed,
                same=batch.count_same,
                bad=batch.count_bad,
                alike=batch.count_alike,
            )
            post(batch.made_by, "import_done" if write else "import_checked", batch)
