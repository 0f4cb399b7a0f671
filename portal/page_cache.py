"""Public pages kept whole, before Django: one version stamp makes them all old at once.

Only GET, only readers without cookies other than their display choices, only answers that a public
page marked. The key is host, path, language (in the path), display mode and day.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from http.cookies import CookieError, SimpleCookie
from typing import Any

from django.utils import timezone

from portal.base import public_stamp

DISPLAY = {"size": {"l", "xl"}, "theme": {"contrast"}}
MOST_PAGES = 500
MARK = "X-Page-Cache"

Answer = tuple[str, list[tuple[str, str]], bytes]


def display_mode(header: str) -> tuple[str, ...] | None:
    """The display choices of a Cookie header; None if there is any other cookie or choice."""
    if not header:
        return ("",) * len(DISPLAY)
    try:
        cookies = SimpleCookie(header)
    except CookieError:
        return None
    if header.strip() and not cookies:
        return None
    for name, morsel in cookies.items():
        if morsel.value not in DISPLAY.get(name, ()):
            return None
    return tuple(cookies[name].value if name in cookies else "" for name in DISPLAY)


class PageCache:
    """A WSGI application that remembers the public pages of the one inside."""

    def __init__(self, inside: Callable) -> None:
        self.inside = inside
        self.pages: OrderedDict[tuple, Answer] = OrderedDict()
        self.stamp = ""
        self.today, self.midnight = "", 0.0

    def __call__(self, environ: dict[str, Any], start_response: Callable) -> Iterable[bytes]:
        key = self._key(environ)
        if key is None:
            return self._pass_on(environ, start_response)
        stamp = public_stamp.current()
        if stamp != self.stamp:
            self.pages.clear()
            self.stamp = stamp
        answer = self.pages.get(key)
        if answer is None:
            answer, keep = self._ask(environ)
            if keep:
                self._keep(key, stamp, answer)
        status, headers, body = answer
        start_response(status, list(headers))
        return [body]

    def _key(self, environ: dict[str, Any]) -> tuple | None:
        if environ["REQUEST_METHOD"] != "GET" or environ.get("QUERY_STRING"):
            return None
        mode = display_mode(environ.get("HTTP_COOKIE", ""))
        if mode is None:
            return None
        # What lapses by its date is gone at midnight, without anybody publishing.
        if time.time() >= self.midnight:
            self._new_day()
        return (
            environ.get("wsgi.url_scheme"),
            environ.get("HTTP_HOST"),
            environ.get("PATH_INFO"),
            mode,
            self.today,
        )

    def _new_day(self) -> None:
        now = datetime.fromtimestamp(time.time(), timezone.get_current_timezone())
        tomorrow = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), now.tzinfo)
        self.today, self.midnight = now.date().isoformat(), tomorrow.timestamp()

    def _keep(self, key: tuple, stamp: str, answer: Answer) -> None:
        """Kept under the stamp read before the page was made: what changed meanwhile is not lost."""
        if self.stamp != stamp:
            return
        self.pages[key] = answer
        while len(self.pages) > MOST_PAGES:
            self.pages.popitem(last=False)

    def _ask(self, environ: dict[str, Any]) -> tuple[Answer, bool]:
        heard: dict[str, Any] = {}

        def listen(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable:
            heard["status"], heard["headers"] = status, headers
            return lambda data: None

        parts = self.inside(environ, listen)
        try:
            body = b"".join(parts)
        finally:
            if hasattr(parts, "close"):
                parts.close()
        names = {name.lower() for name, _ in heard["headers"]}
        keep = heard["status"].startswith("200") and MARK.lower() in names and "set-cookie" not in names
        return (heard["status"], _without_mark(heard["headers"]), body), keep

    def _pass_on(self, environ: dict[str, Any], start_response: Callable) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Callable:
            return start_response(status, _without_mark(headers), *more)

        return self.inside(environ, start)


def _without_mark(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in headers if name.lower() != MARK.lower()]
