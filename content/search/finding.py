"""Pages and passages that hold the words, the best first: one statement, the same answer on both databases."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from content.pages.passages import TITLE
from content.search.asking import Term
from content.search.lookup import HEADING, TEXT, Statement, case, exact, holds, keys, passages, public
from content.search.tables import PASSAGES

HITS_SHOWN = 5


@dataclass(frozen=True)
class FoundPage:
    """A page with how many of its passages hold a word, and the best of them."""

    page_id: int
    hits: int
    passages: tuple[int, ...] = ()


def passage_ids(terms: Sequence[Term], hidden: Sequence[int]) -> list[int]:
    """Every passage that holds all the terms, in no order."""
    if len(terms) == 1 and exact(terms[0].forms):
        return [row[0] for row in (Statement("SELECT s.id") + keys(terms, hidden)).rows()]
    asked = Statement("SELECT s.id") + passages(terms, hidden)
    for term in terms:
        asked = asked + " AND " + holds(TEXT, term.forms)
    return [row[0] for row in asked.rows()]


def _judged(terms: Sequence[Term], hidden: Sequence[int]) -> Statement:
    """WITH `judged`: each passage with the terms it holds (t0, t1, …) and its points for them.

    A heading counts more than text, the word as typed more than another way to put it, a short
    passage more than a long one, and a title more than all.
    """
    asked = Statement("WITH judged AS (SELECT s.id, s.page_id, s.position, s.kind, ")
    points = Statement()
    alone = len(terms) == 1
    for n, term in enumerate(terms):
        sure = alone and exact(term.forms)
        asked = asked + (Statement("1") if sure else case(holds(TEXT, term.forms), 1)) + f" AS t{n}, "
        other = case(holds(HEADING, term.forms), 500) if len(term.forms) > 1 else "0"
        points = points + case(holds(HEADING, term.forms[:1]), 700, other) + " + "
        if not (sure and len(term.forms) == 1):
            points = points + case(holds(TEXT, term.forms[:1]), 100) + " + "
    forms = [form for term in terms for form in term.forms]
    if alone:
        points = (
            points + case(Statement(f"{HEADING} IN ({', '.join(['%s'] * len(forms))})", forms), 400) + " + "
        )
    points = points + case(Statement(f"s.kind = '{TITLE}' AND ") + holds(HEADING, forms), 400)
    points = points + f" - 4 * length({HEADING}) - CASE WHEN s.size > 2000 THEN 100 ELSE s.size / 20 END"
    return asked + points + " AS points" + passages(terms, hidden) + ")"


def found_pages(
    terms: Sequence[Term], hidden: Sequence[int], *, first: int = 0, most: int = 20
) -> tuple[list[FoundPage], int]:
    """One page of the pages that hold all terms, the best first, and how many there are in all.

    The words may stand in different passages; together in one counts more.
    """
    if not terms:
        return [], 0
    held = " + ".join(f"t{n}" for n in range(len(terms)))
    flags = ", ".join(f"t{n}" for n in range(len(terms)))
    every = " AND ".join(f"MAX(t{n}) = 1" for n in range(len(terms)))
    gather = "string_agg" if connection.vendor == "postgresql" else "group_concat"
    asked = _judged(terms, hidden) + (  # noqa: S608  (constants alone, every value in its place)
        f", placed AS (SELECT page_id, id, kind, {flags}, 300 * ({held}) + points AS worth, ROW_NUMBER() OVER "  # noqa: S608  (constants alone, every value in its place)
        f"(PARTITION BY page_id ORDER BY CASE WHEN kind = '{TITLE}' THEN 1 ELSE 0 END, "
        f"300 * ({held}) + points DESC, position) AS place FROM judged WHERE {held} > 0) "
        f"SELECT page_id, SUM(CASE WHEN kind = '{TITLE}' THEN 0 ELSE 1 END), COUNT(*) OVER (), "
        f"{gather}(CASE WHEN place <= {HITS_SHOWN} AND kind <> '{TITLE}' THEN place || ':' || id END, ',') "
        f"FROM placed GROUP BY page_id HAVING {every} "
        f"ORDER BY MAX(worth) + 15 * CASE WHEN COUNT(*) > 20 THEN 20 ELSE COUNT(*) END DESC, page_id "
        f"LIMIT {int(most)} OFFSET {int(first)}"
    )
    rows = asked.rows()
    found = [FoundPage(page_id, int(count), _in_place(best)) for page_id, count, _total, best in rows]
    return found, rows[0][2] if rows else 0


def _in_place(told: str | None) -> tuple[int, ...]:
    """The passages of "2:17,1:12" in the order of their places."""
    pairs = sorted(tuple(map(int, pair.split(":"))) for pair in (told or "").split(",") if pair)
    return tuple(passage for _place, passage in pairs)


def headings(hidden: Sequence[int]) -> list[str]:
    """Every heading that the public may read, folded, each once."""
    asked = Statement(f"SELECT DISTINCT {HEADING} FROM {PASSAGES} s WHERE {HEADING} <> ''") + public(hidden)  # noqa: S608  (constants alone, every value in its place)
    return [row[0] for row in asked.rows()]


def some_texts(needed: Sequence[str], hidden: Sequence[int], most: int = 20) -> list[str]:
    """A few passages, folded, that hold all of these pieces."""
    asked = Statement(f"SELECT {TEXT}") + passages([Term((needed[0],))], hidden)
    for piece in needed:
        asked = asked + " AND " + holds(TEXT, [piece])
    return [row[0] for row in (asked + f" ORDER BY s.id LIMIT {int(most)}").rows()]
