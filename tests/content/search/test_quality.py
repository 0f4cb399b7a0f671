"""Fifty and more questions over ten thousand paragraphs: the right guide among the first three, and every passage found.

The questions are rows of `tests/data/search/queries.csv`: what is typed, how it is typed, and the guide that answers.
"""

import csv
from pathlib import Path
from typing import Any

from wagtail.models import Page

from content.guides.loading import load_guides
from content.models import SearchPassage
from content.pages.passages import TITLE, Passage
from content.pages.tree import home_page
from content.search import upkeep
from content.search.asking import Term
from content.search.finding import passage_ids
from content.search.folding import fold
from content.search.lookup import hidden_pages
from portal.management.benches.search_corpus import TERMS, papers

QUERIES = Path(__file__).parents[2] / "data" / "search" / "queries.csv"
PARAGRAPHS = 10_000
FIRST = 3
SHARE = 0.95


def shelf_of_papers() -> None:
    """Ten thousand paragraphs of other offices beside the library, written without any signal."""
    shelf = home_page().add_child(instance=Page(title="其他", slug="shelf"))
    written = list(papers(PARAGRAPHS))
    pages = [
        Page(
            title=title, draft_title=title, slug=f"p{n}", path=f"{shelf.path}{n + 1:04d}", depth=shelf.depth + 1,
            url_path=f"{shelf.url_path}p{n}/", content_type=shelf.content_type, locale=shelf.locale,
        )
        for n, (title, _paragraphs) in enumerate(written)
    ]  # fmt: skip
    Page.objects.bulk_create(pages)
    keys = Page.objects.filter(path__startswith=shelf.path, depth=shelf.depth + 1).order_by("path")
    for page, (title, paragraphs) in zip(keys, written, strict=True):
        passages = [Passage(kind=TITLE, heading=title), *(Passage(*each) for each in paragraphs)]
        SearchPassage.objects.bulk_create(upkeep.rows(page.pk, passages))


def questions() -> list[dict[str, str]]:
    """The rows of the file."""
    with QUERIES.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def fault(client: Any, row: dict[str, str]) -> str:
    """What is wrong with the answer to a question, or nothing."""
    found = client.get("/search/", {"q": row["query"]}).context["results"][:FIRST]
    right = any(each.url == f"/guides/{row['guide']}/" for each in found)
    return (
        "" if right else f"{row['query']} ({row['guide']}): {[(each.url, str(each.title)) for each in found]}"
    )


def test_the_right_guide_is_among_the_first_three_and_no_passage_is_missed(client, plan):
    load_guides(publish=True)
    shelf_of_papers()
    rows = questions()
    assert len({row["query"] for row in rows}) == len(rows) >= 40 and len({row["way"] for row in rows}) >= 8
    faults = [told for row in rows if (told := fault(client, row))]
    assert len(faults) <= (1 - SHARE) * len(rows), faults
    folded = dict(SearchPassage.objects.values_list("pk", "folded"))
    assert len(folded) > PARAGRAPHS
    for word in [*TERMS, "五保", "医保", "助学金"]:
        truth = {pk for pk, text in folded.items() if word in text}
        assert truth and set(passage_ids([Term((fold(word),))], hidden_pages())) == truth, word
