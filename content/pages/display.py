"""A document as its page shows it: marked paragraphs, table of contents, duties by unit."""

import re
from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from content.pages import plain_words
from content.pages.comparing import compare
from content.pages.grammar import UNITS

SECTIONS = {"first", "chapter"}
SUBSECTIONS = {"second", "section"}


def mended(text: str, corrections: Iterable[Any]) -> SafeString:
    """The text as printed; after each misprint a mark that says what is meant."""
    by_wrong = {correction.wrong: correction for correction in corrections if correction.wrong}
    if not by_wrong:
        return mark_safe(escape(text))  # noqa: S308  (escaped)
    pattern = re.compile("|".join(re.escape(wrong) for wrong in sorted(by_wrong, key=len, reverse=True)))
    parts, at = [], 0
    for hit in pattern.finditer(text):
        parts += [escape(text[at : hit.end()]), _mark(by_wrong[hit.group()])]
        at = hit.end()
    parts.append(escape(text[at:]))
    return mark_safe("".join(parts))  # noqa: S308  (every part escaped)


def _mark(correction: Any) -> str:
    words = _("应为“%(right)s”") % {"right": correction.right} if correction.right else correction.note
    return f'<ins class="mend">〔{escape(words)}〕</ins>'


def rows(page: Any, corrections: list[Any], request: HttpRequest | None = None) -> list[dict[str, Any]]:
    """The paragraphs in order, each with marks and units."""
    shown, section = [], ""
    clauses = list(page.clauses.with_units())
    headings = {clause.anchor: clause.heading for clause in clauses if clause.kind == "item"}
    explained = plain_words.of_document(page.document_number, headings, request)
    for clause in clauses:
        fitting = [each for each in corrections if each.anchor in ("", clause.anchor)]
        if clause.kind in SECTIONS:
            section = clause.heading
        text = clause.text.replace("\r\n", "\n")
        paragraphs = [UNITS.sub("", part).rstrip() for part in text.split("\n")]
        shown.append(
            {
                "kind": clause.kind,
                "level": clause.level,
                "anchor": clause.anchor,
                "number": clause.number,
                "plain_heading": clause.heading.rstrip("。"),
                "heading": mended(clause.heading, fitting),
                "title": mended(clause.heading.removesuffix("。"), fitting),
                "paragraphs": [mended(part, fitting) for part in paragraphs if part],
                "units": list(clause.units.all()),
                "label": label(clause.kind, clause.number, section),
                "plain_words": explained.get(clause.anchor, []),
            }
        )
    return shown


def label(kind: str, number: str, section: str) -> str:
    """How a clause is called in a list: 第4项, 保障措施（二）, 第四条."""
    if kind == "item":
        return _("第%(number)s项") % {"number": number.rstrip("．.、")}
    return f"{section}{number}" if kind in SUBSECTIONS else number


def contents(shown: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Sections, each with its subsections."""
    found: list[dict[str, Any]] = []
    for row in shown:
        if row["kind"] in SECTIONS:
            found.append({"row": row, "inner": []})
        elif row["kind"] in SUBSECTIONS and found:
            found[-1]["inner"].append(row)
    return found


def duties(shown: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The units with their clauses, those with most first, else in the order of print."""
    by_unit: dict[str, dict[str, Any]] = {}
    for row in shown:
        for unit in row["units"]:
            duty = by_unit.setdefault(
                unit.name, {"name": unit.name, "department": unit.department, "clauses": []}
            )
            duty["clauses"].append(row)
    return sorted(by_unit.values(), key=lambda duty: -len(duty["clauses"]))


def document(page: Any, request: HttpRequest | None = None) -> dict[str, Any]:
    """Everything a document's templates need."""
    corrections = list(page.corrections.all())
    shown = rows(page, corrections, request)
    return {
        "rows": shown,
        "contents": contents(shown),
        "duties": duties(shown),
        "corrections": corrections,
        "has_items": any(row["kind"] == "item" for row in shown),
    }


def standing(page: Any) -> dict[str, Any]:
    """What stands at the head of a document: its topics, what takes its place, and whose place it takes."""
    steps = list(
        page.replaces.model.objects.filter(Q(older=page) | Q(newer=page)).select_related("older", "newer")
    )
    return {
        "topics": list(page.topics.all()),
        "successor": next((step for step in steps if step.older_id == page.pk and step.newer.live), None),
        "predecessors": [step for step in steps if step.newer_id == page.pk and step.older.live],
    }


def predecessors(page: Any) -> list[Any]:
    """The published documents whose place this one takes, the latest first."""
    return list(page.replaces.filter(older__live=True).select_related("older"))


def changes(page: Any) -> dict[str, Any]:
    """What this document changed in each of those before it."""
    newer = list(page.clauses.exclude(anchor=""))
    return {
        "comparisons": [
            {
                "older": step.older,
                "from_day": step.from_day,
                "result": compare(list(step.older.clauses.exclude(anchor="")), newer),
            }
            for step in predecessors(page)
        ]
    }
