"""What the site says of itself: who can read it, and what it knows of its readers. The same for everybody."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from partners.memberships.public_views import kept
from partners.memberships.who import county_office
from portal.permissions.gate import public


@public
def accessibility(request: HttpRequest) -> HttpResponse:
    """The norm we keep, what was not checked yet, and whom to tell."""
    return kept(render(request, "portal/about/accessibility.html", {"office": county_office()}))


@public
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept of readers (next to nothing) and of people who get help, and how to ask for one's own data."""
    return kept(render(request, "portal/about/privacy.html", {"office": county_office()}))
