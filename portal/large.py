"""A request that claims more than anything here takes is answered before a byte of it is read."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string


class LargeMiddleware:
    """413 by the stated length; a server that speaks to us passes on no body beyond it."""

    def __init__(self, get_response: Callable) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        stated = str(request.META.get("CONTENT_LENGTH") or "")
        if stated.isascii() and stated.isdecimal() and int(stated[:20]) > settings.LARGEST_REQUEST:
            return HttpResponse(render_to_string("413.html"), status=413, headers={"Connection": "close"})
        return self.get_response(request)
