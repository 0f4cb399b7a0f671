"""Turns the 404 of somebody who tries number after number into 429: the same for what is there and what never was."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.permissions.policy import rule_for
from services.recipients.probing import SPAN, note_missed

LONGEST = 80


class ProbingMiddleware:
    """Counts the numbers that were nothing for a signed-in person, by the routes that take one."""

    def __init__(self, get_response: Callable) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.user.is_authenticated:
            return response
        number = _missed(request, response)
        if not number or not note_missed(by=request.user, number=number, at=timezone.now()):
            return response
        page = _wait(request, in_words=response.get("Content-Type", "").startswith("text/html"))
        page["Retry-After"] = str(int(SPAN.total_seconds()))
        page["Cache-Control"] = "private, no-store"
        return page


def _missed(request: HttpRequest, response: HttpResponse) -> str:
    """The number that was nothing: typed into a form or sent to the API, else in the address of a 404."""
    typed = getattr(request, "typed_nothing", "")
    match = request.resolver_match
    if typed or response.status_code != 404 or match is None:
        return str(typed)[:LONGEST]
    rule = rule_for(match.func, match.route)
    if rule is None or not rule.takes_object:
        return ""
    return "|".join(str(value) for value in match.kwargs.values())[:LONGEST]


def _wait(request: HttpRequest, *, in_words: bool) -> HttpResponse:
    """The answer to who must wait: a page, or problem+json for the API."""
    if in_words:
        return render(request, "portal/probing.html", status=429)
    detail = _("您连着打开了很多找不到的编号。请过 10 分钟再试别的编号。")
    body = {"title": "probing", "status": 429, "code": "probing", "detail": detail, "errors": {}}
    return JsonResponse(body, status=429, content_type="application/problem+json")
