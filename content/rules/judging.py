"""What the rules of a day say of somebody. One way for the self-check, the guides, the register and settlement."""

from dataclasses import dataclass
from datetime import date

from content.rules.eligibility import Rule, rules_on
from content.rules.facts import Facts
from content.rules.figures import Figures
from content.rules.logic import Answer, Reason


@dataclass(frozen=True)
class Judgement:
    """One kind of help: what the rule says and why."""

    rule: Rule
    answer: Answer
    reasons: tuple[Reason, ...]


def answers(facts: Facts, figures: Figures, on: date) -> dict[str, Answer]:
    """Code of the help -> answer, without reasons: for many people at once."""
    return {rule.code: rule.condition.answer(facts, figures) for rule in rules_on(on)}


def judge(facts: Facts, figures: Figures, on: date) -> list[Judgement]:
    """Every kind of help with its answer and its reasons, each sentence once."""
    return [
        Judgement(
            rule,
            rule.condition.answer(facts, figures),
            tuple(dict.fromkeys(rule.condition.reasons(facts, figures))),
        )
        for rule in rules_on(on)
    ]
