"""The file again, with what happened to each row and how to mend it beside the row."""

import csv
import io
from collections import defaultdict
from typing import Any

from django.utils.translation import gettext as _

from portal.base.audit import record
from services.imports.columns import BY_KEY
from services.imports.models import FindingKind, ImportBatch
from services.imports.reading import guarded
from services.imports.running import rows_of


def result_file(*, by: Any, batch: ImportBatch, only_bad: bool = False) -> bytes:
    """CSV that Excel opens: the rows as brought, then two columns. Leaves a line in the record of reads."""
    found: dict[int, list[Any]] = defaultdict(list)
    for finding in batch.findings.order_by("row", "pk"):
        found[finding.row].append(finding)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([_("行"), *map(guarded, batch.header), _("结果"), _("怎么改")])
    width = len(batch.header)
    for number, row in enumerate(rows_of(batch.file), start=batch.header_row + 2):
        here = found.get(number, [])
        bad = any(finding.kind == FindingKind.BAD for finding in here)
        if (only_bad and not bad) or not any(row):
            continue
        cells = [guarded(cell) for cell in (row + [""] * width)[:width]]
        writer.writerow([number, *cells, _result(here), "；".join(_words(finding) for finding in here)])
    record(by, "import.result_taken", batch, only_bad=only_bad)
    return text.getvalue().encode("utf-8-sig")


def _result(findings: list[Any]) -> str:
    kinds = {finding.kind for finding in findings}
    for kind in (FindingKind.BAD, FindingKind.CHANGED, FindingKind.ALIKE):
        if kind in kinds:
            return str(kind.label)
    return _("没问题")


def _words(finding: Any) -> str:
    label = BY_KEY[finding.column].label if finding.column in BY_KEY else ""
    return f"{label}：{finding.words}" if label else finding.words
