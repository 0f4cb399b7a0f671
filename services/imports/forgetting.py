"""Taking somebody out of the files that offices brought: their rows are emptied, all others stay where they were."""

import csv
import io
from collections.abc import Callable
from typing import Any

from django.db import transaction

from portal.base.audit import record
from portal.base.filestore import forget_bytes, read_bytes, store_bytes
from services.imports.lifecycle import BATCH
from services.imports.models import ImportBatch
from services.imports.reading import read_sheet
from services.imports.running import FILE, stop

ERASED = "data_erased"


@transaction.atomic
def forget_rows(*, by: Any, batch: ImportBatch, theirs: Callable[[list[str]], bool]) -> int:
    """Empty the rows that `theirs` knows, in the file and in what was found in it; returns how many.

    A file that has not been read whole yet goes as a whole, and so does one that cannot be read. Reading and
    writing stand inside the erasure's transaction on purpose: it is rare, and a file must not outlive it.
    """
    if not batch.ready:
        return _forget_whole(by, batch, theirs)
    rows = list(csv.reader(io.StringIO(read_bytes(batch.file).decode(), newline="")))
    gone = {place for place, row in enumerate(rows) if place and theirs(row)}
    _forget_findings(batch, {batch.header_row + 1 + place for place in gone}, theirs)
    if not gone:
        return 0
    text = io.StringIO(newline="")
    csv.writer(text).writerows([""] if place in gone else row for place, row in enumerate(rows))
    before = batch.file
    batch.file = store_bytes(
        text.getvalue().encode(), kind=FILE, content_type="text/csv", by=before.uploaded_by
    )
    ImportBatch.objects.filter(pk=batch.pk).update(file=batch.file)
    forget_bytes(before)
    record(by, "import.rows_erased", batch, rows=len(gone))
    return len(gone)


def _forget_findings(batch: ImportBatch, rows: set[int], theirs: Callable[[list[str]], bool]) -> None:
    """What was found in those rows goes, and so do words of other rows that quote them."""
    found = batch.findings.values_list("pk", "row", "words")
    keys = [pk for pk, row, words in found if row in rows or theirs([words])]
    batch.findings.filter(pk__in=keys).delete()


def _forget_whole(by: Any, batch: ImportBatch, theirs: Callable[[list[str]], bool]) -> int:
    sheet = read_sheet(read_bytes(batch.file))
    count = sum(theirs(row) for row in sheet.rows)
    if not count and not sheet.problems:
        return 0
    forget_bytes(batch.file)
    batch.findings.all().delete()
    if BATCH.allows(batch.state, "stop"):
        stop(batch, ERASED)
    record(by, "import.forgotten", batch, why=ERASED)
    return max(count, 1)
