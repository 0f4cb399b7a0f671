"""Guides come in from data files the way the plan does; what an editor changed or deleted stays as the editor left it."""

import hashlib
import json
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction

from content.guides.models import GuideIndexPage, GuidePage, GuideSection, GuideStatement, LoadedGuide
from content.pages.tree import home_page
from content.rules.eligibility import INTERIM, PLAN, TEKUN_RULES

FOLDER = Path(__file__).resolve().parent.parent / "data" / "guides"
SHARED = "shared.toml"
# In the order of the lists.
ORDER = (
    "tekun", "dibao", "dibao-single", "home-care", "child", "disabled", "elderly",
    "medical", "education", "housing-repair", "housing-rent", "employment",
    "emergency", "expense", "disaster", "public-emergency", "homeless", "traffic", "at-risk",
    "legal-aid", "judicial-aid", "bills", "funeral",
    "one-window", "social-work",
)  # fmt: skip
_PAPERS = {"interim": INTERIM, "tekun": TEKUN_RULES}


@dataclass(frozen=True)
class Row:
    """A statement as its file writes it."""

    section: str
    words: str
    words_en: str
    document: str
    anchor: str


@dataclass(frozen=True)
class Source:
    """A guide as its file writes it."""

    name: str
    title: str
    title_en: str
    topic: str
    help_code: str
    also_called: str
    rows: tuple[Row, ...]


@dataclass
class Done:
    """What loading did, by slug."""

    made: list[str]
    renewed: list[str]
    left: list[str]


@cache
def sources() -> tuple[Source, ...]:
    """The guides of the data files. A wrong file raises KeyError or tomllib.TOMLDecodeError."""
    shared = tomllib.loads((FOLDER / SHARED).read_text("utf-8"))
    return tuple(_source(name, shared) for name in ORDER)


def _source(name: str, shared: dict[str, list[list[str]]]) -> Source:
    given = tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))
    rows = []
    for section in GuideSection.values:
        for each in given.get(section, []):
            for words, words_en, clause in shared[each] if isinstance(each, str) else [each]:
                paper, _, anchor = clause.rpartition(":")
                rows.append(Row(section, words, words_en, _PAPERS[paper] if paper else PLAN, anchor))
    return Source(
        name, given["title"], given["title_en"], given["topic"], given.get("help", ""),
        "、".join(given.get("also", [])), tuple(rows),
    )  # fmt: skip


def guide_index() -> GuideIndexPage:
    """The list of guides below the home page; made once, found again."""
    found = GuideIndexPage.objects.first()
    if found is None:
        found = home_page().add_child(instance=GuideIndexPage(title="办事指南", slug="guides"))
    return found


@transaction.atomic
def load_guides(*, publish: bool, by: Any = None) -> Done:
    """Make the guides that are not there yet, and renew those that nobody changed since they were loaded."""
    done = Done([], [], [])
    known = {row.name: row for row in LoadedGuide.objects.select_related("page")}
    index = guide_index()
    for source in sources():
        row, mark = known.get(source.name), _mark(source)
        if row is not None and row.source == mark:
            continue
        if row is None and not GuidePage.objects.child_of(index).filter(slug=source.name).exists():
            page = GuidePage(slug=source.name, live=False)
            _fill(page, source)
            index.add_child(instance=page)
            done.made.append(source.name)
        elif row is not None and row.page is not None and _written(row.page) == row.written:
            page = row.page.get_latest_revision_as_object()
            _fill(page, source)
            done.renewed.append(source.name)
        else:
            done.left.append(source.name)
            continue
        _save(page, publish and (row is None or page.live), by)
        LoadedGuide.objects.update_or_create(
            name=source.name, defaults={"page": page, "source": mark, "written": _written(page)}
        )
    return done


def _fill(page: GuidePage, source: Source) -> None:
    page.title, page.title_en, page.topic = source.title, source.title_en, source.topic
    page.help_code, page.also_called = source.help_code, source.also_called
    page.statements = [
        GuideStatement(
            sort_order=place, section=row.section, words=row.words, words_en=row.words_en,
            document=row.document, anchor=row.anchor,
        )
        for place, row in enumerate(source.rows)
    ]  # fmt: skip


def _save(page: GuidePage, publish: bool, by: Any) -> None:
    revision = page.save_revision(user=by, log_action=True)
    if publish:
        revision.publish(user=by)


def _mark(source: Source) -> str:
    return hashlib.sha256(repr(source).encode()).hexdigest()


def _written(page: GuidePage) -> str:
    """The mark of what a page says, its newest draft included."""
    now = page.get_latest_revision_as_object()
    told = [now.title, now.title_en, now.topic, now.help_code, now.also_called]
    for row in now.statements.all():
        told += [row.section, row.words, row.words_en, row.document, row.anchor]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()
