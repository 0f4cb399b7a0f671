"""Which passages hold a word, as pieces of SQL: the database's own index first, then the word itself where that is needed."""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.utils import timezone

from content.search.asking import Term
from content.search.cutting import tokens, words
from content.search.tables import FTS, PASSAGES

TEXT = "s.folded"
HEADING = "s.folded_heading"
_MOST_PAIRS = 8

# Pages kept private (1), and pages that are not live or have run out (0).
_SHUT = """
    SELECT 1, page_id FROM wagtailcore_pageviewrestriction
    UNION ALL SELECT 0, id FROM wagtailcore_page WHERE NOT live OR expire_at <= %s
"""
_BELOW = """
    SELECT p.id FROM wagtailcore_page top JOIN wagtailcore_page p ON substr(p.path, 1, length(top.path)) = top.path
    WHERE top.id IN
"""


class Statement:
    """A piece of SQL with the values of its places, in order."""

    def __init__(self, sql: str = "", values: Sequence[Any] = ()) -> None:
        self.sql, self.values = sql, list(values)

    def __add__(self, other: "Statement | str") -> "Statement":
        if isinstance(other, str):
            return Statement(self.sql + other, self.values)
        return Statement(self.sql + other.sql, self.values + other.values)

    def rows(self) -> list[tuple[Any, ...]]:
        """Run it."""
        with connection.cursor() as cursor:
            cursor.execute(self.sql, self.values)
            return cursor.fetchall()


def hidden_pages() -> list[int]:
    """The pages with passages that not everybody may read now, asked once for a search: few or none.

    They are not live, have run out, or are private themselves or by what is above them. The first question is
    a plain one, because PostgreSQL takes longer to plan the whole than to answer it.
    """
    shut = Statement(_SHUT, [connection.ops.adapt_datetimefield_value(timezone.now())]).rows()
    if not shut:
        return []
    pages = {page for _private, page in shut}
    if private := [page for kind, page in shut if kind]:
        pages |= {row[0] for row in (Statement(_BELOW) + _one_of(private)).rows()}
    asked = Statement(f"SELECT DISTINCT page_id FROM {PASSAGES} WHERE page_id IN ")  # noqa: S608  (constants alone)
    return [row[0] for row in (asked + _one_of(sorted(pages))).rows()]


def _one_of(pages: Sequence[int]) -> Statement:
    return Statement("(" + ", ".join(["%s"] * len(pages)) + ")", pages)


def public(hidden: Sequence[int]) -> Statement:
    """AND: the passage `s` is of no hidden page."""
    return Statement(" AND s.page_id NOT IN ") + _one_of(hidden) if hidden else Statement()


def _pairs(form: str) -> list[str]:
    """The tokens of a form that are looked up: all but the last characters of its words."""
    return [token for token in tokens(form) if len(token) > 1]


def _in_sqlite(form: str) -> str:
    """A phrase for each word of the form; a character alone begins a token."""
    asked = []
    for word in words(form):
        pairs = _pairs(word)
        asked.append('"' + " ".join(pairs) + '"' if pairs else f'"{word}"*')
    return "(" + " AND ".join(asked) + ")"


def _in_postgresql(form: str) -> str:
    """Some of the tokens, for the form itself is asked for afterwards; a character alone begins a token."""
    pairs = list(dict.fromkeys(_pairs(form)))
    chosen = pairs[:: max(1, len(pairs) // _MOST_PAIRS)]
    return "(" + (" & ".join(f"'{pair}'" for pair in chosen) or f"'{form}':*") + ")"


def exact(forms: Sequence[str]) -> bool:
    """Whether the index says all there is to say of these forms."""
    if connection.vendor == "sqlite":
        return all(words(form) == [form] for form in forms)
    return all(len(form) <= 2 for form in forms)


def _asked(terms: Sequence[Term]) -> str:
    """What the index is asked for: any form of any of the terms."""
    forms = dict.fromkeys(form for term in terms for form in term.forms)
    if connection.vendor == "sqlite":
        return " OR ".join(map(_in_sqlite, forms))
    return " | ".join(map(_in_postgresql, forms))


def passages(terms: Sequence[Term], hidden: Sequence[int]) -> Statement:
    """FROM and WHERE: the public's passages `s` of which the index says that they may hold any of the terms."""
    if connection.vendor == "sqlite":
        source = f" FROM {FTS} f CROSS JOIN {PASSAGES} s ON s.id = f.rowid WHERE {FTS} MATCH %s"
    else:
        source = f" FROM {PASSAGES} s WHERE array_to_tsvector(string_to_array(s.tokens, ' ')) @@ %s::tsquery"
    return Statement(source, [_asked(terms)]) + public(hidden)


def keys(terms: Sequence[Term], hidden: Sequence[int]) -> Statement:
    """The same where only the id is needed: SQLite's index knows it without the row."""
    if connection.vendor == "sqlite" and not hidden:
        return Statement(f" FROM (SELECT rowid AS id FROM {FTS} WHERE {FTS} MATCH %s) s", [_asked(terms)])  # noqa: S608  (constants alone, every value in its place)
    return passages(terms, hidden)


def holds(column: str, forms: Sequence[str]) -> Statement:
    """Whether a column holds any of the forms."""
    find = "strpos" if connection.vendor == "postgresql" else "instr"
    return Statement("(" + " OR ".join(f"{find}({column}, %s) > 0" for _ in forms) + ")", forms)


def case(condition: Statement, points: int, other: "Statement | str" = "0") -> Statement:
    """So many points if it is so, else the others."""
    return Statement("CASE WHEN ") + condition + f" THEN {points} ELSE " + other + " END"
