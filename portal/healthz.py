"""`/healthz`: whether the site can answer. Everybody reads ok or not; the system administrator the details."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from portal.health_pages import SEE, state_of_site
from portal.permissions.clock import session_over
from portal.permissions.gate import lacks_second_factor, public

PATH = "/healthz"


class HealthzMiddleware:
    """Asks the database before anything else does: sessions and languages would fail first, with an error page."""

    def __init__(self, get_response: Callable) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path != PATH:
            return self.get_response(request)
        if database_answers():
            response = self.get_response(request)
        else:
            response = JsonResponse({"ok": False}, status=503)
        response["Cache-Control"] = "no-store"
        return response


def database_answers() -> bool:
    """Whether the database takes a question at all."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


@public
def healthz(request: HttpRequest) -> HttpResponse:
    """Ok: that the database answers was asked on the way here."""
    if not _may_know(request):
        return JsonResponse({"ok": True})
    state = state_of_site(timezone.now())
    details = state | {
        "oldest": _moment(state["oldest"]),
        "jobs": {n: _moment(at) for n, at in state["jobs"]},
    }
    return JsonResponse({"ok": True, "details": details})


def _may_know(request: HttpRequest) -> bool:
    """As on the page of the same: signed in, with both factors, and the right to see it."""
    user = request.user
    if not user.is_authenticated or session_over(request) or lacks_second_factor(request):
        return False
    return bool(user.has_perm(SEE))


def _moment(at: datetime | None) -> Any:
    return at.isoformat() if at else None
