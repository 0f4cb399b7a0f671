"""The result of a self-check as its page shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from content.pages import plain_words
from content.pages.plain_words import PlainWords
from content.rules.citing import Citation, Library
from content.rules.figures import Figure, Figures, in_yuan
from content.rules.judging import Judgement, judge
from content.rules.keeping import TOWN
from content.rules.logic import Answer
from content.rules.models import StandardKind
from content.rules.questions import QUESTIONS, facts_of, words_of
from partners.memberships import who
from partners.network.queries import townships


@dataclass(frozen=True)
class Amount:
    """A standard in words, with its paper."""

    name: str
    amount: str
    figure: Figure


@dataclass(frozen=True)
class Shown:
    """One kind of help on the page."""

    judgement: Judgement
    citations: list[Citation]
    amounts: list[Amount]
    guide: PlainWords | None


def amounts_of(kinds: tuple[str, ...], figures: Figures) -> list[Amount]:
    """The standards that the county has entered, in words; none is made up."""
    return [
        Amount(str(StandardKind(kind).label), in_yuan(figures.known[kind].amount), figures.known[kind])
        for kind in kinds
        if kind in figures.known
    ]


def result_of(
    request: HttpRequest, answers: Mapping[str, tuple[str, ...]], figures: Figures, today: date
) -> dict[str, Any]:
    """The three groups, the answers as they were given, and the office of the township."""
    judged = judge(facts_of(answers, figures), figures, today)
    library = Library(request, [clause for each in judged for clause in each.rule.clauses])
    guides = plain_words.of_help(request)
    groups: dict[Answer, list[Shown]] = {answer: [] for answer in Answer}
    for each in judged:
        groups[each.answer].append(
            Shown(
                each,
                library.cite_all(each.rule.clauses),
                amounts_of(each.rule.standards, figures),
                guides.get(each.rule.code),
            )
        )
    region = townships().filter(code__in=answers.get(TOWN, ())).first()
    return {
        "likely": groups[Answer.YES],
        "perhaps": groups[Answer.UNKNOWN],
        "unlikely": groups[Answer.NO],
        "region": region,
        "office": who.office_of(region) if region else None,
        "today": today,
        "given": [
            {
                "question": question,
                "words": words_of(question, answers, figures),
                "url": reverse("check_question", args=[question.step]),
            }
            for question in QUESTIONS
        ],
    }
