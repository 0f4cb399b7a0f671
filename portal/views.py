"""Pages of the roof: reports of browsers, and the error pages."""

import json
import logging

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from portal.permissions.gate import public, to_login
from portal.permissions.kept import from_this_site, last_user, typed_in
from portal.permissions.policy import rule_for

logger = logging.getLogger("portal")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: a function that is not this person's."""
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: the same for what is missing and what may not be seen."""
    return render(request, "404.html", {"no_such_page": True}, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: says that what was typed is still in the browser; asks nothing that may have failed itself."""
    return HttpResponse(render_to_string("500.html"), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token is too old: what was typed is shown again, to be sent with a fresh one by a click."""
    typed = typed_in(request) if from_this_site(request) else None
    match = request.resolver_match
    rule = rule_for(match.func, match.route) if match else None
    if typed is None or rule is None:
        return render(request, "403_csrf.html", status=403)
    if rule.audience != "public" and not request.user.is_authenticated:
        return to_login(request, last_user(request))
    return render(request, "portal/kept.html", {"typed": typed, "may_drop": False}, status=403)


@public(methods=("POST",))
def csp_report(request: HttpRequest) -> HttpResponse:
    """A browser says that a page of ours broke its content policy: one line in the log."""
    try:
        report = json.loads(request.body[:10_000]).get("csp-report", {})
        found = {name: str(report.get(name, ""))[:200] for name in ("effective-directive", "blocked-uri")}
    except (ValueError, AttributeError):
        return HttpResponse(status=400)
    logger.warning("content policy broken: %s", found)
    return HttpResponse(status=204)


csp_report.csrf_exempt = True
