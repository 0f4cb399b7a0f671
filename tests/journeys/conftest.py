"""A real browser against a real server. Chromium comes from Debian; without it these tests say so."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from portal.management.demo.accounts import totp_secret

CHROMIUM = shutil.which("chromium") or ""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
SHOTS = os.environ.get("SHOTS", "")

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium."""
    if not CHROMIUM:
        pytest.skip("needs Debian's chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield launched
        launched.close()


class Visitor:
    """One person at one screen: opens pages, and keeps account of what went wrong on the way."""

    def __init__(
        self, browser: Browser, base: str, *, viewport: dict[str, int], scripts: bool = True
    ) -> None:
        self.context = browser.new_context(
            viewport=viewport, locale="zh-CN", java_script_enabled=scripts, timezone_id="Asia/Shanghai"
        )
        self.page: Page = self.context.new_page()
        self.base, self.scripts = base, scripts
        self.foreign: list[str] = []
        self.broken: list[str] = []
        self.page.on("request", self._watch)
        self.page.on("response", self._judge)
        self.page.on("pageerror", lambda error: self.broken.append(str(error)))
        self.page.on(
            "console",
            lambda message: (
                self.broken.append(message.text) if "Content Security Policy" in message.text else None
            ),
        )

    def _watch(self, request: Any) -> None:
        if not request.url.startswith((self.base, "data:", "about:", "blob:")):
            self.foreign.append(request.url)

    def _judge(self, response: Any) -> None:
        if response.status >= 500:
            self.broken.append(f"{response.status} {response.url}")

    def open(self, path: str) -> Page:
        """Go to a path of the site and look at the page."""
        self.page.goto(self.base + path)
        self.look(path)
        return self.page

    def press(self, name: str, *, exact: bool = True) -> Page:
        """Press the button with this text, and look at where it leads."""
        self.page.get_by_role("button", name=name, exact=exact).first.click()
        self.page.wait_for_load_state()
        self.look(f"press {name}")
        return self.page

    def follow(self, name: str, *, exact: bool = True) -> Page:
        """Follow the link with this text."""
        self.page.get_by_role("link", name=name, exact=exact).first.click()
        self.page.wait_for_load_state()
        self.look(f"follow {name}")
        return self.page

    def look(self, where: str) -> None:
        """What must hold of every page passed: no accessibility violation, no sideways scroll, no foreign host."""
        assert not self.foreign, self.foreign
        assert not self.broken, self.broken
        if not self.scripts:
            return
        found = Axe().run(self.page)
        serious = [(v["id"], [n["target"] for n in v["nodes"]][:3]) for v in found.response["violations"]]
        assert not serious, f"{where} {self.page.url}: {serious}"
        width = self.page.viewport_size["width"]
        assert self.page.evaluate("document.documentElement.scrollWidth") <= width, (
            f"{where} {self.page.url} scrolls sideways"
        )

    def shot(self, name: str) -> None:
        """Keep a picture when SHOTS names a folder."""
        if SHOTS:
            Path(SHOTS).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)

    def log_in(self, username: str, password: str, secret: str = "") -> Page:
        """Through the one login door, with the six digits where a second factor is set up."""
        self.open("/accounts/login/")
        self.page.locator("input[name=login]").fill(username)
        self.page.locator("input[name=password]").fill(password)
        self.press("登录")
        if secret:
            self.page.locator("input[name=code]").fill(six_digits(secret))
            self.press("登录")
        return self.page


def six_digits(secret: str) -> str:
    """The code an authenticator app would show now."""
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


@pytest.fixture
def visitor(browser: Browser, live_server: Any) -> Iterator[Any]:
    """A maker of visitors: `visitor()` at a desk, `visitor(phone=True)` outdoors, `visitor(scripts=False)` without script."""
    opened: list[Visitor] = []

    def make(*, phone: bool = False, scripts: bool = True) -> Visitor:
        one = Visitor(browser, live_server.url, viewport=PHONE if phone else WIDE, scripts=scripts)
        opened.append(one)
        return one

    yield make
    for one in opened:
        one.context.close()


@pytest.fixture
def demo_secret() -> Any:
    """The second factor of a demo account."""
    return totp_secret
