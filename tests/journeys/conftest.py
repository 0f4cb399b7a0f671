"""A real browser against a real server. Chromium comes from Debian; without it these tests say so."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa import app_settings as factor_settings
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from portal.management.demo.accounts import totp_secret

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
DESK = {"width": 1366, "height": 768}
SHOTS = os.environ.get("SHOTS", "")


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """Headless Chromium. Playwright's loop runs in this thread, which Django would take for async code."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        launched = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield launched
        launched.close()


class Visitor:
    """One person at one screen: opens pages, and keeps account of what went wrong on the way."""

    def __init__(
        self,
        browser: Browser,
        base: str,
        *,
        viewport: dict[str, int],
        scripts: bool = True,
        place: tuple[float, float] | None = None,
    ) -> None:
        self.context = browser.new_context(
            viewport=viewport, locale="zh-CN", java_script_enabled=scripts, timezone_id="Asia/Shanghai"
        )
        if place:
            self.context.grant_permissions(["geolocation"])
            self.context.set_geolocation({"latitude": place[0], "longitude": place[1], "accuracy": 12})
        self.status = 0
        self.page: Page = self.context.new_page()
        self.base, self.scripts = base, scripts
        self.foreign: list[str] = []
        self.broken: list[str] = []
        self.refused: set[str] = set()
        self.page.on("request", self._watch)
        self.page.on("response", self._judge)
        self.page.on("pageerror", lambda error: self.broken.append(str(error)))
        self.page.on("console", self._listen)

    def _watch(self, request: Any) -> None:
        if not request.url.startswith((self.base, "data:", "about:", "blob:")):
            self.foreign.append(request.url)

    def _judge(self, response: Any) -> None:
        if response.request.is_navigation_request():
            self.status = response.status
            if 400 <= response.status < 500:
                self.refused.add(response.url)
        if response.status >= 500:
            self.broken.append(f"{response.status} {response.url}")

    def _listen(self, message: Any) -> None:
        """An error in the console is a fault; that a refused form answers 422 is none."""
        refused = message.location.get("url", "").split("#")[0] in self.refused
        if message.type == "error" and not (refused and "Failed to load resource" in message.text):
            self.broken.append(f"{message.text} ({message.location.get('url')})")

    def open(self, path: str) -> Page:
        """Go to a path of the site and look at the page."""
        self.page.goto(self.base + path)
        self.look(path)
        return self.page

    def press(self, name: str, *, exact: bool = True) -> Page:
        """Press the button with this text, and look at where it leads."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name, exact=exact).first.click()
        self.look(f"press {name}")
        return self.page

    def follow(self, name: str, *, exact: bool = True) -> Page:
        """Follow the link with this text."""
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=name, exact=exact).first.click()
        self.look(f"follow {name}")
        return self.page

    def fill(self, **values: str) -> None:
        """Type into fields by their names."""
        for name, value in values.items():
            self.page.locator(f"[name='{name}']").fill(value)

    def select(self, name: str, value: str) -> None:
        """Choose from a list."""
        self.page.locator(f"select[name='{name}']").select_option(value)

    def choose(self, name: str, *values: str) -> None:
        """Tick these choices by clicking what a person sees: the label."""
        for value in values:
            self._tick(self.page.locator(f"input[name='{name}'][value='{value}']"))

    def tick(self, name: str) -> None:
        """Tick a single box."""
        self._tick(self.page.locator(f"input[name='{name}'][type=checkbox]"))

    def _tick(self, box: Any) -> None:
        label = self.page.locator(f"label[for='{box.get_attribute('id')}']")
        # A box that lies unseen over its whole label takes the finger itself.
        size = box.bounding_box()
        over = bool(size) and size["width"] > 40
        (label if label.count() and not over else box).click()
        assert box.is_checked(), "the label does not tick its box"

    def day(self, name: str, day: Any) -> None:
        """A date into its three boxes."""
        self.fill(
            **{f"{name}_year": str(day.year), f"{name}_month": str(day.month), f"{name}_day": str(day.day)}
        )

    def says(self, *words: str) -> None:
        """Each of these words stands on the page."""
        text = self.page.locator("body").inner_text()
        for word in words:
            assert word in text, f"{word!r} is not on {self.page.url}: {text[:1500]}"

    def silent(self, *words: str) -> None:
        """None of these is in the source of the page."""
        source = self.page.content()
        for word in words:
            assert word not in source, f"{word!r} is on {self.page.url}"

    def knocks(self, path: str) -> int:
        """The status that a plain GET of a path answers with in this person's session, redirects not followed."""
        return self.context.request.get(self.base + path, max_redirects=0).status

    def look(self, where: str) -> None:
        """What must hold of every page passed: no accessibility violation, no sideways scroll, no foreign host."""
        self.fits(where)
        # The editor's pages are Wagtail's own.
        if not self.scripts or self.page.url.startswith(f"{self.base}/cms/"):
            return
        found = Axe().run(self.page)
        serious = [(v["id"], [n["target"] for n in v["nodes"]][:3]) for v in found.response["violations"]]
        assert not serious, f"{where} {self.page.url}: {serious}"

    def fits(self, where: str) -> None:
        """No sideways scroll, no foreign host, no fault told by server or console."""
        assert not self.foreign, self.foreign
        assert not self.broken, self.broken
        if self.scripts:
            wide = self.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= self.page.viewport_size["width"], f"{where} {self.page.url} scrolls sideways"

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
            self.press("确认")
        return self.page


def six_digits(secret: str) -> str:
    """The code an authenticator app shows now; the site takes it for another half minute."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // factor_settings.TOTP_PERIOD))


@pytest.fixture
def visitor(browser: Browser, live_server: Any) -> Iterator[Any]:
    """A maker of visitors: at a screen, with `phone=True` outdoors, with `desk=True` at an office's own machine,
    with `scripts=False` without script."""
    opened: list[Visitor] = []

    def make(*, phone: bool = False, desk: bool = False, **more: Any) -> Visitor:
        size = PHONE if phone else DESK if desk else WIDE
        one = Visitor(browser, live_server.url, viewport=size, **more)
        opened.append(one)
        return one

    yield make
    for one in opened:
        one.context.close()


@pytest.fixture
def demo_secret() -> Any:
    """The second factor of a demo account."""
    return totp_secret
