"""Official documents come in from text files; a page appears, or follows its file."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import F

from content.pages.document import Notice, parse_notice
from content.pages.models import ClauseUnit, PolicyClause, PolicyPage, TextCorrection
from content.pages.succession import PolicyTopic, topics_in
from content.pages.tree import policy_index
from partners.models import Department

ANNOTATIONS = Path(__file__).resolve().parent.parent / "data" / "annotations.json"
SHOWN = {"addressees", "paragraph", "signed", "date", "part_title", "attachment"}
OUT_OF_THE_WAY = 1_000_000


@dataclass
class Imported:
    """What an import did."""

    page: PolicyPage
    created: bool
    clauses: int
    text_written: bool
    unknown_units: list[str]


@transaction.atomic
def import_notice(*, text: str, by: Any = None, publish: bool = False) -> Imported:
    """Make or renew the page of an official document; anchors stay, what editors wrote stays.

    The text of a page that is live changes only together with publishing. Raises DocumentError.
    """
    notice = parse_notice(text)
    page = PolicyPage.objects.filter(document_number=notice.number.text).first()
    created = page is None
    if page is None:
        page = _new_page(notice)
        policy_index().add_child(instance=page)
    elif page.has_unpublished_changes:
        page = page.get_latest_revision_as_object()
    page.title, page.issuer = notice.title, notice.issuer
    page.addressees, page.written_on = notice.addressees.rstrip("：:"), notice.written_on
    write_text = publish or not page.live
    unknown: list[str] = []
    if write_text:
        page.source = text
        PolicyPage.objects.filter(pk=page.pk).update(source=text)
        unknown = _write_clauses(page, notice)
    revision = page.save_revision(user=by, log_action=True)
    if publish:
        revision.publish(user=by)
    page.refresh_from_db()
    return Imported(page, created, page.clauses.exclude(anchor="").count(), write_text, unknown)


def _new_page(notice: Notice) -> PolicyPage:
    notes = json.loads(ANNOTATIONS.read_text("utf-8")).get(notice.number.text, {})
    page = PolicyPage(
        title=notice.title,
        short_title=notice.part_title or notice.title,
        slug=_free_slug(notice),
        live=False,
        document_number=notice.number.text,
        issuer=notice.issuer,
        written_on=notice.written_on,
        validity_note=notes.get("validity_note", ""),
        validity_note_en=notes.get("validity_note_en", ""),
        key_points=notes.get("key_points", ""),
        title_en=notes.get("title_en", ""),
        summary_en=notes.get("summary_en", ""),
    )
    page.corrections = [TextCorrection(**correction) for correction in notes.get("corrections", [])]
    headings = [notice.title, *(clause.heading for clause in notice.clauses())]
    page.topics = [PolicyTopic(topic=topic) for topic in topics_in(headings)]
    return page


def _free_slug(notice: Notice) -> str:
    """Year and serial, as people quote the document: 2021-11."""
    number = notice.number
    wanted = f"{number.year or notice.written_on.year}-{number.serial}"
    taken = set(PolicyPage.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    slug, nth = wanted, 1
    while slug in taken:
        nth += 1
        slug = f"{wanted}-{nth}"
    return slug


def _rows(notice: Notice) -> list[tuple[PolicyClause, tuple[str, ...]]]:
    """The blocks as rows: paragraphs of a clause stand in its row."""
    rows: list[tuple[PolicyClause, tuple[str, ...]]] = []
    clauses = {clause.anchor: clause for clause in notice.clauses()}
    inside = False
    for block in notice.blocks:
        if block.anchor:
            clause, inside = clauses[block.anchor], True
            rows.append(
                (
                    PolicyClause(
                        kind=block.kind,
                        level=block.level,
                        anchor=block.anchor,
                        number=block.number,
                        heading=block.heading,
                        text="\n".join(clause.paragraphs),
                    ),
                    clause.units,
                )
            )
        elif block.kind in SHOWN and not (inside and block.kind == "paragraph"):
            inside = False
            rows.append((PolicyClause(kind=block.kind, text=block.body or block.source.strip()), block.units))
    return rows


def _write_clauses(page: PolicyPage, notice: Notice) -> list[str]:
    """Bring the rows of the page in line with the text; a clause with the same anchor stays the same row."""
    departments = {department.name_zh: department for department in Department.objects.all()}
    kept = {clause.anchor: clause.pk for clause in page.clauses.exclude(anchor="")}
    rows = _rows(notice)
    page.clauses.exclude(anchor__in=[row.anchor for row, _ in rows if row.anchor]).delete()
    page.clauses.filter(anchor="").delete()
    page.clauses.update(position=F("position") + OUT_OF_THE_WAY)
    ClauseUnit.objects.filter(clause__page=page).delete()
    units = []
    for position, (row, names) in enumerate(rows):
        row.page_id, row.position, row.pk = page.pk, position, kept.get(row.anchor) if row.anchor else None
        row.save()
        units += [
            ClauseUnit(clause=row, position=nth, name=name, department=departments.get(name))
            for nth, name in enumerate(names)
        ]
    ClauseUnit.objects.bulk_create(units)
    return sorted({unit.name for unit in units if unit.department is None})
