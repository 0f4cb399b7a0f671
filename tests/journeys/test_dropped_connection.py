"""A slow connection that breaks while somebody registers loses no typed character: neither of a volunteer nor of
an organisation. Passwords and ID numbers are kept nowhere."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from partners.models import JoinDraft
from tests.journeys.stage import set_the_stage

pytestmark = [
    pytest.mark.browser,
    pytest.mark.only("sqlite"),
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

# Typed while the connection is slow, and while there is none.
FORMS = {
    "/join/volunteer/": ({"name": "刘思源"}, {"skills": "量血压，会理发，也会修灯"}),
    "/join/agency/": (
        {"name": "清禾社会工作服务中心（虚构）", "uscc": "52430321MJJ000012"},
        {"legal_representative": "蒋清禾", "address": "石潭镇老街 8 号，二楼左手第一间"},
    ),
}
SECRETS = {"password": "清早去古城村看周奶奶"}
NO_TAB = "Storage.prototype.setItem = function () {}"


def connection(one: Any, *, offline: bool = False, latency: int = 0, rate: int = -1) -> None:
    """How the network of this browser is from now on: milliseconds, bytes a second."""
    session = one.context.new_cdp_session(one.page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {"offline": offline, "latency": latency, "downloadThroughput": rate, "uploadThroughput": rate},
    )


def types(one: Any, values: dict[str, str]) -> None:
    """Character after character, as a hand does."""
    for name, value in values.items():
        one.page.locator(f"[name='{name}']").press_sequentially(value, delay=15)


def typed(one: Any, values: dict[str, str]) -> dict[str, str]:
    """What stands in these fields now."""
    return {name: one.page.locator(f"[name='{name}']").input_value() for name in values}


def taken(one: Any) -> bool:
    """Whether the server has taken what this tab kept, within a while."""
    until = time.monotonic() + 20
    while one.page.evaluate("sessionStorage.length") and time.monotonic() < until:
        one.page.wait_for_timeout(200)
    return one.page.evaluate("sessionStorage.length") == 0


def breaks_while_typing(one: Any, path: str) -> dict[str, str]:
    """Slow, then gone, then there again and the page loaded anew; returns what stands in the fields."""
    slow, gone = FORMS[path]
    connection(one, latency=1500, rate=6000)
    types(one, slow)
    one.page.locator("input[name=services] + label").first.click()
    one.page.wait_for_timeout(2500)
    connection(one, offline=True)
    types(one, gone | SECRETS)
    connection(one)
    one.page.reload()
    one.broken.clear()  # the browser told of the requests that the broken connection lost
    return typed(one, slow | gone)


def test_what_was_typed_through_a_broken_connection_is_there_again(visitor: Callable[..., Any]) -> None:
    set_the_stage()
    one = visitor(phone=True)
    for path, (slow, gone) in FORMS.items():
        one.open(path)
        assert breaks_while_typing(one, path) == slow | gone, path
        assert one.page.locator("input[name=services]").first.is_checked()
        assert typed(one, SECRETS) == {"password": ""}
        one.look("after the break")
        assert taken(one), "and the server has it now"
        kept = JoinDraft.objects.get(kind=path.split("/")[2].replace("agency", "organisation")).typed
        assert all(value in kept for value in (slow | gone).values())
        assert SECRETS["password"] not in kept


def test_without_the_tabs_own_memory_the_last_words_would_be_lost(visitor: Callable[..., Any]) -> None:
    set_the_stage()
    one = visitor(phone=True)
    one.context.add_init_script(NO_TAB)
    one.open("/join/volunteer/")
    assert breaks_while_typing(one, "/join/volunteer/")["skills"] == ""
