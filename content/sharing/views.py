"""A poster of a page for the village board: A4, with a QR code for those who have a telephone and numbers for the others."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from content.guides.models import GuidePage, GuideSection, GuideStatement
from content.sharing.metadata import name_of
from content.sharing.published import pages
from partners.memberships.public_views import kept
from partners.memberships.who import county_office
from portal.accounts.qr import qr_svg
from portal.base.dates import in_english
from portal.permissions.gate import public


def _lines(page: Any) -> list[str]:
    """What a guide says in a minute, in the reader's language; other pages have only their name."""
    if not isinstance(page, GuidePage):
        return []
    rows = GuideStatement.objects.filter(page=page, section=GuideSection.SUMMARY)
    return [row.words_en if in_english() and row.words_en else row.words for row in rows]


@public
def poster(request: HttpRequest, number: int) -> HttpResponse:
    """The poster of a page that everybody may read."""
    found = pages(timezone.now()).filter(pk=number).first()
    if found is None:
        raise Http404
    page = found.specific
    url = request.build_absolute_uri(page.get_url(request))
    context = {
        "page": page,
        "name": name_of(page),
        "lines": _lines(page),
        "url": url,
        "qr": qr_svg(url, any_size=True),
        "office": county_office(),
    }
    return kept(render(request, "content/sharing/poster.html", context))
