"""The texts of the guides: short sentences, both languages, a clause for each statement, no amounts written by hand."""

import re

import pytest

from content.guides.clauses import ARTICLES, HEADINGS
from content.guides.forms import names_money
from content.guides.loading import sources
from content.models import GuideSection, GuideTopic
from content.pages.document import parse_notice
from content.rules.eligibility import PLAN, RULES, TEKUN_RULES
from tests.content.policy_source import county_plan

LONGEST = 24
# Of 民发〔2021〕43号 the rules of the self-check cite these.
CITED = {**ARTICLES, TEKUN_RULES: {"a4", "a5", "a6"}}
ROWS = [(source.name, row) for source in sources() for row in source.rows]


def sentences(text: str) -> list[str]:
    """The sentences of a text without their full stops."""
    return [part for part in re.split("[。！？；]", text) if part]


def too_long(rows) -> list[str]:
    """The sentences that are longer than people like to read."""
    return [part for name, row in rows for part in sentences(row.words) if len(part) > LONGEST]


def test_every_sentence_is_under_twenty_five_characters():
    assert len(ROWS) > 300
    assert too_long(ROWS) == []


def test_the_guard_counts_characters_of_each_sentence():
    long = ROWS[0][1].__class__("summary", "短。" + "长" * 25 + "。", "", PLAN, "item4")
    assert too_long([("x", long)]) == ["长" * 25]


def test_every_statement_stands_in_both_languages_and_no_english_one_is_chinese():
    han = re.compile(r"[\u4e00-\u9fff]")
    assert [row.words for _name, row in ROWS if not row.words_en or han.search(row.words_en)] == []
    assert [source.name for source in sources() if not source.title_en or han.search(source.title_en)] == []


def test_every_guide_has_all_its_parts_and_leaves_who_may_ask_to_the_rule():
    for source in sources():
        parts = {row.section for row in source.rows}
        wanted = set(GuideSection.values) - ({"who"} if source.help_code else set())
        assert parts == wanted, source.name
        assert source.topic in GuideTopic.values


def test_every_kind_of_help_of_the_rules_has_a_guide():
    assert {source.help_code for source in sources()} - {""} == {rule.code for rule in RULES}


@pytest.mark.seed
def test_every_clause_exists_and_the_items_three_to_twenty_are_explained():
    plan = {clause.anchor for clause in parse_notice(county_plan().read_text("utf-8")).clauses()}
    known = {PLAN: plan, **CITED}
    assert [(name, row.anchor) for name, row in ROWS if row.anchor not in known[row.document]] == []
    cited = {row.anchor for _name, row in ROWS if row.document == PLAN}
    # Item 14 and so on; what only offices do among themselves (6) has no statement of its own.
    assert {f"item{n}" for n in range(3, 21)} - cited == {"item6"}
    assert set(HEADINGS) <= plan


@pytest.mark.parametrize(("text", "found"), [("每月 650 元", True), ("650元", True), ("1,200.50 元", True), ("650 yuan", True), ("元旦去", False), ("第 3 次", False)])  # fmt: skip
def test_amounts_of_money_are_known_as_such(text, found):
    assert names_money(text) is found


def test_no_statement_names_an_amount_or_a_telephone_number_but_the_hotline():
    for _name, row in ROWS:
        assert not names_money(row.words)
        assert not names_money(row.words_en)
        assert set(re.findall(r"\d{4,}", row.words + row.words_en)) <= {"12345"}
