"""The editors' form of a guide: each fault stands beside the statement it is in."""

import pytest
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from content.guides.loading import guide_index
from content.models import GuidePage
from content.pages.editors import ensure_editor_group
from content.rules.eligibility import INTERIM
from portal.models import User

NUMBER = "云溪县政办发〔2025〕6号"
GOOD = {"section": "summary", "words": "一句。", "words_en": "One.", "document": NUMBER, "anchor": "item1"}


@pytest.fixture
def editor(db):
    """An editor of the public pages."""
    user = User.objects.create(username="bianji", name="编辑甲")
    user.groups.add(ensure_editor_group())
    return user


def form_of(user, **changes):
    """The form with one statement, which is right but for the changes."""
    page = GuidePage(title="试", slug="try", topic="living")
    data = {
        "title": "试", "slug": "try", "topic": "living", "help_code": "dibao", "also_called": "", "title_en": "",
        "statements": inline_formset([GOOD | changes]), "comments": inline_formset([]),
    }  # fmt: skip
    kind = GuidePage.get_edit_handler().get_form_class()
    return kind(nested_form_data(data), instance=page, parent_page=guide_index(), for_user=user)


def faults(form) -> dict:
    """The faults beside the statement, by field."""
    form.is_valid()
    return form.formsets["statements"].forms[0].errors


def test_a_statement_with_a_clause_of_a_document_here_or_of_a_known_law_is_taken(plan, editor):
    assert form_of(editor).is_valid()
    assert form_of(editor, document=INTERIM, anchor="a9").is_valid()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"anchor": "item99"}, "anchor"),
        ({"document": "没有这份〔2020〕1号"}, "anchor"),
        ({"anchor": "第4项"}, "anchor"),
        ({"document": INTERIM, "anchor": "a71"}, "anchor"),
        ({"words": "每月 650 元。"}, "words"),
        ({"words_en": "650 yuan a month."}, "words_en"),
        ({"section": "who"}, "section"),
    ],
)
def test_a_fault_is_told_beside_its_statement_and_nothing_is_taken(plan, editor, changes, field):
    form = form_of(editor, **changes)
    assert set(faults(form)) == {field}
    assert not form.is_valid()
