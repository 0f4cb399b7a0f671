"""What people do with a file: bring it, say what its columns mean, let it be applied or stop it, and decide on pairs."""

import itertools
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from partners.models import Region
from portal.base.audit import record
from portal.base.filestore import store_bytes
from portal.base.models import record_number
from portal.base.refused import Refused
from services.imports.columns import BY_KEY, find_header, missing, plain_heading, suggest
from services.imports.lifecycle import BATCH
from services.imports.models import ColumnChoice, ImportBatch, Likeness, LikenessState
from services.imports.reading import HEADER_WITHIN, MAX_BYTES, read_sheet
from services.imports.running import BY_PERSON, FILE, may_import, stop


def open_batch(*, by: Any, office: Region, raw: bytes) -> ImportBatch:
    """Take a file for an office, with a suggestion for its columns. Call it outside transactions.

    Refused: not_your_office, the codes of `reading.WORDS`, no_rows.
    """
    if not may_import(by, office, timezone.now()):
        raise Refused("not_your_office", _("这个地方的名册不归您导入"), field="office")
    sheet = read_sheet(raw[: MAX_BYTES + 1])
    first = list(itertools.islice(sheet.rows, HEADER_WITHIN))
    if sheet.problems and (not first or sheet.problems[0].code != "columns_many"):
        raise Refused(sheet.problems[0].code, sheet.problems[0].words, field="file")
    place = find_header(first)
    if len(first) <= place + 1:
        raise Refused("no_rows", _("只有表头，没有名单。请看看是不是选错了表"), field="file")
    header = [cell[:60] for cell in first[place]]
    kept = store_bytes(raw, kind=FILE, content_type="application/octet-stream", by=by)
    with transaction.atomic():
        batch = ImportBatch.objects.create(
            no=record_number("I"),
            office=office,
            made_by=by,
            file=kept,
            kind=sheet.kind,
            encoding=sheet.encoding,
            language=get_language() or "zh-hans",
            header=header,
            header_row=place,
            mapping={str(at): key for at, key in suggest(header, remembered(office)).items()},
        )
        record(by, "import.brought", batch, kind=sheet.kind, size=len(raw), office=office.code)
    return batch


def remembered(office: Region) -> dict[str, str]:
    """What this office chose for each heading before."""
    return dict(ColumnChoice.objects.filter(office=office).values_list("heading", "key"))


@transaction.atomic
def start_check(*, by: Any, batch: ImportBatch, mapping: dict[int, str]) -> ImportBatch:
    """Say what the columns mean, remember it for the office, and let the file be checked.

    Refused: wrong_state, columns_missing, column_twice, column_unknown.
    """
    chosen = {place: key for place, key in mapping.items() if key}
    if set(chosen.values()) - BY_KEY.keys() or any(not 0 <= place < len(batch.header) for place in mapping):
        raise Refused("column_unknown", _("请从列出的里面选"))
    if len(set(chosen.values())) < len(chosen):
        raise Refused("column_twice", _("同一项选了两列，请改一列"))
    if lacking := missing(chosen):
        raise Refused("columns_missing", _("还差这几列：%(names)s") % {"names": "、".join(lacking)})
    stored = {str(place): key for place, key in sorted(chosen.items())}
    _move(batch, "check", mapping=stored, **_fresh())
    batch.findings.all().delete()
    ColumnChoice.objects.bulk_create(
        [
            ColumnChoice(office=batch.office, heading=heading, key=mapping.get(place, ""))
            for place, heading in _headings(batch)
        ],
        update_conflicts=True,
        unique_fields=["office", "heading"],
        update_fields=["key"],
    )
    record(by, "import.columns_chosen", batch, columns=sorted(chosen.values()))
    return batch


def _headings(batch: ImportBatch) -> list[tuple[int, str]]:
    found: dict[str, int] = {}
    for place, cell in enumerate(batch.header):
        if plain_heading(cell):
            found.setdefault(plain_heading(cell)[:60], place)
    return [(place, heading) for heading, place in found.items()]


def _fresh() -> dict[str, int]:
    names = ("cursor", "count_new", "count_changed", "count_same", "count_bad", "count_alike")
    return dict.fromkeys(names, 0)


@transaction.atomic
def start_apply(*, by: Any, batch: ImportBatch, keep_known: bool = False) -> ImportBatch:
    """Let the good rows into the register; `keep_known`: files already there stay as they are. Refused: wrong_state."""
    _move(batch, "apply", keep_known=keep_known, **_fresh())
    batch.findings.all().delete()
    record(by, "import.applied", batch, rows=batch.rows, keep_known=keep_known)
    return batch


@transaction.atomic
def give_up(*, by: Any, batch: ImportBatch) -> ImportBatch:
    """Stop a file on its way; what was settled stays. Refused: wrong_state."""
    BATCH.step(batch.state, "stop")
    stop(batch, BY_PERSON)
    return batch


def _move(batch: ImportBatch, verb: str, **changes: Any) -> None:
    target = BATCH.step(batch.state, verb)
    won = ImportBatch.objects.filter(pk=batch.pk, state=batch.state, version=batch.version).update(
        state=target, version=F("version") + 1, **changes
    )
    if not won:
        raise Refused("wrong_state", _("这一步现在不能做，情况可能刚刚有变化。请刷新页面再看。"))
    batch.refresh_from_db()


@transaction.atomic
def decide_likeness(*, by: Any, likeness: Likeness, same: bool, at: datetime) -> Likeness:
    """Say whether two people are one. Nothing else changes: files are joined on the file's own page, benefits go on.

    Refused: already_decided.
    """
    won = Likeness.objects.filter(pk=likeness.pk, version=likeness.version, state=LikenessState.OPEN).update(
        state=LikenessState.SAME if same else LikenessState.DIFFERENT,
        version=F("version") + 1,
        decided_by=by,
        decided_at=at,
    )
    if not won:
        raise Refused("already_decided", _("这一对刚有人核对过了，请刷新再看"))
    likeness.refresh_from_db()
    for person in (likeness.one, likeness.other):
        record(
            by, f"person.likeness_{likeness.state}", likeness, household=person.household, kind=likeness.kind
        )
    return likeness
