"""What is not known stays not known: proved over random partial answers and random refinements."""

from dataclasses import asdict, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.rules.eligibility import RULES
from content.rules.facts import Facts, Span
from content.rules.figures import Figure, Figures
from content.rules.judging import answers, judge
from content.rules.logic import (
    Answer,
    Condition,
    Every,
    Not,
    Some,
    Worded,
    every,
    fact,
    known,
    nodes_of,
    some,
)
from content.rules.questions import QUESTIONS, facts_of

DAY = date(2026, 11, 28)
YES, NO, UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN
PLAIN = [name for name in asdict(Facts()) if name not in ("age", "income")]
AGES = {"elder_age": 60, "minor_age": 18}
MONEY = {"dibao_rural": 60000, "dibao_urban": 70000}


def figures(amounts):
    """Figures of these amounts."""
    return Figures({kind: Figure(amount, DAY) for kind, amount in amounts.items()})


@st.composite
def spans(draw, most):
    """A number known more or less, or not at all."""
    low, width = draw(st.integers(0, most)), draw(st.none() | st.integers(0, most))
    return draw(st.sampled_from([None, Span(low, None if width is None else low + width)]))


@st.composite
def partial(draw):
    """Somebody of whom some things are known."""
    told = {name: draw(st.sampled_from([None, True, False])) for name in PLAIN}
    return Facts(age=draw(spans(110)), income=draw(spans(100_000)), **told)


@st.composite
def narrower(draw, span, most):
    """The same number, known no worse."""
    low, high = (span.low, span.high) if span else (0, None)
    start = draw(st.integers(low, high if high is not None else max(low, most)))
    end = draw(st.integers(start, high) if high is not None else st.none() | st.integers(start, start + most))
    return draw(st.sampled_from([span, Span(start, end)]))


@st.composite
def refined(draw, facts):
    """The same person after further answers: nothing known is said differently."""
    more = {name: draw(st.sampled_from([True, False])) for name in PLAIN if getattr(facts, name) is None}
    chosen = {name: value for name, value in more.items() if draw(st.booleans())}
    return replace(
        facts, age=draw(narrower(facts.age, 110)), income=draw(narrower(facts.income, 100_000)), **chosen
    )


SOME_FIGURES = st.sampled_from([figures(AGES), figures(AGES | MONEY), figures(MONEY), figures({})])


@given(st.data(), SOME_FIGURES)
def test_a_further_answer_never_turns_a_yes_or_a_no(data, held):
    facts = data.draw(partial())
    before, after = answers(facts, held, DAY), answers(data.draw(refined(facts)), held, DAY)
    assert {code: after[code] for code, said in before.items() if said != UNKNOWN} == {
        code: said for code, said in before.items() if said != UNKNOWN
    }


@given(st.data())
def test_entering_a_standard_never_turns_a_yes_or_a_no(data):
    facts = data.draw(partial())
    before, after = answers(facts, figures(AGES), DAY), answers(facts, figures(AGES | MONEY), DAY)
    assert all(after[code] == said for code, said in before.items() if said != UNKNOWN)


@pytest.mark.parametrize("held", [{}, AGES, AGES | MONEY])
def test_missing_answers_alone_never_give_a_no_nor_a_yes(held):
    assert set(answers(Facts(), figures(held), DAY).values()) == {UNKNOWN}


@given(st.data())
def test_leaving_out_any_answers_of_the_self_check_never_makes_a_no(data):
    whole = {question.step: (data.draw(st.sampled_from(sorted(question.codes))),) for question in QUESTIONS}
    kept = {step: whole[step] for step in whole if data.draw(st.booleans())}
    held = figures(AGES | MONEY)
    full, part = (answers(facts_of(given, held), held, DAY) for given in (whole, kept))
    assert all(full[code] == NO for code, said in part.items() if said == NO)
    assert all(full[code] == YES for code, said in part.items() if said == YES)


def test_the_promise_breaks_for_a_rule_that_takes_the_missing_for_a_no():
    careless = Condition(lambda facts, held: known(bool(facts.tekun)))
    assert careless.answer(Facts(), figures({})) == NO  # what the properties above would find


def test_rules_are_built_of_nothing_but_these_pieces():
    kinds = {type(node) for rule in RULES for node in nodes_of(rule.condition)}
    assert kinds <= {Condition, Every, Some, Not, Worded}


@pytest.mark.parametrize(
    ("one", "other", "both", "either"),
    [
        (True, True, YES, YES),
        (True, False, NO, YES),
        (True, None, UNKNOWN, YES),
        (False, False, NO, NO),
        (False, None, NO, UNKNOWN),
        (None, None, UNKNOWN, UNKNOWN),
    ],
)
def test_and_and_or_of_what_is_not_known(one, other, both, either):
    facts, held = Facts(tekun=one, dibao=other), figures({})
    assert every(fact("tekun"), fact("dibao")).answer(facts, held) == both
    assert some(fact("tekun"), fact("dibao")).answer(facts, held) == either
    assert Not(every(fact("tekun"), fact("dibao"))).answer(facts, held) == {YES: NO, NO: YES}.get(
        both, UNKNOWN
    )


@given(partial(), SOME_FIGURES)
def test_every_answer_has_a_reason_of_its_own_kind(facts, held):
    for each in judge(facts, held, DAY):
        assert each.answer in {reason.answer for reason in each.reasons}, each
        assert each.answer != NO or {reason.answer for reason in each.reasons} == {NO}, each
        assert "%(" not in "".join(reason.words for reason in each.reasons)


@pytest.mark.parametrize("day", [date(2021, 11, 14), date(2021, 11, 15)])
def test_a_rule_holds_from_its_day(day):
    assert bool(answers(Facts(), figures(AGES), day)) is (day >= date(2021, 11, 15))


def test_no_help_has_two_rules_on_one_day():
    spans = sorted((rule.code, rule.valid_from, rule.valid_to) for rule in RULES)
    assert not [
        (one, other)
        for one, other in zip(spans, spans[1:], strict=False)
        if one[0] == other[0] and other[1] < one[2]
    ]


def test_an_impossible_span_is_no_span():
    with pytest.raises(ValueError, match="ends"):
        Span(5, 4)
