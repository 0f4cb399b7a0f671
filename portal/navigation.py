"""The tabs of the bar: one table for everybody, each tab with the permission that shows it.

A new page adds one row. `count` says how many things wait for this person, in one query. Only the
first two counts of a person are asked, besides the inbox, so that the bar costs three queries.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.accounts.inbox import unread_count
from portal.permissions.hats import hats, permissions_of

COUNTED = 2


@dataclass(frozen=True)
class Tab:
    """One entry of the bar; shown to people who hold any of `permissions`."""

    label: str | Promise
    route: str
    permissions: tuple[str, ...]
    count: Callable[[Any], int] | None = None


@dataclass(frozen=True)
class ShownTab:
    """The entry as the frame prints it."""

    label: str | Promise
    url: str
    count: int
    current: bool


TABS: tuple[Tab, ...] = (
    Tab(_("住户"), "services:recipients:list", ("services.edit_household", "services.match_need")),
    Tab(_("住户"), "services:recipients:village", ("services.report_need",)),
)


def _mine(user: Any) -> list[Tab]:
    """The rows for this person; of two with one label the first."""
    held = permissions_of(user)
    found: dict[str, Tab] = {}
    for tab in TABS:
        if held.intersection(tab.permissions):
            found.setdefault(str(tab.label), tab)
    return list(found.values())


def tabs(request: HttpRequest) -> list[ShownTab]:
    """What this person's bar shows, with what waits for them."""
    user = request.user
    if not user.is_authenticated:
        return []
    rows = _mine(user)
    counted = [tab for tab in rows if tab.count is not None][:COUNTED]
    entries = [
        (tab.label, reverse(tab.route), tab.count(user) if tab in counted and tab.count else 0)
        for tab in rows
    ]
    entries.append((_("消息"), reverse("portal:inbox"), unread_count(user)))
    inside = [url for _label, url, _count in entries if request.path.startswith(url)]
    here = max(inside, key=len, default="")
    return [ShownTab(label, url, count, url == here) for label, url, count in entries]


def desk_area(request: HttpRequest) -> str:
    """The place or team of the person's first hat."""
    return next((hat.region_name for hat in hats(request.user) if hat.region_name), "")
