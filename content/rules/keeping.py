"""Where the answers lie: signed, in a cookie of the reader's own browser, for an hour. The server keeps nothing.

The cookie goes out to the pages of the self-check alone, in Chinese and in English, so that no other page gets it
and all others stay in the cache.
"""

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from content.rules.questions import BY_STEP, Answers

SALT = "content.rules.self-check"
LIFE = 3600
PLACES = {"check": "/check/", "check-en": "/en/check/"}
TOWN = "town"
LONGEST_CODE = 12


def read(request: HttpRequest) -> dict[str, tuple[str, ...]] | None:
    """The answers so far; None where there are none, or they are old, or not as we wrote them."""
    name = "check-en" if request.path.startswith("/en/") else "check"
    try:
        held = signing.loads(request.COOKIES.get(name, ""), salt=SALT, max_age=LIFE)
    except signing.BadSignature:
        return None
    return _sound(held) if isinstance(held, dict) else None


def _sound(held: dict) -> dict[str, tuple[str, ...]] | None:
    """The same, if the questions of today know every word of it."""
    answers: dict[str, tuple[str, ...]] = {}
    for step, chosen in held.items():
        if not isinstance(chosen, list) or not all(isinstance(code, str) for code in chosen):
            return None
        answers[step] = tuple(chosen)
        known = step in BY_STEP and BY_STEP[step].fits(answers[step])
        if not known and not (step == TOWN and len(chosen) == 1 and len(chosen[0]) <= LONGEST_CODE):
            return None
    return answers


def write(response: HttpResponse, answers: Answers) -> None:
    """Keep the answers until the browser is closed, an hour at most."""
    value = signing.dumps({step: list(chosen) for step, chosen in answers.items()}, salt=SALT, compress=True)
    for name, path in PLACES.items():
        response.set_cookie(
            name, value, path=path, samesite="Strict", httponly=True, secure=settings.SESSION_COOKIE_SECURE
        )


def forget(response: HttpResponse) -> None:
    """Take the answers out of the browser."""
    for name, path in PLACES.items():
        response.delete_cookie(name, path=path, samesite="Strict")
