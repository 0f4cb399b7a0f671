"""Turns the 404 of somebody who tries number after number into 429: the same for what is there and what never was."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from portal.permissions.policy import rule_for
from services.recipients.probing import SPAN, note_missed

LONGEST = 80


class ProbingMiddleware:
    """Counts the numbers that were nothing for a signed-in person, by the routes that take one."""

    def __init__(self, get_response: Callable) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        if response.status_code != 404 or match is None or not request.user.is_authenticated:
            return response
        rule = rule_for(match.func, match.route)
        number = "|".join(str(value) for value in match.kwargs.values())[:LONGEST]
        if rule is None or not rule.takes_object or not number:
            return response
        if not note_missed(by=request.user, number=number, at=timezone.now()):
            return response
        page = render(request, "portal/probing.html", status=429)
        page["Retry-After"] = str(int(SPAN.total_seconds()))
        page["Cache-Control"] = "private, no-store"
        return page
