"""What waits for me: a table of providers, one row for each kind of work, read in one query each.

Kinds that may wait some days are only counted, all of them in one query.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet, Window
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise

from portal.base.counts import counts_of
from portal.base.deadlines import TimeLeft, time_left
from portal.permissions.hats import permissions_of
from services.recipients.listing import lines

SHOWN = 5


@dataclass(frozen=True)
class Item:
    """One thing that waits."""

    title: str
    sub: str = ""
    url: str = ""
    due_at: datetime | None = None
    left: TimeLeft | None = None
    urgent: bool = False


@dataclass(frozen=True)
class Provider:
    """One kind of work: who does it, which rows wait (soonest first), how a row reads, where the list is.

    `rows(user, now)` starts from what the person may see. `item(row, names)` makes the line; `names`
    is the name of each household (by pk) as this person may see it in a list.
    """

    key: str
    title: str | Promise
    nothing: str | Promise
    permissions: tuple[str, ...]
    rows: Callable[[Any, datetime], QuerySet]
    item: Callable[[Any, dict[int, str]], Item]
    household: Callable[[Any], Any] | None = None
    route: str = ""


@dataclass(frozen=True)
class Counted:
    """One kind of work that may wait some days: no box, but a line with its number."""

    key: str
    title: str | Promise
    nothing: str | Promise
    permissions: tuple[str, ...]
    rows: Callable[[Any, datetime], QuerySet]
    route: str


@dataclass(frozen=True)
class Section:
    """One box of the desk."""

    key: str
    title: str | Promise
    nothing: str | Promise
    count: int
    items: list[Item]
    url: str


_providers: list[Provider] = []
_counted: list[Counted] = []


def register_provider(provider: Provider) -> None:
    """Add a kind of work to the desk; called once for each, in the order of the page."""
    if all(each.key != provider.key for each in _providers):
        _providers.append(provider)


def register_counted(kind: Counted) -> None:
    """Add a line to the desk; called once for each, in the order of the page."""
    if all(each.key != kind.key for each in _counted):
        _counted.append(kind)


def known_providers() -> tuple[Provider, ...]:
    """Every kind of work, in the order of the page."""
    return tuple(_providers)


def link(route: str, *args: Any) -> str:
    """The address of a page of another room; empty while that room has none."""
    try:
        return reverse(route, args=args)
    except NoReverseMatch:
        return ""


def sections_for(user: Any, now: datetime) -> list[Section]:
    """The boxes of this person's desk."""
    held = permissions_of(user)
    return [_section(each, user, now) for each in _providers if held & set(each.permissions)]


def lines_for(
    user: Any, now: datetime, beside: Sequence[QuerySet[Any]] = ()
) -> tuple[list[Section], list[int]]:
    """The work that may wait some days: how much of each kind; all counted in one query, with what is `beside`."""
    held = permissions_of(user)
    mine = [each for each in _counted if held & set(each.permissions)]
    counts = counts_of([*(each.rows(user, now) for each in mine), *beside])
    lines = [
        Section(each.key, each.title, each.nothing, count, [], link(each.route))
        for each, count in zip(mine, counts, strict=False)
    ]
    return lines, counts[len(mine) :]


def _section(provider: Provider, user: Any, now: datetime) -> Section:
    counted = provider.rows(user, now).annotate(waiting_in_all=Window(Count("pk")))
    rows = list(counted[:SHOWN])
    names: dict[int, str] = {}
    if provider.household is not None:
        households = {row.pk: provider.household(row) for row in rows}
        names = {line.household.pk: line.name for line in lines(user, [h for h in households.values() if h])}
    items = [_with_time(provider.item(row, names), now) for row in rows]
    return Section(
        key=provider.key,
        title=provider.title,
        nothing=provider.nothing,
        count=rows[0].waiting_in_all if rows else 0,
        items=items,
        url=link(provider.route) if provider.route else "",
    )


def _with_time(item: Item, now: datetime) -> Item:
    if item.due_at is None:
        return item
    return Item(item.title, item.sub, item.url, item.due_at, time_left(item.due_at, now), item.urgent)
