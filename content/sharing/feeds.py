"""New policies and notices for readers of feeds: RSS and Atom, in the language of the address."""

from datetime import datetime
from typing import Any

from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed
from django.utils.translation import gettext as _

from content.pages.models import PolicyPage
from content.sharing.published import documents
from portal.base.dates import in_english
from portal.base.names import county_name, sponsor_name
from portal.permissions.gate import public

NEWEST = 30


class Notices(Feed):
    """RSS 2.0 of what was published last."""

    feed_type: type = Rss201rev2Feed

    def title(self) -> str:
        """The name of the feed."""
        return _("政策和公告") + " - " + sponsor_name()

    def description(self) -> str:
        """What it holds."""
        return _("%(county)s社会救助的政策和公告，新的在前") % {"county": county_name()}

    subtitle = description

    def link(self) -> str:
        """The library."""
        return "/en/policies/" if in_english() else "/policies/"

    def items(self) -> Any:
        """The newest documents that everybody may read."""
        return documents(timezone.now())[:NEWEST]

    def item_title(self, item: PolicyPage) -> str:
        """The short title, in English where there is one."""
        return item.shown_short_title

    def item_description(self, item: PolicyPage) -> str:
        """Number, issuer, and on English pages the summary."""
        head = f"{item.document_number} · {item.issuer}"
        return f"{head}. {item.summary_en}" if in_english() and item.summary_en else head

    def item_link(self, item: PolicyPage) -> str:
        """The page."""
        return item.get_url() or self.link()

    def item_pubdate(self, item: PolicyPage) -> datetime | None:
        """When it appeared here."""
        return item.first_published_at

    def item_updateddate(self, item: PolicyPage) -> datetime | None:
        """When it was last published again."""
        return item.last_published_at

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The same for every reader, so it may be kept."""
        response = super().__call__(request, *args, **kwargs)
        response["X-Page-Cache"] = "public"
        return response


class AtomNotices(Notices):
    """The same as Atom."""

    feed_type = Atom1Feed


rss = public(Notices())
atom = public(AtomNotices())
