"""Yes, no, and not known: rules are put together from conditions, and what is not known stays not known.

This is Kleene's logic. Whatever is built of it keeps two promises: an answer that is missing never makes a no,
and a further answer never turns a yes into a no or a no into a yes. So there is no other way to build a rule.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from django.utils.functional import Promise

from content.rules.facts import Facts
from content.rules.figures import Figures

Words = str | Promise


class Answer(StrEnum):
    """What a rule says."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


def known(fact: bool | None) -> Answer:
    """A plain fact; None is not known."""
    if fact is None:
        return Answer.UNKNOWN
    return Answer.YES if fact else Answer.NO


def opposite(answer: Answer) -> Answer:
    """Not; of what is not known, not known."""
    return {Answer.YES: Answer.NO, Answer.NO: Answer.YES}.get(answer, Answer.UNKNOWN)


@dataclass(frozen=True)
class Reason:
    """One thing that speaks for, against, or has to be asked."""

    answer: Answer
    words: str


class Node(Protocol):
    """A piece of a rule."""

    def answer(self, facts: Facts, figures: Figures) -> Answer:
        """What it says."""

    def reasons(self, facts: Facts, figures: Figures) -> Iterator[Reason]:
        """Why, in sentences."""


@dataclass(frozen=True)
class Condition:
    """A single question to the facts, with the sentence for each answer; an empty sentence is not shown."""

    test: Callable[[Facts, Figures], Answer]
    yes: Words = ""
    no: Words = ""
    unknown: Words = ""

    def answer(self, facts: Facts, figures: Figures) -> Answer:
        """What the test says."""
        return self.test(facts, figures)

    def reasons(self, facts: Facts, figures: Figures) -> Iterator[Reason]:
        """The sentence for this answer, with the figures of the day filled in."""
        answer = self.answer(facts, figures)
        words = {Answer.YES: self.yes, Answer.NO: self.no}.get(answer, self.unknown)
        if words:
            yield Reason(answer, str(words) % figures.words())


@dataclass(frozen=True)
class Every:
    """All of the parts must hold."""

    parts: tuple[Node, ...]

    def answer(self, facts: Facts, figures: Figures) -> Answer:
        """No as soon as one says no; yes when all say yes."""
        said = {part.answer(facts, figures) for part in self.parts}
        if Answer.NO in said:
            return Answer.NO
        return Answer.UNKNOWN if Answer.UNKNOWN in said else Answer.YES

    def reasons(self, facts: Facts, figures: Figures) -> Iterator[Reason]:
        """A no is explained by what says no; else everything counts."""
        decided = self.answer(facts, figures)
        for part in self.parts:
            if decided != Answer.NO or part.answer(facts, figures) == Answer.NO:
                yield from part.reasons(facts, figures)


@dataclass(frozen=True)
class Some:
    """One of the parts is enough."""

    parts: tuple[Node, ...]

    def answer(self, facts: Facts, figures: Figures) -> Answer:
        """Yes as soon as one says yes; no when all say no."""
        said = {part.answer(facts, figures) for part in self.parts}
        if Answer.YES in said:
            return Answer.YES
        return Answer.UNKNOWN if Answer.UNKNOWN in said else Answer.NO

    def reasons(self, facts: Facts, figures: Figures) -> Iterator[Reason]:
        """Only what has the answer of the whole: a yes beside it needs no excuse."""
        decided = self.answer(facts, figures)
        for part in self.parts:
            if part.answer(facts, figures) == decided:
                yield from part.reasons(facts, figures)


@dataclass(frozen=True)
class Worded:
    """A larger piece that is explained in one sentence of its own.

    `opens`: where nobody has answered yet, its parts are told instead (`telling`).
    """

    inner: Node
    yes: Words = ""
    no: Words = ""
    unknown: Words = ""
    opens: bool = False

    def answer(self, facts: Facts, figures: Figures) -> Answer:
        """What the piece says."""
        return self.inner.answer(facts, figures)

    def reasons(self, facts: Facts, figures: Figures) -> Iterator[Reason]:
        """The one sentence."""
        return Condition(self.inner.answer, self.yes, self.no, self.unknown).reasons(facts, figures)


@dataclass(frozen=True)
class Not:
    """The opposite; what it says is put in words around it."""

    inner: Node

    def answer(self, facts: Facts, figures: Figures) -> Answer:
        """Yes where the piece says no."""
        return opposite(self.inner.answer(facts, figures))

    def reasons(self, facts: Facts, figures: Figures) -> Iterator[Reason]:
        """None: reasons of the piece would speak for the contrary."""
        return iter(())


def every(*parts: Node) -> Every:
    """All of these."""
    return Every(parts)


def some(*parts: Node) -> Some:
    """Any of these."""
    return Some(parts)


def fact(name: str, yes: Words = "", no: Words = "", unknown: Words = "") -> Condition:
    """A yes-or-no fact by its name."""

    def test(facts: Facts, figures: Figures) -> Answer:
        return known(getattr(facts, name))

    return Condition(test, yes, no, unknown)


def asked_at_the_window(words: Words) -> Condition:
    """Something that no answer here can settle: always not known, with what will be looked at."""

    def test(facts: Facts, figures: Figures) -> Answer:
        return Answer.UNKNOWN

    return Condition(test, unknown=words)


def nodes_of(node: Any) -> Iterator[Any]:
    """The piece and everything inside it."""
    yield node
    for part in getattr(node, "parts", ()) or ([node.inner] if hasattr(node, "inner") else ()):
        yield from nodes_of(part)
