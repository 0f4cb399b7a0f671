"""Cookies of our own that more than one place sets."""

from django.conf import settings
from django.http import HttpResponse


def remember_language(response: HttpResponse, code: str) -> None:
    """The language of this browser's pages; over HTTPS it travels over HTTPS only, like the session."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        samesite="Lax",
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
    )
