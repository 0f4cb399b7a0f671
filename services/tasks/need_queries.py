"""Reads for the pages of needs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, QuerySet

from portal.base.deadlines import TimeLeft, time_left
from services.recipients.listing import lines
from services.tasks.models import Need, NeedState

WAITING = (NeedState.TO_VERIFY, NeedState.TO_MATCH)


@dataclass(frozen=True)
class NeedLine:
    """One need of a list, with its household's name as the reader may see it."""

    need: Need
    name: str
    left: TimeLeft | None


@dataclass(frozen=True)
class Tab:
    """One state of the list, with its count."""

    label: str
    url: str
    count: int
    current: bool
    hot: bool


def by_deadline(rows: QuerySet[Need]) -> QuerySet[Need]:
    """Soonest first, with what a line shows."""
    rows = rows.select_related("household__region__parent", "household__township")
    return rows.order_by("due_at", "pk")


def need_lines(user: Any, needs: list[Need], now: datetime) -> list[NeedLine]:
    """The needs of a page; only those that wait for a step have a deadline."""
    named = {line.household.pk: line.name for line in lines(user, [need.household for need in needs])}
    return [
        NeedLine(
            need, named[need.household_id], time_left(need.due_at, now) if need.state in WAITING else None
        )
        for need in needs
    ]


def state_tabs(rows: QuerySet[Need], current: str, kept: dict[str, str]) -> list[Tab]:
    """A tab for each state, counted in one query; `kept` is the filter that goes along."""
    counts = dict(rows.order_by().values_list("state").annotate(Count("pk")))
    return [
        Tab(
            label=str(NeedState(state).label),
            url="?" + urlencode({"state": state} | kept),
            count=counts.get(state, 0),
            current=state == current,
            hot=state in WAITING and bool(counts.get(state)),
        )
        for state in NeedState.values
    ]
