"""Finding passages: neither one too few nor one too many, on the database at hand."""

import random

import pytest
from wagtail.models import Page

from content.models import SearchPassage
from content.pages.passages import Passage
from content.pages.tree import home_page
from content.search import upkeep
from content.search.asking import Term
from content.search.finding import found_pages, headings, passage_ids, some_texts
from content.search.folding import fold

ALPHABET = "低保特困人员最生活障a1。，é '"


@pytest.fixture
def page(db) -> Page:
    """A live page that says nothing yet."""
    return home_page().add_child(instance=Page(title="空页", slug="empty"))


def write(page: Page, *texts: str) -> None:
    """Give the page these passages and no others."""
    SearchPassage.objects.filter(page_id=page.pk).delete()
    SearchPassage.objects.bulk_create(upkeep.rows(page.pk, [Passage(text=text) for text in texts]))


def ids(*forms: str) -> set[int]:
    return set(passage_ids([Term(tuple(map(fold, forms)))], []))


def test_every_passage_that_holds_the_word_is_found_and_no_other(page):
    chance = random.Random(7)
    write(page, *("".join(chance.choices(ALPHABET, k=chance.randint(0, 30))) for _ in range(400)))
    folded = dict(SearchPassage.objects.filter(page_id=page.pk).values_list("pk", "folded"))
    words = {
        text[at : at + size] for text in folded.values() for size in (1, 2, 3, 5) for at in range(0, 20, 3)
    }
    asked = [word for word in sorted(words) if word.isalnum()]
    assert len(asked) > 300
    for word in asked:
        assert ids(word) == {pk for pk, text in folded.items() if word in text}, word


def test_pairs_that_stand_apart_are_no_word(page):
    write(page, "保持低速，低价保存", "低保")
    assert len(ids("低保")) == 1 and ids("保低") == set() and len(ids("低")) == 2


def test_several_forms_and_forms_with_a_space_are_found(page):
    write(page, "legal aid office", "legal and aid", "法律援助", "五保")
    assert len(ids("legal aid", "法律援助")) == 2
    assert len(ids("五保", "特困")) == 1


def test_a_word_across_the_place_where_a_long_text_is_parted_is_found(page):
    for length in range(upkeep.LONGEST_PIECE - 4, upkeep.LONGEST_PIECE + 5):
        write(page, "天" * length + "最低生活保障" + "地" * 100)
        assert ids("最低生活保障"), length
        write(page, "天" * length + "低保" + "地" * upkeep.LONGEST_PIECE + "低保")
        assert len(ids("低保")) >= 2, length


def test_words_may_stand_in_different_passages_but_together_they_come_first(page):
    other = home_page().add_child(instance=Page(title="别页", slug="other"))
    write(page, "特困人员", "上门照料")
    write(other, "特困人员上门照料")
    terms = [Term(("特困",)), Term(("照料",))]
    found, total = found_pages(terms, [])
    assert [each.page_id for each in found] == [other.pk, page.pk] and total == 2
    assert found_pages([*terms, Term(("火星",))], []) == ([], 0)


def test_a_title_comes_before_a_heading_and_a_heading_before_text(page):
    text = home_page().add_child(instance=Page(title="甲", slug="a"))
    head = home_page().add_child(instance=Page(title="乙", slug="b"))
    title = home_page().add_child(instance=Page(title="殡葬服务", slug="c"))
    write(text, "说到殡葬的一段", "又说殡葬", "再说殡葬")
    SearchPassage.objects.filter(page_id=head.pk).delete()
    SearchPassage.objects.bulk_create(upkeep.rows(head.pk, [Passage(heading="殡葬管理", text="一段")]))
    assert [each.page_id for each in found_pages([Term(("殡葬",))], [])[0]] == [title.pk, head.pk, text.pk]


def test_the_best_passages_of_a_page_are_told_and_all_are_counted(page):
    write(page, *(f"第{n}段说低保" + "很长" * 20 for n in range(8)), "低保")
    found, total = found_pages([Term(("低保",))], [])
    shown = SearchPassage.objects.in_bulk(found[0].passages)
    assert (found[0].hits, total, len(shown)) == (9, 1, 5)
    assert shown[found[0].passages[0]].text == "低保"


def test_results_come_page_by_page_without_one_twice(page):
    pages = [home_page().add_child(instance=Page(title=f"低保{n}", slug=f"p{n}")) for n in range(7)]
    seen = [
        each.page_id
        for first in (0, 3, 6)
        for each in found_pages([Term(("低保",))], [], first=first, most=3)[0]
    ]
    assert sorted(seen) == sorted(each.pk for each in pages)


def test_hidden_pages_are_left_out_of_everything(page):
    write(page, "低保")
    hidden = [page.pk]
    assert passage_ids([Term(("低保",))], hidden) == [] and found_pages([Term(("低保",))], hidden) == ([], 0)
    assert some_texts(["低保"], hidden) == [] and "空页" not in headings(hidden)
    assert some_texts(["低保"], []) and ids("低保")


def test_a_changed_row_is_found_by_its_new_words_alone(page):
    """The database's own index follows, also where a later migration makes the table anew."""
    write(page, "低保")
    SearchPassage.objects.filter(page_id=page.pk).update(tokens="特困 困", folded="\n特困")
    assert ids("低保") == set() and len(ids("特困")) == 1
    SearchPassage.objects.filter(page_id=page.pk).delete()
    assert ids("特困") == set()
