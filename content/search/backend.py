"""The editors' own search, for Wagtail: single characters and pairs in the index, pairs in the query."""

import copy
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.db import connection
from wagtail.search.backends.database import SearchBackend as database_backend
from wagtail.search.index import AutocompleteField, RelatedFields, SearchField
from wagtail.search.query import And, Boost, Not, Or, Phrase, PlainText, SearchQuery

from content.search.cutting import cut, cut_query
from content.search.folding import fold
from content.search.synonyms import Meanings, forms, known_meanings


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


def rewrite(query: Any, meanings: Meanings) -> Any:
    """The query in pairs, with the words that mean the same."""
    if isinstance(query, str):
        query = PlainText(query)
    if isinstance(query, PlainText | Phrase):
        operator = getattr(query, "operator", "and")
        ways = [" ".join(cut_query(text)) for text in forms(fold(query.query_string), meanings)]
        plain_ways = [PlainText(way, operator=operator) for way in ways if way]
        if not plain_ways:
            return query
        return plain_ways[0] if len(plain_ways) == 1 else Or(plain_ways)
    if isinstance(query, And | Or):
        return type(query)([rewrite(inner, meanings) for inner in query.subqueries])
    if isinstance(query, Not):
        return Not(rewrite(query.subquery, meanings))
    if isinstance(query, Boost):
        return Boost(rewrite(query.subquery, meanings), query.boost)
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
            return super()._search(compiler, rewrite(query, known_meanings()), model, **options)

    return CutBackend


def SearchBackend(params: dict[str, Any]) -> Any:  # noqa: N802  (the name Wagtail asks for)
    """The search backend for the database in use."""
    return _backend_class(connection.vendor)(params)
