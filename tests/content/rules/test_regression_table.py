"""The table a policy officer reads (`tests/data/self-check.csv`): described households, answers, what to expect."""

import csv
import re
from datetime import date

import pytest

from content.rules.eligibility import RULES
from content.rules.figures import Figure, Figures
from content.rules.judging import judge
from content.rules.logic import Answer
from content.rules.questions import BY_STEP, QUESTIONS, facts_of, options_of
from tests.architecture.reading import ROOT

DAY = date(2026, 11, 28)
NAMES = {
    "特困": "tekun", "低保": "dibao", "单人户": "dibao_single", "上门照料": "home_care", "医疗": "medical", "教育": "education",
    "危房改造": "housing_repair", "公租房": "housing_rent", "就业": "employment", "受灾": "disaster", "急难": "emergency",
    "支出": "expense", "儿童": "child", "残疾": "disabled", "法律": "legal", "交通": "traffic", "水电减免": "bills", "流浪": "homeless",
}  # fmt: skip
GROUPS = {"很可能符合": Answer.YES, "要问窗口": Answer.UNKNOWN, "现在看不符合": Answer.NO}
AGES = {"elder_age": 60, "minor_age": 18}


def table():
    """The rows, with the words of the questions as heads."""
    with (ROOT / "tests" / "data" / "self-check.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def figures_of(row):
    """The ages of the county, and the standards that the row supposes."""
    supposed = {
        "dibao_rural": row["假设的农村低保标准（元/月）"],
        "dibao_urban": row["假设的城市低保标准（元/月）"],
    }
    fen = {kind: int(yuan) * 100 for kind, yuan in supposed.items() if yuan}
    return Figures({kind: Figure(amount, date(2021, 11, 15)) for kind, amount in (AGES | fen).items()})


def answers_of(row):
    """The codes behind the words of the row."""
    found = {}
    for question in QUESTIONS:
        by_words = {str(option.words): option.code for option in question.options}
        found[question.step] = tuple(by_words[words] for words in row[str(question.name)].split("；"))
    return found


def expected_of(row):
    """Help -> group and the items of the plan."""
    found = {}
    for head, cell in row.items():
        group = GROUPS.get(head.partition("（")[0])
        for name, items in re.findall(r"(\w+)（([\d、]+)）", cell) if group else ():
            assert NAMES[name] not in found, name
            found[NAMES[name]] = (group, tuple(items.split("、")))
    return found


ROWS = table()


@pytest.mark.parametrize("row", ROWS, ids=[f"{row['编号']} {row['情况']}" for row in ROWS])
def test_a_household_of_the_table_gets_what_the_table_says(row):
    figures, answers = figures_of(row), answers_of(row)
    got = {
        each.rule.code: (
            each.answer,
            tuple(c.anchor.removeprefix("item") for c in each.rule.clauses if c.anchor.startswith("item")),
        )
        for each in judge(facts_of(answers, figures), figures, DAY)
    }
    assert got == expected_of(row)


def test_the_table_is_large_and_every_help_stands_in_each_group_somewhere():
    assert len(ROWS) >= 60
    seen = {(code, group) for row in ROWS for code, (group, _items) in expected_of(row).items()}
    # the fund for traffic accidents is always for the police to say
    wanted = {(rule.code, group) for rule in RULES for group in Answer} - {("traffic", Answer.YES)}
    assert seen == wanted


def test_every_answer_of_every_question_stands_in_the_table():
    used = {(step, code) for row in ROWS for step, codes in answers_of(row).items() for code in codes}
    assert (
        used
        == {(q.step, o.code) for q in QUESTIONS for o in q.options} - {("home", "none"), ("health", "none")}
        | used
    )
    assert {code for step, code in used if step == "income"} == BY_STEP["income"].codes


def test_income_is_asked_by_the_standard_where_there_is_one():
    row = next(row for row in ROWS if row["假设的农村低保标准（元/月）"])
    rural = {"place": ("rural",)}
    asked = BY_STEP["income"]
    with_standard = [str(o.words) for o in options_of(asked, rural, figures_of(row))]
    assert any("600" in words for words in with_standard)
    assert not any("700" in words for words in with_standard)
    assert [o.code for o in options_of(asked, rural, Figures())] == ["none", "some", "unclear"]
