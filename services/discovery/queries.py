"""Reads for the pages: what was found, with what speaks for it as the file says now."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import QuerySet

from content.rules.queries import Answer, Facts, Figures, Judgement, figures_by_area, judge
from portal.base.privacy import mask_name
from services.casework.rule_effect import TOWNSHIP_DIGITS
from services.casework.rule_facts import facts_by_person
from services.discovery.access import discoveries_of
from services.discovery.missing import without_health
from services.discovery.models import Discovery, DiscoveryState
from services.recipients.listing import in_clear

HOME = ("household__region__parent", "household__township", "person")


@dataclass(frozen=True)
class Tab:
    """One part of the list."""

    label: str
    url: str
    count: int
    current: bool
    hot: bool


@dataclass
class Line:
    """A person who may be missing a help."""

    row: Discovery
    name: str
    speaks: list[str] = field(default_factory=list)
    to_ask: list[str] = field(default_factory=list)
    more: bool = False  # something speaks for it that is not told to this reader
    clauses: list[str] = field(default_factory=list)


def tabs_and_rows(user: Any, state: str) -> tuple[list[Tab], QuerySet[Discovery], str]:
    """The tabs, the rows of the chosen one, and its name."""
    rows = discoveries_of(user)
    chosen = state if state in DiscoveryState.values else DiscoveryState.OPEN.value
    tabs = [
        Tab(
            str(name.label),
            f"?state={name.value}",
            rows.filter(state=name).count(),
            chosen == name.value,
            name == DiscoveryState.OPEN,
        )
        for name in DiscoveryState
    ]
    found = rows.filter(state=chosen).select_related(*HOME)
    return tabs, found.order_by("-likely", "household__region__path", "pk"), chosen


def told(user: Any, rows: list[Discovery], on: date) -> list[Line]:
    """The rows with the rule's own words, in a number of queries that does not grow with them."""
    households = {row.household.pk: row.household for row in rows}
    facts = dict(pair for people in facts_by_person(households.values(), on).values() for pair in people)
    figures = figures_by_area(on)
    return [_line(user, row, facts.get(row.person_id), figures(_place(row)), on) for row in rows]


def _place(row: Discovery) -> str:
    return str(row.household.region.code[:TOWNSHIP_DIGITS])


def _line(user: Any, row: Discovery, facts: Facts | None, figures: Figures, on: date) -> Line:
    """Where the reader sees names in full the reasons show in full; elsewhere what tells of body or mind does not."""
    clear = in_clear(user, row.household)
    line = Line(row, row.person.name if clear else mask_name(row.person.name))
    if facts is None:
        return line
    whole = _of(row.help, judge(facts, figures, on))
    if whole is None:
        return line
    line.clauses = [f"{clause.document} {clause.label}" for clause in whole.rule.clauses]
    told = whole if clear else _of(row.help, judge(without_health(facts), figures, on))
    reasons = told.reasons if told else ()
    line.speaks = [reason.words for reason in reasons if reason.answer == Answer.YES]
    line.to_ask = [reason.words for reason in reasons if reason.answer == Answer.UNKNOWN]
    line.more = any(reason.answer == Answer.YES and reason not in reasons for reason in whole.reasons)
    return line


def _of(code: str, found: list[Judgement]) -> Judgement | None:
    return next((each for each in found if each.rule.code == code), None)
