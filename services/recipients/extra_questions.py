"""Further questions that the bureau puts on the assessment form, and their answers; they never touch the class.

A sheet keeps them as a list of {code, kind, zh, en, hint_zh, hint_en, choices: [{zh, en}]}. An assessment keeps the
answers of its own sheet, encrypted, as JSON {code: value}: true or false, the number of a choice from 0, a text, a
number as text. Who was not asked, or did not say, has no key.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.base.dates import in_english
from portal.base.refused import Refused

MOST = 12
LONGEST_TEXT = 200
LARGEST = Decimal(1_000_000)
PLACES = 2


class ExtraKind(TextChoices):
    YES_NO = "yes_no", gettext_lazy("是或不是")
    CHOICE = "choice", gettext_lazy("几项里选一项")
    TEXT = "text", gettext_lazy("写几个字")
    NUMBER = "number", gettext_lazy("填一个数")


@dataclass(frozen=True)
class Extra:
    """One further question in the reader's language."""

    code: str
    kind: str
    text: str
    hint: str = ""
    choices: tuple[str, ...] = ()


def extras_of(rows: Iterable[Mapping[str, Any]]) -> list[Extra]:
    """The further questions of a sheet, in its order."""
    lang = "en" if in_english() else "zh"

    def said(row: Mapping[str, Any], key: str) -> str:
        return str(row.get(f"{key}{lang}") or row.get(f"{key}zh", ""))

    return [
        Extra(
            row["code"],
            row["kind"],
            said(row, ""),
            said(row, "hint_"),
            tuple(said(each, "") for each in row.get("choices", [])),
        )
        for row in rows
    ]


def check_extras(rows: list[dict[str, Any]]) -> None:
    """Refused: extras_many, extra_empty, extra_kind, extra_choices, extra_twice."""
    if len(rows) > MOST:
        raise Refused("extras_many", _("另外的问题最多 %(n)d 个") % {"n": MOST})
    for row in rows:
        if not row.get("zh", "").strip():
            raise Refused("extra_empty", _("另外的问题要写明怎么问"))
        if row.get("kind") not in ExtraKind.values:
            raise Refused("extra_kind", _("另外的问题要选怎么答"))
        if row["kind"] == ExtraKind.CHOICE and len(row.get("choices", [])) < 2:
            raise Refused("extra_choices", _("“几项里选一项”至少要有两项"))
    if len({row["zh"].strip() for row in rows}) < len(rows):
        raise Refused("extra_twice", _("同一个问题写了两遍"))


def pack(rows: Iterable[Mapping[str, Any]], answers: Mapping[str, Any]) -> str:
    """The answers that fit the questions, as they are stored; empty when nobody said anything.

    Refused: extra_unfit (an answer that its question does not allow).
    """
    kept: dict[str, Any] = {}
    for row in rows:
        value = answers.get(row["code"])
        if value is None or value == "":
            continue
        if not _fits(row, value):
            raise Refused("extra_unfit", _("有一项答得不对，请再看一遍：%(text)s") % {"text": row["zh"]})
        kept[row["code"]] = format(value, "f") if isinstance(value, Decimal) else value
    return json.dumps(kept, ensure_ascii=False) if kept else ""


def _fits(row: Mapping[str, Any], value: Any) -> bool:
    if row["kind"] == ExtraKind.YES_NO:
        return isinstance(value, bool)
    if row["kind"] == ExtraKind.CHOICE:
        return type(value) is int and 0 <= value < len(row["choices"])
    if row["kind"] == ExtraKind.NUMBER:
        return isinstance(value, Decimal) and value.is_finite() and abs(value) <= LARGEST
    return isinstance(value, str) and len(value) <= LONGEST_TEXT


def answered(rows: Iterable[Mapping[str, Any]], packed: str) -> list[tuple[str, str]]:
    """Every question with its answer in words; empty words where nobody answered."""
    said = json.loads(packed) if packed else {}
    return [(each.text, _words(each, said.get(each.code))) for each in extras_of(rows)]


def _words(extra: Extra, value: Any) -> str:
    if value is None:
        return ""
    if extra.kind == ExtraKind.YES_NO:
        return _("是") if value else _("不是")
    return extra.choices[value] if extra.kind == ExtraKind.CHOICE else str(value)
