"""How many households a proposed standard would change, as far as the register knows.

A household changes if a published rule says something else of one of its people, if the sum by which it is supported
is another, or if somebody in tekun support falls on the other side of an age. Counted by the system in a job; the count says how many, never who.
"""

from collections.abc import Iterator
from typing import Any

from content.rules.queries import Facts, Figures, Step, answers, register_count
from services.casework.rule_facts import facts_of_people
from services.recipients.models import Household, HouseholdState

AT_ONCE = 500
TOWNSHIP_DIGITS = 9


def households_changed(step: Step) -> int:
    """The number of active households in the area that the step touches; three queries for each 500."""
    judge = _Judge(step)
    return sum(
        judge.touches(household, people)
        for chunk in _chunks(step)
        for household, people in _with_people(chunk, step)
    )


def register_effect() -> None:
    """Called once by the app's `ready`."""
    register_count(households_changed)


def _chunks(step: Step) -> Iterator[list[Household]]:
    rows = Household.objects.filter(state=HouseholdState.ACTIVE, region__code__startswith=step.area)
    last = 0
    while chunk := list(rows.filter(pk__gt=last).select_related("region").order_by("pk")[:AT_ONCE]):
        yield chunk
        last = chunk[-1].pk


def _with_people(chunk: list[Household], step: Step) -> Iterator[tuple[Household, list[Facts]]]:
    people = facts_of_people(chunk, step.on)
    return ((household, people[household.pk]) for household in chunk)


class _Judge:
    """Compares before and after; the same facts in the same township are judged once."""

    def __init__(self, step: Step) -> None:
        self.step = step
        self.figures: dict[str, tuple[Figures, Figures]] = {}
        self.differs: dict[tuple[str, Facts], bool] = {}

    def touches(self, household: Any, people: list[Facts]) -> bool:
        """Whether anything of this household would be another."""
        place = household.region.code[:TOWNSHIP_DIGITS]
        if place not in self.figures:
            self.figures[place] = self.step.figures(place)
        before, after = (each.amount(self.step.kind) for each in self.figures[place])
        if before == after:
            return False
        return any(
            paid_by(self.step.kind, facts, household.self_care)
            or crosses(self.step.kind, facts, before, after)
            or self._judged_otherwise(place, facts)
            for facts in people
        )

    def _judged_otherwise(self, place: str, facts: Facts) -> bool:
        key = (place, facts)
        if key not in self.differs:
            before, after = self.figures[place]
            self.differs[key] = answers(facts, before, self.step.on) != answers(facts, after, self.step.on)
        return self.differs[key]


def paid_by(kind: str, facts: Facts, self_care: str) -> bool:
    """Whether this standard is the one by which somebody is supported now."""
    scheme, _, which = kind.partition("_")
    if scheme == "care":
        return facts.tekun is True and which == self_care
    if scheme in {"dibao", "tekun"}:
        held = facts.dibao if scheme == "dibao" else facts.tekun
        return held is True and facts.rural is (which == "rural")
    return False


def crosses(kind: str, facts: Facts, before: int | None, after: int | None) -> bool:
    """Whether the age of somebody in tekun support lies on the other side of the limit than before."""
    if not kind.endswith("_age") or facts.tekun is not True or facts.age is None:
        return False
    sides = [None if limit is None else facts.age.at_least(limit) for limit in (before, after)]
    return sides[0] != sides[1]
