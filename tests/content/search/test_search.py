"""The search page: what is found, and what is not."""

import pytest
from django.core.management import call_command

from content.models import PolicyPage
from content.pages.actions import import_notice
from tests.content.policy_source import NOTICES, county_plan

YUNXI_NUMBER = "云溪县政办发〔2025〕6号"


def numbers(answer) -> list[str]:
    """The document numbers of the results, in order."""
    return [result.note.split(" · ")[0] for result in answer.context["results"]]


@pytest.mark.parametrize("query", ["低保", "最低生活保障", "特困", "访视", "探访", "云溪县", "送医陪护", "医", "特困 照料", "看病", "云溪县政办发〔2025〕6号", "保障　措施", "dibao", "db", "特困人員", "醫療救助", "ＤＩＢＡＯ", "dībǎo", "di1bao3", "di bao", "db 医疗"])  # fmt: skip
def test_words_of_the_plan_find_it(client, plan, query):
    assert numbers(client.get("/search/", {"q": query})) == [YUNXI_NUMBER]


@pytest.mark.parametrize(
    "query", ["保低", "火星", "低保火星", "xyz", "。", "%", "'", '"', "*", "AND", "(", "\\", ":"]
)
def test_what_is_not_there_is_not_found_and_breaks_nothing(client, plan, query):
    answer = client.get("/search/", {"q": query})
    assert answer.status_code == 200 and answer.context["results"] == []
    assert "没有找到。" in answer.content.decode()


@pytest.mark.seed
@pytest.mark.parametrize("query", ["低保", "特困", "湘潭县", "访视"])
def test_the_county_plan_is_found(client, plan, query):
    import_notice(text=county_plan().read_text("utf-8"), publish=True)
    assert "潭县政办发〔2021〕11号" in numbers(client.get("/search/", {"q": query}))


def test_hits_lead_to_the_clause_and_are_marked(client, plan):
    html = client.get("/search/", {"q": "访视"}).content.decode()
    assert 'href="/policies/2025-6/#item10"' in html and "<mark>访视</mark>" in html


def test_a_query_is_shown_as_text_only(client, plan):
    html = client.get("/search/", {"q": "<script>alert(1)</script>"}).content.decode()
    assert "<script>alert" not in html


def test_the_editors_own_search_finds_the_same_after_its_index_is_made_anew(client, plan):
    call_command("update_index", verbosity=0)
    assert len(PolicyPage.objects.live().search("访视")) == 1
    assert len(PolicyPage.objects.live().search("五保")) == 1
    assert len(PolicyPage.objects.live().search("火星")) == 0


def test_a_document_without_the_word_is_left_out(client, measure):
    import_notice(text=NOTICES[3].read_text("utf-8"), publish=True)
    assert numbers(client.get("/search/", {"q": "备用金"})) == [YUNXI_NUMBER]
