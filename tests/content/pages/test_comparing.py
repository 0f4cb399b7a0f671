"""What changed between two documents."""

from types import SimpleNamespace

import pytest

from content.pages import comparing
from content.pages.comparing import compare, words


def clause(anchor, heading, text):
    return SimpleNamespace(anchor=anchor, number=anchor, heading=heading, text=text)


def kinds(older, newer):
    return [(change.kind, change.anchor) for change in compare(older, newer).changes]


def test_the_same_clauses_are_no_change():
    older = [clause("item1", "医疗。", "甲"), clause("item2", "教育。", "乙")]
    assert compare(older, older).changes == () and compare(older, older).same == 2


def test_a_clause_is_changed_new_or_gone():
    older = [
        clause("item1", "医疗。", "先交钱"),
        clause("item2", "教育。", "乙"),
        clause("item3", "旧。", "丙"),
    ]
    newer = [
        clause("item1", "医疗。", "先看病"),
        clause("item2", "教育。", "乙"),
        clause("item4", "新。", "丁"),
    ]
    assert kinds(older, newer) == [("changed", "item1"), ("new", "item4"), ("gone", "item3")]


def test_a_clause_that_moved_is_found_by_its_heading():
    older = [clause("item1", "医疗。", "甲"), clause("item2", "教育。", "乙")]
    newer = [
        clause("item1", "住房。", "新"),
        clause("item2", "医疗。", "甲"),
        clause("item3", "教育。", "乙"),
    ]
    assert kinds(older, newer) == [("new", "item1")]


def test_clauses_without_headings_go_by_their_anchor():
    older = [clause("a1", "", "一天"), clause("a2", "", "乙")]
    newer = [clause("a1", "", "两天"), clause("a2", "", "乙")]
    assert kinds(older, newer) == [("changed", "a1")]


@pytest.mark.parametrize(
    ("older", "newer"), [("每半年走访一次", "每季度走访一次"), ("", "新"), ("旧", ""), ("同", "同")]
)
@pytest.mark.parametrize("most", [0, comparing.MOST_WORK])
def test_both_texts_can_be_read_out_of_the_difference(monkeypatch, older, newer, most):
    monkeypatch.setattr(comparing, "MOST_WORK", most)
    parts = words(older, newer)
    assert "".join(part.text for part in parts if part.kind != "new") == older
    assert "".join(part.text for part in parts if part.kind != "gone") == newer
