"""The passages of a page are written in the transaction that saves or publishes it, so the search is right at once."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import transaction
from django.db.models.signals import post_save
from wagtail.models import Page, Site
from wagtail.signals import page_published, page_unpublished, post_page_move

from content.pages.passages import Passage, of_any_page
from content.search.cutting import tokens
from content.search.folding import fold
from content.search.models import SearchPassage

LONGEST_PIECE = 4000
OVERLAP = 120
_WRITTEN = [field.attname for field in SearchPassage._meta.concrete_fields if field.name != "id"]


def _pieces(text: str) -> Iterator[str]:
    """A very long text in pieces that overlap by more than the longest query."""
    yield text[:LONGEST_PIECE]
    for at in range(LONGEST_PIECE, len(text), LONGEST_PIECE):
        yield text[at - OVERLAP : at + LONGEST_PIECE]


def row(page_id: int, position: int, passage: Passage, text: str) -> SearchPassage:
    """A passage as it is stored."""
    heading = fold(passage.heading)
    folded = f"{heading}\n{fold(text)}"
    return SearchPassage(
        page_id=page_id,
        position=position,
        size=len(folded),
        kind=passage.kind,
        anchor=passage.anchor,
        number=passage.number,
        section=passage.section,
        note=passage.note,
        language=passage.language,
        heading=passage.heading,
        text=text,
        folded_heading=heading,
        folded=folded,
        tokens=" ".join(tokens(folded)),
    )


def rows(page_id: int, passages: Iterable[Passage]) -> list[SearchPassage]:
    """The rows of a page, in order; what no database can hold is left out."""
    pieces = ((passage, piece) for passage in passages for piece in _pieces(passage.text.replace("\x00", "")))
    return [row(page_id, position, *pair) for position, pair in enumerate(pieces)]


def _told(page: Page) -> Iterable[Passage]:
    return page.search_passages() if hasattr(page, "search_passages") else of_any_page(page)


@transaction.atomic
def refresh(page: Page) -> None:
    """Bring the passages of a page in line with what it says now; one that is not live or has no address has none."""
    locked = Page.objects.select_for_update().filter(pk=page.pk).first()
    if locked is None:
        return
    wanted = rows(page.pk, _told(locked.specific)) if locked.live and locked.get_url_parts() else []
    before = SearchPassage.objects.filter(page_id=page.pk)
    if [_content(each) for each in before.order_by("position")] != [_content(each) for each in wanted]:
        before.delete()
        SearchPassage.objects.bulk_create(wanted, batch_size=200)


def _content(passage: SearchPassage) -> list[Any]:
    return [getattr(passage, name) for name in _WRITTEN]


def rebuild() -> int:
    """Write the passages of every page anew where they differ; gives the number of pages."""
    pages = Page.objects.order_by("pk")
    for page in pages.iterator(chunk_size=100):
        refresh(page)
    return pages.count()


def _saved(sender: Any, instance: Any, raw: bool = False, **kwargs: Any) -> None:
    """A page put into the tree or changed by code is live without being published."""
    if issubclass(sender, Page) and not raw:
        refresh(instance)


def _published(sender: Any, instance: Page, **kwargs: Any) -> None:
    """Only now everything that hangs from the page is written too."""
    refresh(instance)


def _unpublished(sender: Any, instance: Page, **kwargs: Any) -> None:
    """Also said of a page that is about to be deleted, whose row is still live."""
    SearchPassage.objects.filter(page_id=instance.pk).delete()


def _moved(sender: Any, instance: Page, **kwargs: Any) -> None:
    """A page may leave the public's tree, or come into it, with all below."""
    for page in Page.objects.descendant_of(Page.objects.get(pk=instance.pk), inclusive=True):
        refresh(page)


def _site_saved(sender: Any, raw: bool = False, **kwargs: Any) -> None:
    """Another page is the public's first one. Wagtail may forget the old one only after this."""
    if not raw:
        Site.clear_site_root_paths_cache()
        rebuild()


def watch() -> None:
    """Connect, once, when the app is ready."""
    post_save.connect(_saved, dispatch_uid="search_saved")
    page_published.connect(_published, dispatch_uid="search_published")
    post_save.connect(_site_saved, sender=Site, dispatch_uid="search_site_saved")
    post_page_move.connect(_moved, dispatch_uid="search_moved")
    page_unpublished.connect(_unpublished, dispatch_uid="search_unpublished")
