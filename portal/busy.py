"""When the database gave up waiting: an answer that says to try again, not a fault."""

from collections.abc import Callable

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

# PostgreSQL: lock not available, query cancelled by its time limit, deadlock. SQLite says it in words.
WAITED = {"55P03", "57014", "40P01"}
RETRY_AFTER_SECONDS = 5


def waited_in_vain(problem: OperationalError) -> bool:
    """Whether the database was only busy, so that the same request may succeed in a moment."""
    return getattr(problem.__cause__, "sqlstate", "") in WAITED or "database is locked" in str(problem)


class BusyMiddleware:
    """Turns a lock wait that ran over its time into 503 with Retry-After; nothing was changed by then."""

    def __init__(self, get_response: Callable) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        if not isinstance(problem, OperationalError) or not waited_in_vain(problem):
            return None
        response = HttpResponse(render_to_string("503.html"), status=503)
        response["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return response
