"""What every page for the public has in common."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from wagtail.models import Page

from content.pages import passages


class PublicPage(Page):
    """What all our pages share: they may be kept whole in the page cache."""

    show_in_menus_default = True
    usual_slug = ""  # of a section below the home page
    # Rows that every reading of such a page needs too.
    read_along: ClassVar[tuple[str, ...]] = ()

    class Meta:
        abstract = True

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Mark the answer as the same for every reader."""
        response = super().serve(request, *args, **kwargs)
        response["X-Page-Cache"] = "public"
        return response

    def search_passages(self) -> Iterable[passages.Passage]:
        """What the search reads of the page; a class with clauses or sections of its own names them itself."""
        return passages.of_any_page(self)

    def child(self, request: HttpRequest, kind: "type[PublicPage]", path_components: list[str]) -> Any:
        """Route to a child of a known kind, or the usual way."""
        if path_components:
            children = kind.objects.child_of(self).select_related(*kind.read_along)
            found = children.filter(slug=path_components[0]).first()
            if found:
                return found.route(request, path_components[1:])
        return super().route(request, path_components)
