"""Pages of the roof: health, where a login lands, own account, and the error pages."""

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from portal.permissions.gate import public, signed_in
from portal.permissions.hats import hats


@public
def healthz(request: HttpRequest) -> HttpResponse:
    """Whether the site can answer: ok or not, no details."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"ok": True})


@signed_in
def landing(request: HttpRequest) -> HttpResponse:
    """After login: the desk of the first hat."""
    worn = hats(request.user)
    return redirect(worn[0].rules.landing if worn else "portal:me")


@signed_in
def me(request: HttpRequest) -> HttpResponse:
    """One's own account."""
    return render(request, "portal/me.html", {"hats": hats(request.user)})


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: a function that is not this person's."""
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: the same for what is missing and what may not be seen."""
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: says that what was typed is still in the browser."""
    return render(request, "500.html", status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token is too old: the page says how to send it again."""
    return render(request, "403_csrf.html", status=403)
