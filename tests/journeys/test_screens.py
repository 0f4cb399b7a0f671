"""Every demo account lands on a desk with something to do; its pages are sound and no link leads nowhere."""

import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.urls import Resolver404, resolve
from playwright.sync_api import Browser

from portal.management.demo.accounts import ACCOUNTS, PASSWORD, Account, totp_secret
from tests.journeys.conftest import PHONE, WIDE, Visitor

pytestmark = [
    pytest.mark.browser,
    pytest.mark.only("sqlite"),
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

MOST, OF_A_KIND, HOUSEHOLDS = 60, 2, 150
NOBODY = Account("nobody", "", "", "")
# Wagtail's own pages are not ours; the rest is no page.
NOT_OURS = ("/cms/", "/static/", "/media/", "/photos/", "/csp-report/", "/healthz")
# These look the same to everybody; the rest is looked at in each role.
FOR_ALL = ("/me/", "/accounts/", "/join/", "/display/")
HREF = re.compile(r'<a [^>]*?href="(/[^"#?]*)(?:\?[^"#]*)?')


def links_of(source: str) -> list[str]:
    """The addresses of our own that a page links to, each once."""
    found = dict.fromkeys(unescape(path) for path in HREF.findall(source))
    return [path for path in found if not path.startswith(NOT_OURS)]


@dataclass
class Progress:
    """The public paths and their dead links, and the kinds of pages that have been looked at already."""

    known: set[str] = field(default_factory=set)
    dead: list[str] = field(default_factory=list)
    looked_at: set[str] = field(default_factory=set)


@dataclass
class Site:
    """The demo county on its server."""

    browser: Browser
    url: str
    progress: Progress

    def visitor(self) -> Visitor:
        """Somebody at a desk."""
        return Visitor(self.browser, self.url, viewport=WIDE)


class Round:
    """One account's walk through its pages; keeps what was wrong instead of stopping at the first."""

    def __init__(self, site: Site, account: Account) -> None:
        self.visitor, self.account, self.progress = site.visitor(), account, site.progress
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
        own = [path for path in dict.fromkeys([landing, *tabs]) if path not in self.progress.known]
        for path in own:
            self.look(path)
        for path in self.crawl(own):
            if self.kind(path) not in self.progress.looked_at:
                self.look(path)

    def stays_outside(self) -> None:
        """Who has left does not come in."""
        one = self.visitor
        one.log_in(self.account.username, PASSWORD)
        if "/accounts/" not in one.page.url or one.knocks("/my/today/") == 200:
            self.wrong.append(f"came in, to {one.page.url}")

    def look(self, path: str) -> None:
        """The page answers 200, fits both screens, and is open to everybody: on the phone always,
        at the desk where this role's page of that kind is met first."""
        one, kind = self.visitor, self.kind(path)
        first = kind not in self.progress.looked_at
        self.progress.looked_at.add(kind)
        one.page.set_viewport_size(WIDE)
        one.page.goto(one.base + path)
        if one.status != 200:
            self.wrong.append(f"{path}: {one.status}")
        checks = (WIDE, "1280", one.look if first else one.fits), (PHONE, "360", one.look)
        for viewport, name, check in checks:
            one.page.set_viewport_size(viewport)
            try:
                check(path)
            except AssertionError as problem:
                self.wrong.append(f"{path} at {name}: {problem}")
                one.broken.clear()
            one.shot(f"screen-{self.account.username}{path.split('?')[0].replace('/', '-')}{name}")

    def kind(self, path: str) -> str:
        """The route behind a path as this role sees it; a page of the tree is itself."""
        try:
            match = resolve(path.split("?")[0])
        except Resolver404:
            return path
        if match.view_name == "wagtail_serve":
            return path
        return match.route if path.startswith(FOR_ALL) else f"{self.account.role} {match.route}"

    def crawl(self, start: list[str]) -> list[str]:
        """GET what the pages link to, breadth first, a few of each kind; returns the pages."""
        waiting, seen = [path.split("?")[0] for path in start], set(self.progress.known)
        fetched, pages = Counter(), []
        while waiting and fetched.total() < MOST:
            path = waiting.pop(0)
            if path in seen or path.startswith(NOT_OURS) or fetched[self.kind(path)] >= OF_A_KIND:
                continue
            seen.add(path)
            fetched[self.kind(path)] += 1
            answer = self.visitor.context.request.get(self.visitor.base + path)
            if answer.status >= 400:
                self.wrong.append(f"a link leads to {path}: {answer.status}")
            elif "text/html" in answer.headers.get("content-type", ""):
                waiting += [link for link in links_of(answer.text()) if link not in seen]
                pages.append(path)
        return pages


@pytest.fixture(scope="module")
def seeded() -> Iterator[sqlite3.Connection]:
    """A copy of the demo county, so that it is sown once and not for every account."""
    with closing(sqlite3.connect(":memory:")) as copy:
        yield copy


@pytest.fixture(scope="module")
def progress() -> Progress:
    """What this module's walks share."""
    return Progress()


@pytest.fixture
def site(browser: Browser, live_server: Any, seeded: sqlite3.Connection, progress: Progress) -> Site:
    """The demo county as it was sown."""
    cache.clear()
    connection.ensure_connection()
    if seeded.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        seeded.backup(connection.connection)
    else:
        call_command("seed_demo", households=HOUSEHOLDS, verbosity=0)
        connection.connection.backup(seeded)
    found = Site(browser, live_server.url, progress)
    if not progress.known:
        progress.known, progress.dead = public_paths(found.visitor())
    return found


def public_paths(visitor: Visitor) -> tuple[set[str], list[str]]:
    """The public site, walked once without login: its pages (feeds are none), and the links that lead nowhere."""
    waiting, seen, pages, wrong = ["/"], set(), set(), []
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
            pages.add(path)
            waiting += [link for link in links_of(answer.text()) if link not in seen]
    visitor.context.close()
    return pages, wrong


def test_no_public_link_leads_nowhere_and_every_kind_of_page_is_sound(site: Site) -> None:
    walk = Round(site, NOBODY)
    for path in sorted(site.progress.known):
        walk.look(path)
    walk.visitor.context.close()
    wrong = site.progress.dead + walk.wrong
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("account", ACCOUNTS, ids=[account.username for account in ACCOUNTS])
def test_a_demo_account_has_a_desk_and_no_link_leads_nowhere(site: Site, account: Account) -> None:
    walk = Round(site, account)
    if account.username == "worker-left":
        walk.stays_outside()
    else:
        walk.walk()
    walk.visitor.context.close()
    assert not walk.wrong, "\n".join(walk.wrong)
