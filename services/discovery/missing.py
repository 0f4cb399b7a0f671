"""Which published help somebody may be missing: the rule does not say no, something speaks for it, it is not on file.

Only help whose receipt this platform records is looked for. Of the rest (medical, schooling, housing, work, law …)
the register does not know whether somebody has it, and asking everybody for everything would bury what counts.
Unknown is an answer: what is only asked at the window makes nobody likely and nobody unlikely.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from django.conf import settings
from django.utils import translation

from content.rules.queries import Answer, Facts, Figures, Judgement, judge
from services.intake.models import Trouble

# What tells of somebody's body or mind; a list shows that there is such a record, not what it says.
HEALTH = ("incapable", "severe", "disabled", "ill")


@dataclass(frozen=True)
class OnFile:
    """What this platform itself records of a person's help, beside the facts that rules read."""

    child: bool = False  # an orphan's, an unattended child's or a child in difficulty's category
    cared_for: bool = False  # a need of the household that is not ended


@dataclass(frozen=True)
class Wanted:
    """A help that is looked for: when it is on file already, and as what trouble it is reported."""

    on_file: Callable[[Facts, OnFile], bool]
    trouble: str


LOOKED_FOR: Mapping[str, Wanted] = {
    "tekun": Wanted(lambda facts, kept: facts.tekun is True, Trouble.CARE),
    "dibao": Wanted(lambda facts, kept: facts.dibao is True or facts.tekun is True, Trouble.LIVING),
    "dibao_single": Wanted(lambda facts, kept: facts.dibao is True or facts.tekun is True, Trouble.ILLNESS),
    "home_care": Wanted(lambda facts, kept: kept.cared_for, Trouble.CARE),
    "child": Wanted(lambda facts, kept: kept.child or facts.tekun is True, Trouble.LIVING),
}


@dataclass(frozen=True)
class Missing:
    """One help that may be missing. `likely`: the rule says yes; else it does not know all."""

    help: str
    likely: bool
    mark: str


def missing(facts: Facts, kept: OnFile, figures: Figures, on: date) -> tuple[Missing, ...]:
    """The help this person may be missing, with a mark of the rule and its reasons."""
    return tuple(
        Missing(found.rule.code, found.answer == Answer.YES, mark_of(found))
        for found in speaking_for(facts, figures, on)
        if not LOOKED_FOR[found.rule.code].on_file(facts, kept)
    )


def speaking_for(facts: Facts, figures: Figures, on: date) -> Iterable[Judgement]:
    """What the rules say of the help that is looked for, where something speaks for it and nothing against."""
    with translation.override(settings.LANGUAGE_CODE):
        return tuple(
            found
            for found in judge(facts, figures, on)
            if found.rule.code in LOOKED_FOR
            and found.answer != Answer.NO
            and any(reason.answer == Answer.YES for reason in found.reasons)
        )


def mark_of(found: Judgement) -> str:
    """The same rule with the same answer for the same reasons has the same mark, whatever the exact age."""
    said = sorted(f"{reason.answer} {reason.words}" for reason in found.reasons)
    whole = "\n".join([found.rule.code, found.rule.valid_from.isoformat(), found.answer, *said])
    return hashlib.sha256(whole.encode()).hexdigest()


def without_health(facts: Facts) -> Facts:
    """The facts as a list may tell of them."""
    return replace(facts, **dict.fromkeys(HEALTH))


class Judge:
    """Judges many people; the same facts at the same place are judged once."""

    def __init__(self, on: date, figures: Callable[[str], Figures]) -> None:
        self.on = on
        self.figures = lru_cache(maxsize=None)(figures)
        self.missing = lru_cache(maxsize=50_000)(self._missing)

    def _missing(self, place: str, facts: Facts, kept: OnFile) -> tuple[Missing, ...]:
        return missing(facts, kept, self.figures(place), self.on)
