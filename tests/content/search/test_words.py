"""Cutting, words that mean the same, letters for characters, and one character slipped."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.search.asking import LONGEST_QUERY, MOST_TERMS, read
from content.search.cutting import cut, cut_query, tokens
from content.search.readings import readings, sounds_like
from content.search.slips import one_slip_apart, suggestion
from content.search.synonyms import MOST_FORMS, MOST_TOGETHER, forms, together

MEANINGS = together([["五保", "特困", "特困人员"], ["低保", "最低生活保障"], ["低边", "低保边缘"]])


def nothing(word):
    return []


def test_the_cutter_keeps_characters_pairs_and_words():
    assert cut("低保A1。") == ["低", "保", "低保", "a1"]
    assert cut_query("最低保") == ["最低", "低保"]
    assert cut_query("１２３４５ 保") == ["12345", "保"]
    assert tokens("低保a1。保") == ["低保", "保a", "a1", "1", "保"]


WORDS = st.sampled_from([f"词{n}" for n in range(60)])


@given(st.lists(st.lists(WORDS, min_size=2, max_size=6), max_size=14))
def test_meaning_the_same_is_symmetrical_and_never_leads_to_oneself(groups):
    meanings = together(groups)
    for word, others in meanings.items():
        assert word not in others
        assert all(word in meanings[other] for other in others)


def test_groups_that_share_a_word_are_one_meaning():
    meanings = together([["甲", "乙"], ["丙", "丁"], ["乙", "丙"]])
    assert set(meanings["甲"]) == {"乙", "丙", "丁"}


def test_a_chain_that_grows_too_long_counts_group_by_group():
    chain = [[f"词{n}", f"词{n + 1}"] for n in range(MOST_TOGETHER)]
    assert set(together(chain)["词0"]) == {"词1"}
    assert len(together(chain[:-1])["词0"]) == MOST_TOGETHER - 1


def test_a_word_is_put_otherwise_inside_a_longer_one_and_needless_forms_are_left_out():
    assert forms("低保标准", MEANINGS) == ["低保标准", "最低生活保障标准"]
    assert forms("特困", MEANINGS) == ["特困", "五保"]
    assert set(forms("特困人员", MEANINGS)) == {"特困人员", "五保", "特困"}
    assert forms("养老", MEANINGS) == ["养老"]


def test_there_is_an_end_to_the_forms():
    many = together([[f"词{n}" for n in range(20)]])
    assert len(forms("词1和词2和词3", many)) == MOST_FORMS


@pytest.mark.parametrize(
    ("letters", "meant"),
    [
        ("dibao", ["低保"]),
        ("db", ["低保", "低边"]),
        ("tkry", ["特困人员"]),
        ("jiaoyujiuzhu", ["教育救助"]),
        ("jyjz", ["教育救助"]),
        ("lvyou", ["旅游"]),
        ("jy", []),
        ("iba", []),
        ("dibaob", []),
    ],
)
def test_letters_stand_for_known_words_or_for_a_piece_of_a_heading(letters, meant):
    assert readings(letters, MEANINGS, ["健全教育救助制度", "旅游扶贫"]) == meant


def test_a_known_word_comes_before_a_piece_of_a_heading():
    assert readings("dibao", MEANINGS, ["堤报", "堤报"]) == ["低保"]
    assert sounds_like("低宝", "低保") and not sounds_like("低边", "低保") and not sounds_like("ab", "ab")


@pytest.mark.parametrize(
    ("typed", "meant", "near"),
    [
        ("低宝", "低保", True),
        ("保低", "低保", True),
        ("低", "低保", True),
        ("最低生活生保障", "最低生活保障", True),
        ("低保", "低保", False),
        ("高宝", "低保", False),
        ("保障低", "低保障", False),
        ("", "低保", False),
    ],
)
def test_one_slip_is_one_character_or_one_exchange(typed, meant, near):
    assert one_slip_apart(typed, meant) is near
    assert one_slip_apart(meant, typed) is near


@given(st.text(alphabet="甲乙丙丁", max_size=6), st.text(alphabet="甲乙丙丁", max_size=6))
def test_one_slip_is_what_the_table_of_changes_says(one, other):
    slips = {one[:n] + c + one[n:] for n in range(len(one) + 1) for c in "甲乙丙丁"}
    slips |= {one[:n] + one[n + 1 :] for n in range(len(one))}
    slips |= {one[:n] + c + one[n + 1 :] for n in range(len(one)) for c in "甲乙丙丁"}
    slips |= {one[:n] + one[n + 1] + one[n] + one[n + 2 :] for n in range(len(one) - 1)}
    assert one_slip_apart(one, other) is (other in slips - {one})


TEXTS = ["提供送医陪护和心理疏导。", "建立主动发现机制"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("低宝", "低保"),
        ("特因", "特困"),
        ("保低", "低保"),
        ("低宝标准", "低保标准"),
        ("教育救注", "教育救助"),
        ("送医陪沪", "送医陪护"),
        ("送陪护", ""),
        ("送医医陪护", "送医陪护"),
        ("主动发机制", "主动发现机制"),
        ("火星", ""),
        ("字" * 40, ""),
    ],
)
def test_a_slip_leads_to_what_finds_something(typed, meant):
    told = suggestion(
        typed,
        words=MEANINGS,
        headings=["健全教育救助制度"],
        some_texts=lambda needed: [text for text in TEXTS if all(piece in text for piece in needed)],
        finds=lambda word: any(word in text for text in [*TEXTS, "低保标准", "特困", "教育救助"]),
    )
    assert told == meant


def test_too_much_at_once_is_refused_and_kept():
    long = read("低保" * 60, MEANINGS, nothing)
    assert long.too_long and long.terms == () and long.text == "低保" * 60
    many = read(" ".join(f"词{n}" for n in range(MOST_TERMS + 1)), MEANINGS, nothing)
    assert many.too_many and many.terms == ()
    assert len(read("保" * LONGEST_QUERY, MEANINGS, nothing).terms) == 1


def test_known_wordings_of_several_words_stay_together():
    meanings = together([["legal aid", "法律援助"]])
    asked = read("Legal　AID office", meanings, nothing)
    assert [term.typed for term in asked.terms] == ["legal aid", "office"]
    assert asked.terms[0].forms == ("legal aid", "法律援助")
