"""What people do with exports: ask for one with a reason, agree to another's or not, take it away."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from partners.models import Region
from partners.network.queries import holders
from portal.base.audit import record
from portal.base.filestore import forget_bytes, read_bytes
from portal.base.models import record_number
from portal.base.outbox import post
from portal.base.refused import Refused
from services.exports.access import may_export
from services.exports.kinds import list_kind
from services.exports.lifecycle import EXPORT_MOVES
from services.exports.models import ExportFile, ExportList, ExportState, RegisterExport

SHORTEST = 4


@dataclass(frozen=True)
class Wanted:
    """Which list, as which file, and of which days where the list has days (both included)."""

    what: str = ExportList.HOUSEHOLDS
    file_type: str = ExportFile.CSV
    first_day: date | None = None
    last_day: date | None = None


@transaction.atomic
def ask_export(
    *,
    by: Any,
    region: Region,
    columns: list[str],
    purpose: str,
    full_names: bool = False,
    wanted: Wanted | None = None,
) -> RegisterExport:
    """Ask for a list of a place; full names wait for a second person.

    Refused: not_your_area, purpose_empty, columns_empty, column_unknown, ends_before.
    """
    now, wanted = timezone.now(), wanted or Wanted()
    known = list_kind(wanted.what).labels()
    if not may_export(by, region, now, wanted.what):
        raise Refused("not_your_area", _("这个地方的名册不归您导出"), field="region")
    if len(purpose.strip()) < SHORTEST:
        raise Refused("purpose_empty", _("请写明拿去做什么，至少 4 个字"), field="purpose")
    if not columns:
        raise Refused("columns_empty", _("请至少选一列"), field="columns")
    if set(columns) - known.keys():
        raise Refused("column_unknown", _("请从列出的里面选"), field="columns")
    if wanted.first_day and wanted.last_day and wanted.last_day < wanted.first_day:
        raise Refused("ends_before", _("结束的一天不能早于开始的一天"), field="last_day")
    export = RegisterExport.objects.create(
        no=record_number("X"),
        **vars(wanted),
        region=region,
        asked_by=by,
        purpose=purpose.strip()[:200],
        columns=[key for key in known if key in columns],
        full_names=full_names,
        language=get_language() or "zh-hans",
        state=ExportState.WAITING if full_names else ExportState.QUEUED,
    )
    record(
        by, "export.asked", export, purpose=export.purpose, columns=export.columns, full_names=full_names,
        region=region.code, what=export.what,
    )  # fmt: skip
    if full_names:
        for person in second_people(export, now):
            post(person, "export_to_agree", export)
    return export


def second_people(export: RegisterExport, at: datetime) -> list[Any]:
    """Who may agree: those with every right at the place or above it, but never the same human."""
    paths = sorted({export.region.path, export.region.path[:8], export.region.path[:4]})
    found: dict[int, Any] = {}
    for path in paths:
        each = [
            {person.pk: person for person in holders(right, path, at)}
            for right in sorted(list_kind(export.what).permissions)
        ]
        found |= {key: each[0][key] for key in each[0] if all(key in rest for rest in each)}
    return [person for person in found.values() if not _same_human(person, export.asked_by)]


def _same_human(one: Any, other: Any) -> bool:
    return one.pk == other.pk or (one.identity_id is not None and one.identity_id == other.identity_id)


@transaction.atomic
def answer_export(*, by: Any, export: RegisterExport, agree: bool, words: str = "") -> RegisterExport:
    """A second person agrees to full names, or does not. Refused: same_person, not_your_area, wrong_state, words_empty."""
    if _same_human(by, export.asked_by):
        raise Refused("same_person", _("自己要的导出，要由另一个人同意"))
    if not may_export(by, export.region, timezone.now(), export.what):
        raise Refused("not_your_area", _("这个地方的名册不归您管"))
    if not agree and not words.strip():
        raise Refused("words_empty", _("不同意的话，请写明原因"), field="words")
    verb = "agree" if agree else "refuse"
    target = EXPORT_MOVES.step(export.state, verb)
    won = RegisterExport.objects.filter(
        pk=export.pk, version=export.version, state=ExportState.WAITING
    ).update(
        state=target,
        agreed_by=by if agree else None,
        answer=words.strip()[:200],
        answered_at=timezone.now(),
        version=F("version") + 1,
    )
    if not won:
        raise Refused("wrong_state", _("刚有人答复过了，请刷新再看"))
    export.refresh_from_db()
    record(by, "export.agreed" if agree else "export.refused", export, purpose=export.answer)
    return export


@transaction.atomic
def take(*, by: Any, export: RegisterExport) -> bytes:
    """The bytes, for one whom `access.export_for(…, to="download")` let through; each taking is recorded."""
    if export.file is None:
        raise Refused("wrong_state", _("这份导出还没生成，或已过期"))
    RegisterExport.objects.filter(pk=export.pk).update(downloads=F("downloads") + 1)
    record(by, "export.taken", export, purpose=export.purpose, rows=export.rows)
    return read_bytes(export.file)


@transaction.atomic
def take_back(*, by: Any, export: RegisterExport, why: str) -> bool:
    """Make a finished export unreadable before its time; returns whether it still was there."""
    won = RegisterExport.objects.filter(pk=export.pk, state=ExportState.READY).update(
        state=EXPORT_MOVES.step(ExportState.READY, "expire"), version=F("version") + 1
    )
    if won:
        if export.file is not None:
            forget_bytes(export.file)
        record(by, "export.gone", export, why=why)
    return bool(won)
