"""What a page tells the search: its title, and its passages with the place each one stands at."""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from wagtail.models import Page
from wagtail.search import index

from content.pages.display import SECTIONS

CHINESE, ENGLISH = "zh-hans", "en"
TITLE = "title"
_BLOCK = re.compile(r"<(?:/?(?:p|div|h\d|li|ul|ol|tr|td|th|blockquote)\b|br)[^>]*>", re.I)
_TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True)
class Passage:
    """A piece of a page as the search shows it; `kind`, `number` and `section` make the name of a clause.

    Of a title (`kind` is TITLE) `note` is the line below it in a list of results.
    """

    heading: str = ""
    text: str = ""
    anchor: str = ""
    kind: str = ""
    number: str = ""
    section: str = ""
    note: str = ""
    language: str = CHINESE


def words_of(markup: str) -> str:
    """The words of rich text, a line for each block."""
    text = html.unescape(_TAG.sub("", _BLOCK.sub("\n", markup)))
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


def of_any_page(page: Page) -> Iterator[Passage]:
    """The title and every field that the page's class declares for searching, in its order."""
    yield Passage(kind=TITLE, heading=page.title, text=page.search_description)
    for field in page.get_search_fields():
        if isinstance(field, index.SearchField) and field.field_name not in {"title", "slug"}:
            text = "\n".join(_texts(field.get_value(page)))
            if text:
                yield Passage(text=text)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if words := words_of(value):
            yield words
    elif isinstance(value, Iterable):
        for inner in value:
            yield from _texts(inner)


def of_document(page: Any) -> Iterator[Passage]:
    """An official document: head, main points, English summary, then each clause under the heading it stands in."""
    day = f"{page.written_on.year}年{page.written_on.month}月{page.written_on.day}日"
    note = f"{page.document_number} · {page.issuer} · {day}"
    also = page.title if page.title != page.short_title else ""
    yield Passage(kind=TITLE, heading=page.short_title, text=f"{also}\n{note}".strip(), note=note)
    if page.title_en:
        yield Passage(kind=TITLE, heading=page.title_en, note=note, language=ENGLISH)
    if page.key_points:
        yield Passage(text=words_of(page.key_points), anchor="short")
    if page.summary_en:
        yield Passage(text=page.summary_en, language=ENGLISH)
    section = near = ""
    for clause in page.clauses.all():
        near = clause.anchor or near
        if clause.kind in SECTIONS:
            section = clause.heading
        if clause.heading or clause.text:
            yield Passage(
                heading=clause.heading,
                text=clause.text.replace("\r\n", "\n"),
                anchor=near,
                kind=clause.kind,
                number=clause.number,
                section=section,
            )
