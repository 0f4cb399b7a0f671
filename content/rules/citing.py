"""A clause as a reader can open it: its name, and its address where the document is on this site."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Subquery
from django.http import HttpRequest

from content.pages.display import label
from content.pages.home import featured
from content.pages.models import HomePage, PolicyClause, PolicyPage
from content.pages.published import for_everybody
from content.rules.eligibility import Clause


@dataclass(frozen=True)
class Citation:
    """A document and its clause in words; `url` is empty where the document is not here.

    `alike` marks a clause of this site's own plan that has the same heading: not the source, but to be read here.
    """

    document: str
    clause: str
    url: str = ""
    alike: bool = False


class Library:
    """The published documents that rules cite, with their anchors, read once for a page."""

    def __init__(self, request: HttpRequest, clauses: Iterable[Clause]) -> None:
        numbers = {clause.document for clause in clauses}
        chosen = HomePage.objects.values("featured_id")[:1]
        pages = list(
            for_everybody(PolicyPage.objects.defer_heavy())
            .order_by("-written_on")
            .annotate(chosen=Subquery(chosen))
        )
        self.pages = {page.document_number: page for page in pages if page.document_number in numbers}
        self.urls = {number: page.get_url(request) for number, page in self.pages.items()}
        own = featured(pages, pages[0].chosen if pages else None, settings.COUNTY_NAME)
        self.own = own if own is not None and own.document_number not in numbers else None
        self.own_url = self.own.get_url(request) if self.own else ""
        rows = PolicyClause.objects.filter(page=self.own, kind="item") if self.own else []
        self.headings = [(row.heading, row.anchor, label(row.kind, row.number, "")) for row in rows]

    def cite(self, clause: Clause) -> list[Citation]:
        """The source itself, and, where it is not on this site, the like of it in the plan that is."""
        url = self.urls.get(clause.document, "")
        found = [Citation(clause.document, str(clause.label), f"{url}#{clause.anchor}" if url else "")]
        if not url and clause.heading and self.own is not None:
            found += [
                Citation(self.own.document_number, name, f"{self.own_url}#{anchor}", alike=True)
                for heading, anchor, name in self.headings
                if clause.heading in heading
            ][:1]
        return found

    def cite_all(self, clauses: Iterable[Clause]) -> list[Citation]:
        """All of them, each once, the sources first."""
        found = dict.fromkeys(each for clause in clauses for each in self.cite(clause))
        return sorted(found, key=lambda each: each.alike)
