"""The list of all public pages for search engines, each in both languages."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import sitemap
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from content.sharing.published import pages
from portal.permissions.gate import public

# Pages of ours that are no pages of the CMS and look the same to everybody.
ROUTES = ("check", "places", "who", "providers", "join", "figures", "accessibility", "privacy")


class Pages(Sitemap):
    """What editors publish."""

    i18n = alternates = x_default = True

    def items(self) -> Sequence[Page]:
        """Every page that everybody may read, the root of the tree apart."""
        return list(pages(timezone.now()))

    def location(self, item: Page) -> str:
        """Its address in the language asked for."""
        return item.get_url() or "/"

    def lastmod(self, item: tuple[Page, str]) -> datetime | None:
        """When it was last published."""
        page: Any = item[0] if isinstance(item, tuple) else item
        return page.last_published_at


class Routes(Sitemap):
    """The pages that the site makes itself."""

    i18n = alternates = x_default = True

    def items(self) -> Sequence[str]:
        """Their names."""
        return ROUTES

    def location(self, item: str) -> str:
        """Their address in the language asked for."""
        return reverse(item)


@public
def site_map(request: HttpRequest) -> HttpResponse:
    """The map as search engines read it."""
    response = sitemap(request, {"pages": Pages, "routes": Routes})
    response.render()
    response["X-Page-Cache"] = "public"
    return response
