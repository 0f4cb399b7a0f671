"""From a document to the guides that rest on it, and from a kind of help to its guide."""

from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.utils.translation import get_language
from wagtail.models import PageQuerySet

from content.guides.clauses import clause_of
from content.guides.models import GuidePage, GuideStatement
from content.pages import plain_words
from content.pages.models import PolicyPage
from content.pages.plain_words import PlainWords
from content.pages.published import for_everybody

# Statements of these parts say what a clause means; the others only lean on it.
MEANING = ("summary", "who")


def guides_citing(policy_page: Any) -> PageQuerySet:
    """The guides, drafts too, of which a statement rests on any clause of this document."""
    resting = GuideStatement.objects.filter(document=policy_page.document_number)
    return GuidePage.objects.filter(pk__in=resting.values("page_id")).order_by("path")


def of_help(request: HttpRequest | None = None) -> dict[str, PlainWords]:
    """Code of a kind of help -> its guide; of several the first."""
    guides = for_everybody(GuidePage.objects.exclude(help_code="")).order_by("path")
    found: dict[str, PlainWords] = {}
    for guide in guides.defer("also_called"):
        found.setdefault(guide.help_code, _named(guide, request))
    return found


def of_document(
    number: str, headings: dict[str, str], request: HttpRequest | None
) -> dict[str, list[PlainWords]]:
    """Anchor of a clause of this document -> the guides that say what it means, in one query.

    Where a guide's own source is not on this site, the clause of this document with the like heading counts.
    """
    sources = for_everybody(PolicyPage.objects.filter(document_number=OuterRef("document")))
    statements = GuideStatement.objects.filter(
        page__in=for_everybody(GuidePage.objects.all()), section__in=MEANING
    ).annotate(here=Exists(sources))
    found: dict[str, dict[int, PlainWords]] = {}
    for statement in statements.select_related("page").order_by("page__path", "sort_order"):
        anchor = statement.anchor if statement.document == number else _like(statement, headings)
        if anchor:
            under = found.setdefault(anchor, {})
            under.setdefault(statement.page_id, _named(statement.page, request))
    return {anchor: list(guides.values()) for anchor, guides in found.items()}


def _like(statement: Any, headings: dict[str, str]) -> str:
    """The clause with the like heading, where the source itself is not on this site; else nothing."""
    heading = clause_of(statement).heading
    if statement.here or not heading:
        return ""
    return next((anchor for anchor, words in headings.items() if heading in words), "")


def _named(guide: GuidePage, request: HttpRequest | None) -> PlainWords:
    english = get_language() == "en" and guide.title_en
    url = guide.get_url(request) or ""
    return PlainWords(guide.title_en if english else guide.title, url, "en" if english else "zh-Hans")


def register_guides() -> None:
    """Make them known to the pages and rules below; called once by the app's `ready`."""
    plain_words.register(of_help, of_document)
