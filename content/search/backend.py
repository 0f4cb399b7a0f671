"""Chinese search on both databases: single characters and pairs in the index, pairs in the query.

The databases take a run of Chinese characters for one word, so their own search finds 低保 only
where it stands alone. Pairs need no dictionary and find every part of the text.
"""

import copy
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.db import connection
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from wagtail.search.backends.database import SearchBackend as database_backend
from wagtail.search.index import AutocompleteField, RelatedFields, SearchField
from wagtail.search.query import And, Boost, Not, Or, Phrase, PlainText, SearchQuery

HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
RUN = re.compile(rf"[{HAN}]+|[^\W{HAN}_]+")

# What people say, and what the papers write. Each line is one meaning.
SYNONYMS = [
    ("低保", "最低生活保障"),
    ("特困", "五保", "特困人员"),
    ("访视", "探访", "上门看望"),
    ("备用金", "临时救助"),
    ("社工", "社会工作"),
    ("危房", "住房救助"),
    ("看病", "医疗救助"),
    ("上学", "教育救助"),
    ("找工作", "就业救助"),
]


def plain(text: str) -> str:
    """Half width and lower case, so that １２３４５ and 12345 are the same."""
    return unicodedata.normalize("NFKC", text).lower()


def cut(text: str) -> list[str]:
    """All single characters and neighbouring pairs of Chinese, and the other words whole."""
    found: list[str] = []
    for run in RUN.findall(plain(text)):
        if re.match(f"[{HAN}]", run):
            found += list(run)
            found += [run[at : at + 2] for at in range(len(run) - 1)]
        else:
            found.append(run)
    return found


def cut_query(text: str) -> list[str]:
    """The pairs of a query; a character alone stays alone."""
    found: list[str] = []
    for run in RUN.findall(plain(text)):
        if re.match(f"[{HAN}]", run) and len(run) > 1:
            found += [run[at : at + 2] for at in range(len(run) - 1)]
        else:
            found.append(run)
    return found


def wordings(text: str) -> list[str]:
    """The query itself, and once more with each word that means the same."""
    found = [text]
    for group in SYNONYMS:
        for word in group:
            if word in text:
                found += [text.replace(word, other) for other in group if other != word]
    return list(dict.fromkeys(found))


def _cut_value(value: Any) -> Any:
    if isinstance(value, str):
        return " ".join(cut(value))
    if isinstance(value, dict):
        return {key: _cut_value(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_cut_value(inner) for inner in value]
    return value


def _cut_field(field: Any) -> Any:
    made = copy.copy(field)
    if isinstance(field, RelatedFields):
        made.fields = [_cut_field(inner) for inner in field.fields]
        made.get_value = lambda obj: field.get_value(getattr(obj, "whole", obj))
    elif isinstance(field, SearchField | AutocompleteField):
        made.get_value = lambda obj: _cut_value(field.get_value(getattr(obj, "whole", obj)))
    return made


class _Cut:
    """An object as the index sees it: the same, with its texts cut."""

    def __init__(self, whole: Any) -> None:
        self.whole = whole

    def __getattr__(self, name: str) -> Any:
        return getattr(self.whole, name)

    def get_search_fields(self) -> list[Any]:
        return [_cut_field(field) for field in self.whole.get_search_fields()]


def rewrite(query: Any) -> Any:
    """The query in pairs, with the words that mean the same."""
    if isinstance(query, str):
        query = PlainText(query)
    if isinstance(query, PlainText | Phrase):
        operator = getattr(query, "operator", "and")
        ways = [" ".join(cut_query(text)) for text in wordings(query.query_string)]
        plain_ways = [PlainText(way, operator=operator) for way in ways if way]
        if not plain_ways:
            return query
        return plain_ways[0] if len(plain_ways) == 1 else Or(plain_ways)
    if isinstance(query, And | Or):
        return type(query)([rewrite(inner) for inner in query.subqueries])
    if isinstance(query, Not):
        return Not(rewrite(query.subquery))
    if isinstance(query, Boost):
        return Boost(rewrite(query.subquery), query.boost)
    return query


@lru_cache
def _backend_class(vendor: str) -> type:
    """Wagtail's backend of this database with the cutter on both its ends."""
    base = type(database_backend({}))

    class CutIndex(base.index_class):  # type: ignore[name-defined, misc]
        def add_items(self, model: Any, objs: Iterable[Any]) -> None:
            super().add_items(model, [_Cut(obj) for obj in objs])

    class CutBackend(base):  # type: ignore[valid-type, misc]
        index_class = CutIndex

        def _search(self, compiler: Any, query: str | SearchQuery, model: Any, **options: Any) -> Any:
            return super()._search(compiler, rewrite(query), model, **options)

    return CutBackend


def SearchBackend(params: dict[str, Any]) -> Any:  # noqa: N802  (the name Wagtail asks for)
    """The search backend for the database in use."""
    return _backend_class(connection.vendor)(params)


def terms_of(query: str) -> list[str]:
    """The words to mark in a result, longest first."""
    found = [run for text in wordings(query) for run in RUN.findall(plain(text))]
    return sorted(dict.fromkeys(found), key=len, reverse=True)


def _pattern(query: str) -> re.Pattern[str] | None:
    terms = terms_of(query)
    return re.compile("|".join(re.escape(term) for term in terms), re.IGNORECASE) if terms else None


def matches(text: str, query: str) -> bool:
    """Whether the text holds all words of the query, in one of its wordings."""
    text = plain(text)
    return any(all(run in text for run in RUN.findall(plain(way))) for way in wordings(query))


def excerpt(text: str, query: str, around: int = 40) -> SafeString:
    """The passage about the first hit, hits marked, everything else escaped."""
    pattern = _pattern(query)
    first = pattern.search(text) if pattern else None
    start = max(0, first.start() - around) if first else 0
    end = min(len(text), (first.end() if first else 0) + 2 * around)
    shown = text[start:end]
    parts, at = [], 0
    for hit in pattern.finditer(shown) if pattern else ():
        parts.append(f"{escape(shown[at : hit.start()])}<mark>{escape(hit.group())}</mark>")
        at = hit.end()
    parts.append(escape(shown[at:]))
    return mark_safe(("…" if start else "") + "".join(parts) + ("…" if end < len(text) else ""))  # noqa: S308  (escaped above)
