"""Every demo account lands on a desk with something to do, and none of its links leads nowhere."""

import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command

from portal.management.demo.accounts import ACCOUNTS, PASSWORD, Account, totp_secret
from tests.journeys.conftest import PHONE, WIDE, Visitor

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.only("sqlite"),
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

MOST = 60
# Wagtail's own pages are not ours; the rest is no page.
NOT_OURS = ("/cms/", "/static/", "/media/", "/photos/", "/csp-report/", "/healthz")
HREF = re.compile(r'<a [^>]*?href="(/[^"#?]*)(?:\?[^"#]*)?')


def links_of(source: str) -> list[str]:
    """The addresses of our own that a page links to, each once."""
    found = dict.fromkeys(unescape(path) for path in HREF.findall(source))
    return [path for path in found if not path.startswith(NOT_OURS)]


class Round:
    """One account's walk through its pages; keeps what was wrong instead of stopping at the first."""

    def __init__(self, visitor: Visitor, account: Account, known: set[str]) -> None:
        self.visitor, self.account, self.known = visitor, account, known
        self.wrong: list[str] = []

    def walk(self) -> None:
        """Log in, look at the desk and every tab on both screens, then follow the links."""
        one = self.visitor
        secret = totp_secret(self.account.username) if self.account.two_factor else ""
        try:
            one.log_in(self.account.username, PASSWORD, secret)
        except AssertionError as problem:
            self.wrong.append(f"on landing: {problem}")
            one.broken.clear()
        if one.status != 200 or "/accounts/" in one.page.url:
            self.wrong.append(f"lands on {one.page.url} with {one.status}")
            return
        landing = one.page.url.removeprefix(one.base)
        if landing.startswith("/cms/"):
            return
        words = one.page.locator("main").inner_text().strip()
        if len(words) < 20:
            self.wrong.append(f"{landing} says only {words!r}")
        tabs = one.page.locator("nav a").evaluate_all("rows => rows.map(a => a.getAttribute('href'))")
        own = [path for path in dict.fromkeys([landing, *tabs]) if path not in self.known]
        for viewport, name in ((WIDE, "1280"), (PHONE, "360")):
            one.page.set_viewport_size(viewport)
            for path in own:
                self.look(path, name)
        self.crawl([landing, *tabs])

    def stays_outside(self) -> None:
        """Who has left does not come in."""
        one = self.visitor
        one.log_in(self.account.username, PASSWORD)
        if "/accounts/" not in one.page.url or one.knocks("/my/today/") == 200:
            self.wrong.append(f"came in, to {one.page.url}")

    def look(self, path: str, name: str) -> None:
        """A tab opens with 200 and passes what every page must pass."""
        try:
            self.visitor.open(path)
        except AssertionError as problem:
            self.wrong.append(f"{path} at {name}: {problem}")
            self.visitor.broken.clear()
        if self.visitor.status != 200:
            self.wrong.append(f"{path} at {name}: {self.visitor.status}")
        self.visitor.shot(f"screen-{self.account.username}{path.split('?')[0].replace('/', '-')}{name}")

    def crawl(self, start: list[str]) -> None:
        """GET what the pages link to, breadth first."""
        waiting, seen = [path.split("?")[0] for path in start], set(self.known)
        fetched = 0
        while waiting and fetched < MOST:
            path = waiting.pop(0)
            if path in seen or path.startswith(NOT_OURS):
                continue
            seen.add(path)
            fetched += 1
            answer = self.visitor.context.request.get(self.visitor.base + path)
            if answer.status >= 400:
                self.wrong.append(f"a link leads to {path}: {answer.status}")
            elif "text/html" in answer.headers.get("content-type", ""):
                waiting += [link for link in links_of(answer.text()) if link not in seen]


@pytest.fixture
def demo() -> Iterator[None]:
    """The demo county, with fewer households."""
    cache.clear()
    call_command("seed_demo", households=120, verbosity=0)
    yield


def public_paths(visitor: Visitor) -> tuple[set[str], list[str]]:
    """The public site, walked once without login: its paths, and those that lead nowhere."""
    waiting, seen, wrong = ["/"], set(), []
    while waiting and len(seen) < MOST:
        path = waiting.pop(0)
        if path in seen:
            continue
        answer = visitor.context.request.get(visitor.base + path)
        if "/accounts/login/" in answer.url:
            continue
        seen.add(path)
        if answer.status >= 400:
            wrong.append(f"nobody: a link leads to {path}: {answer.status}")
        elif "text/html" in answer.headers.get("content-type", ""):
            waiting += [link for link in links_of(answer.text()) if link not in seen]
    return seen, wrong


def test_every_demo_account_has_a_desk_and_no_link_leads_nowhere(
    demo: None, visitor: Callable[..., Any]
) -> None:
    known, wrong = public_paths(visitor())
    for account in ACCOUNTS:
        cache.clear()
        walk = Round(visitor(), account, known)
        if account.username == "worker-left":
            walk.stays_outside()
        else:
            walk.walk()
        wrong += [f"{account.username}: {each}" for each in walk.wrong]
        walk.visitor.context.close()
    assert not wrong, "\n".join(wrong)
