"""One way of writing, and the way back: what is marked is exactly what matched."""

import html
import re

from hypothesis import example, given
from hypothesis import strategies as st

from content.search.folding import fold, folded_with_way_back
from content.search.marking import excerpt, hits, marked

# Texts of what folds in unusual ways: marks that combine, characters that become several, traditional ones.
ODD = "低保特困最生活障標準醫療救助ＡＢａｂ１２①㎡ﬁİßeé\u0301\u0308\u0327ｶﾞ가ᄀ\u1161臺灣𠀀 　\n<&>\"'\u200b\u202e"
texts = st.text(
    alphabet=st.one_of(st.sampled_from(ODD), st.characters(exclude_categories=["Cs"])), max_size=40
)


def test_widths_cases_and_traditional_characters_are_the_same():
    assert fold("特困人員ＡＢ１２") == fold("特困人员ab12") == "特困人员ab12"
    assert fold("醫療救助標準") == "医疗救助标准"


def test_the_table_of_characters_leads_to_simplified_ones_only():
    table = "".join(chr(n) for n in range(0x4E00, 0x9FFF))
    assert fold(fold(table)) == fold(table) and fold("萬與專業") == "万与专业"


@given(texts)
@example("①é㎡")
def test_folding_twice_changes_nothing_and_the_way_back_covers_the_text(text):
    folded = folded_with_way_back(text)
    assert folded.text == fold(text) == fold(folded.text)
    assert folded.original_span(0, len(folded.text)) == ((0, len(text)) if text else None)


@given(texts, st.lists(texts.filter(bool), min_size=1, max_size=4))
@example("面积㎡的房", ["m"])
@example("㎡m2", ["m2"])
@example("特困人員、特困", ["特困", "特困人员"])
@example("e\u0301e", ["e"])
def test_what_is_marked_folds_to_exactly_one_of_the_forms(text, wanted):
    forms = [fold(each) for each in wanted]
    places = hits(folded_with_way_back(text), forms)
    assert all(fold(text[start:end]) in forms for start, end in places)
    assert all(before[1] <= after[0] for before, after in zip(places, places[1:], strict=False))


@given(texts, texts.filter(lambda text: fold(text).strip()), texts)
def test_a_text_that_holds_the_form_between_signs_is_marked(before, form, after):
    text = f"{before}。{form}。{after}"
    assert hits(folded_with_way_back(text), [fold(form)])


@given(texts, texts.filter(bool))
def test_marking_changes_nothing_but_the_marks(text, form):
    shown = marked(text, [fold(form)])
    assert html.unescape(re.sub("</?mark>", "", shown)) == text


@given(texts, texts.filter(bool))
def test_an_excerpt_lets_no_markup_through(text, form):
    assert set(re.findall("<[^>]*>", excerpt(text, [fold(form)]))) <= {"<mark>", "</mark>"}


def test_an_excerpt_marks_the_original_writing_about_the_first_hit():
    assert excerpt("a<b>特困人員", ["特困人员"]) == "a&lt;b&gt;<mark>特困人員</mark>"
    assert (
        excerpt("天" * 60 + "低保" + "地" * 90, ["低保"])
        == "…" + "天" * 40 + "<mark>低保</mark>" + "地" * 80 + "…"
    )
    assert excerpt("没有这个词", ["低保"]) == "没有这个词"
