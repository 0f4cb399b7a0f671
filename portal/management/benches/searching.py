"""The public search over 10,000 paragraphs, against a LIKE scan of the same rows in the same run.

`ratio_ids` (and `ratio_to_scan`, which is the same): every passage that holds a term, in no order. `ratio_page`:
the twenty best pages, their passages to show and the number of all, which is what a reader waits for. Twenty
terms of two to six characters, asked in turn; the sum of their best times counts. The base scans a table that
holds nothing but key and text, which is the quickest scan there is; what LIKE finds there is what is right.
"""

import time
from collections.abc import Callable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.management.base import CommandError
from django.db import connection
from wagtail.models import Locale, Page, Site

from content.models import SearchPassage
from content.pages.passages import TITLE, Passage
from content.search import finding, tables, upkeep
from content.search.asking import Term
from content.search.lookup import hidden_pages
from portal.management.benches.database import own_database, settle
from portal.management.benches.search_corpus import TERMS, papers

SCALE = 10_000
ROUNDS = 9
LEAST_RECALL = 1.0
LIMITS = {"ratio_to_scan": 0.2, "ratio_ids": 0.2, "ratio_page": 0.6}


def _page(path: str, title: str, kind: ContentType, locale: Locale) -> Page:
    slug = f"paper-{path}".lower()
    top = "/home/"
    return Page(
        path=path,
        depth=len(path) // Page.steplen,
        title=title,
        draft_title=title,
        slug=slug,
        url_path=top if len(path) == Page.steplen else f"{top}{slug}/",
        content_type=kind,
        locale=locale,
    )


def load(scale: int) -> None:
    """A site with so many paragraphs in papers of fifty, each under its title, written without any signal."""
    tables.put_up(connection)
    locale = Locale.objects.create(language_code="zh-hans")
    kind = ContentType.objects.get_for_model(Page)
    written = list(papers(scale))
    paths = ["0001", *(f"0001{n:04d}" for n in range(1, len(written) + 1))]
    titles = ["首页", *(title for title, _paragraphs in written)]
    Page.objects.bulk_create(
        _page(path, title, kind, locale) for path, title in zip(paths, titles, strict=True)
    )
    top, *below = Page.objects.order_by("path")
    Site.objects.bulk_create([Site(hostname="localhost", root_page=top, is_default_site=True)])
    for page, (title, paragraphs) in zip(below, written, strict=True):
        passages = [Passage(kind=TITLE, heading=title), *(Passage(*each) for each in paragraphs)]
        SearchPassage.objects.bulk_create(upkeep.rows(page.pk, passages))
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bench_scan AS SELECT id, folded FROM {tables.PASSAGES}")  # noqa: S608
    settle()


def _scan(word: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM bench_scan WHERE folded LIKE %s", [f"%{word}%"])
        return [row[0] for row in cursor.fetchall()]


def _ids(terms: tuple[Term, ...]) -> list[int]:
    return finding.passage_ids(terms, hidden_pages())


def _timed(calls: dict[str, Callable[[], Any]]) -> dict[str, float]:
    """The least seconds of each call, all of them in turn in every round: other work only ever adds."""
    taken: dict[str, list[float]] = {name: [] for name in calls}
    for call in calls.values():
        call()
    for _ in range(ROUNDS):
        for name, call in calls.items():
            began = time.perf_counter()
            call()
            taken[name].append(time.perf_counter() - began)
    return {name: min(times) for name, times in taken.items()}


def _measure(scale: int) -> dict[str, float]:
    with own_database():
        load(scale)
        held = found = right = 0
        spent = {"scan": 0.0, "ids": 0.0, "page": 0.0}
        for word in TERMS:
            terms = (Term((word,)),)
            truth, ours = set(_scan(word)), set(_ids(terms))
            held, found, right = held + len(truth), found + len(ours), right + len(truth & ours)
            times = _timed(
                {
                    "scan": lambda word=word: _scan(word),
                    "ids": lambda terms=terms: _ids(terms),
                    "page": lambda terms=terms: finding.found_pages(terms, hidden_pages()),
                }
            )
            spent = {name: spent[name] + times[name] for name in spent}
    if not held:
        raise CommandError("no paragraph holds any of the terms: --scale is too small")
    ids = spent["ids"] / spent["scan"]
    return {
        "recall": round(right / held, 4),
        "precision": round(right / max(1, found), 4),
        "ratio_to_scan": round(ids, 3),
        "ratio_ids": round(ids, 3),
        "ratio_page": round(spent["page"] / spent["scan"], 3),
        "scan_ms": round(1000 * spent["scan"] / len(TERMS), 3),
        "hits": round(held / len(TERMS), 1),
    }


def run(scale: int | None, looser: float = 1.0, grown: int | None = None) -> dict[str, Any]:
    """Measure and judge; see the module's words. It has no growth to measure: `grown` is refused."""
    if grown:
        raise CommandError("--grown belongs to `bench access`")
    scale = scale or SCALE
    figures = _measure(scale)
    limits = {key: value * looser for key, value in LIMITS.items()}
    ok = figures["recall"] >= LEAST_RECALL and all(figures[key] <= limit for key, limit in limits.items())
    return {
        "name": "search",
        "scale": scale,
        "figures": figures,
        "limits": {"recall": LEAST_RECALL, **limits},
        "ok": ok,
    }
