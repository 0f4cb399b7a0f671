"""The answer to a query: documents and guides with the passages where the words stand, places, and what else to try."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from wagtail.models import Page

from content.pages.display import label
from content.pages.passages import CHINESE, ENGLISH, TITLE
from content.search import finding, places, slips
from content.search.asking import Asked, Term, read
from content.search.lookup import hidden_pages
from content.search.marking import excerpt, marked
from content.search.models import SearchPassage
from content.search.readings import readings
from content.search.synonyms import Meanings, known_meanings
from portal.base.dates import in_english

PER_PAGE = 20
_LANG = {CHINESE: "zh-Hans", ENGLISH: "en"}
_SHOWN = ("page_id", "kind", "anchor", "number", "section", "note", "language", "heading", "text")


@dataclass
class Result:
    """One page: its title and the line below it, and the passages with their addresses."""

    url: str
    title: Any
    lang: str
    note: str
    hits: list[dict[str, Any]] = field(default_factory=list)
    more: int = 0


class Search:
    """One query, looked up once; what it needs of the site's words is read when it is needed."""

    def __init__(self, text: str, *, at: datetime, number: int = 1) -> None:
        self.at, self.number = at, number
        self.asked: Asked = read(text, self.meanings, self._readings)
        self.left_out: list[str] = []
        self.found, self.total = self._pages(self.asked.terms)
        self.places = self._places()
        if not self.total and self.places:
            self._without_the_place()

    @cached_property
    def meanings(self) -> Meanings:
        """The words that mean the same."""
        return known_meanings()

    @cached_property
    def hidden(self) -> list[int]:
        """The pages that are not for everybody."""
        return hidden_pages()

    @cached_property
    def headings(self) -> list[str]:
        """The headings of everything public."""
        return finding.headings(self.hidden)

    def _readings(self, letters: str) -> list[str]:
        return readings(letters, self.meanings, self.headings)

    def _pages(self, terms: Iterable[Term]) -> tuple[list[finding.FoundPage], int]:
        wanted = tuple(terms)
        found, total = finding.found_pages(
            wanted, self.hidden, first=(self.number - 1) * PER_PAGE, most=PER_PAGE
        )
        if not found and self.number > 1:
            self.number = 1
            return self._pages(wanted)
        return found, total

    def _places(self) -> list[places.Place]:
        terms = self.asked.terms
        asking = places.whom_to_ask(self.asked)
        named = (
            [place for term in terms for place in places.regions([term], self.at)] if len(terms) > 1 else []
        )
        shown = places.regions(terms, self.at) or named
        shown += places.providers(terms, self.at)
        return ([asking] if asking else []) + list(dict.fromkeys(shown))[: places.MOST_PLACES]

    def _without_the_place(self) -> None:
        """Nothing holds the name of the place too: look for the other words alone, and say so."""
        rest = [term for term in self.asked.terms if not places.regions([term], self.at)]
        if 0 < len(rest) < len(self.asked.terms):
            self.found, self.total = self._pages(rest)
            if self.total:
                self.left_out = [term.typed for term in self.asked.terms if term not in rest]

    @property
    def forms(self) -> list[str]:
        """What is marked in the results."""
        return self.asked.forms

    def suggestion(self) -> str:
        """The query with its first unknown word put right, where that finds something."""
        for term in self.asked.terms:
            if self._finds(term):
                continue
            meant = slips.suggestion(
                term.typed,
                words=self.meanings,
                headings=self.headings,
                some_texts=lambda needed: finding.some_texts(needed, self.hidden),
                finds=lambda word: self._finds(Term((word,))),
            )
            if meant:
                return self._put_right(term, meant)
        return ""

    def _finds(self, term: Term) -> bool:
        return bool(finding.found_pages([term], self.hidden, most=1)[1])

    def _put_right(self, wrong: Term, meant: str) -> str:
        return " ".join(meant if term is wrong else term.typed for term in self.asked.terms)

    def results(self, request: HttpRequest) -> list[Result]:
        """The pages found, ready to be shown, in four queries however many they are."""
        ids = [page.page_id for page in self.found]
        pages = Page.objects.in_bulk(ids)
        titles = self._titles(ids)
        passages = SearchPassage.objects.only(*_SHOWN).in_bulk(
            [pk for page in self.found for pk in page.passages]
        )
        shown = []
        for found in self.found:
            url = pages[found.page_id].get_url(request) if found.page_id in pages else None
            if url and found.page_id in titles:
                hits = [passages[pk] for pk in found.passages if pk in passages]
                shown.append(self._result(url, titles[found.page_id], hits, found.hits - len(hits)))
        return shown

    def _titles(self, ids: list[int]) -> dict[int, SearchPassage]:
        """The title of each page, in the reader's language where there is one."""
        wanted = ENGLISH if in_english() else CHINESE
        rows = SearchPassage.objects.filter(page_id__in=ids, kind=TITLE).only(*_SHOWN).order_by("position")
        found: dict[int, SearchPassage] = {}
        for row in rows:
            if row.page_id not in found or row.language == wanted != found[row.page_id].language:
                found[row.page_id] = row
        return found

    def _result(self, url: str, title: SearchPassage, hits: list[SearchPassage], more: int) -> Result:
        if not in_english():
            # What a Chinese reader can read needs no second hit in English.
            hits = [hit for hit in hits if hit.language == CHINESE] or hits
        return Result(
            url=url,
            title=marked(title.heading, self.forms),
            lang=_LANG[title.language],
            note=title.note,
            hits=[self._hit(url, passage) for passage in hits],
            more=max(0, more),
        )

    def _hit(self, url: str, passage: SearchPassage) -> dict[str, Any]:
        name = label(passage.kind, passage.number, passage.section) if passage.number else ""
        heading = passage.heading.rstrip("。")
        return {
            "url": f"{url}#{passage.anchor}" if passage.anchor else url,
            "label": name,
            "heading": marked(heading, self.forms),
            "passage": excerpt(passage.text.replace("\n", " "), self.forms),
            "lang": _LANG[passage.language],
        }
