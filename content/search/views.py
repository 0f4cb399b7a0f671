"""The search page. Wagtail's pages render themselves."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from content.search.asking import LONGEST_QUERY, MOST_TERMS, Asked
from content.search.results import PER_PAGE, Search
from partners.memberships.who import county_office
from portal.base.identifiers import HOTLINE
from portal.permissions.gate import public

LAST_NUMBER = 9999


@public
def search(request: HttpRequest) -> HttpResponse:
    """Documents, guides and places that hold the words, with the passages where they stand."""
    found = Search(request.GET.get("q", ""), at=timezone.now(), number=_number(request.GET.get("page", "")))
    context: dict[str, Any] = {
        "query": found.asked.text,
        "refused": _refusal(found.asked),
        "places": found.places,
        "left_out": found.left_out,
        "total": found.total,
        "results": found.results(request) if found.total else [],
        "page": Paginator(range(found.total), PER_PAGE).get_page(found.number),
        "hotline": HOTLINE,
    }
    if found.asked.text and not found.total:
        context |= {"office": county_office(), "meant": found.suggestion()}
    response = render(request, "content/search/results.html", context)
    response["X-Page-Cache"] = "public"
    return response


def _number(given: str) -> int:
    """The page of results asked for; the first, if it is no number."""
    return min(max(1, int(given[:9])), LAST_NUMBER) if given.isascii() and given.isdigit() else 1


def _refusal(asked: Asked) -> str:
    """Why a query is not searched: what is too much of it."""
    if asked.too_long:
        return _("一次最多搜 %(most)d 个字，您写了 %(written)d 个。请删掉一些再搜。") % {
            "most": LONGEST_QUERY,
            "written": len(asked.text),
        }
    if asked.too_many:
        return _("一次最多搜 %(most)d 个词。请留下最要紧的几个再搜。") % {"most": MOST_TERMS}
    return ""
