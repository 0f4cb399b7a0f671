"""The search page. Wagtail's pages render themselves."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from content.pages.display import label
from content.pages.models import PolicyPage
from content.search.backend import cut_query, excerpt, matches
from portal.permissions.gate import public

PER_PAGE = 20
LONGEST_QUERY = 100
HITS_PER_DOCUMENT = 5


@public
def search(request: HttpRequest) -> HttpResponse:
    """Documents that hold the words, with the clauses where they stand."""
    query = "".join(char for char in request.GET.get("q", "") if char.isprintable()).strip()[:LONGEST_QUERY]
    context: dict[str, Any] = {"query": query, "results": [], "page": None}
    if query:
        live = PolicyPage.objects.live()
        found = live.search(query) if cut_query(query) else live.none()
        page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
        documents = list(page.object_list)
        prefetch_related_objects(documents, "clauses")
        context |= {"page": page, "results": [_result(document, query, request) for document in documents]}
    response = render(request, "content/search/results.html", context)
    response["X-Page-Cache"] = "public"
    return response


def _result(document: PolicyPage, query: str, request: HttpRequest) -> dict[str, Any]:
    """One document with the clauses that hold the words."""
    url, section, hits = document.get_url(request), "", []
    for clause in document.clauses.all():
        if clause.kind in {"first", "chapter"}:
            section = clause.heading
        if clause.anchor and matches(clause.heading + clause.text, query):
            hits.append(
                {
                    "url": f"{url}#{clause.anchor}",
                    "label": label(clause.kind, clause.number, section),
                    "heading": excerpt(clause.heading.rstrip("。"), query),
                    "passage": excerpt(clause.text.replace("\n", ""), query),
                }
            )
    return {
        "page": document,
        "url": url,
        "title": excerpt(document.short_title, query, 120),
        "hits": hits[:HITS_PER_DOCUMENT],
        "more": max(0, len(hits) - HITS_PER_DOCUMENT),
    }
