"""Chinese search: what is found on this database, and what is not."""

import pytest
from django.core.management import call_command

from content.models import PolicyPage
from content.pages.actions import import_notice
from content.search.backend import cut, cut_query, excerpt, wordings
from tests.content.policy_source import NOTICES, county_plan


@pytest.mark.parametrize("query", ["低保", "最低生活保障", "特困", "访视", "探访", "云溪县", "送医陪护", "医", "特困 照料", "看病", "云溪县政办发〔2025〕6号", "保障　措施"])  # fmt: skip
def test_words_of_the_plan_find_it(client, plan, query):
    answer = client.get("/search/", {"q": query})
    assert [r["page"].document_number for r in answer.context["results"]] == ["云溪县政办发〔2025〕6号"]


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
    answer = client.get("/search/", {"q": query})
    assert "潭县政办发〔2021〕11号" in [r["page"].document_number for r in answer.context["results"]]


def test_hits_lead_to_the_clause_and_are_marked(client, plan):
    html = client.get("/search/", {"q": "访视"}).content.decode()
    assert 'href="/policies/2025-6/#item10"' in html and "<mark>访视</mark>" in html


def test_a_query_is_shown_as_text_only(client, plan):
    html = client.get("/search/", {"q": "<script>alert(1)</script>"}).content.decode()
    assert "<script>alert" not in html


def test_hidden_documents_are_not_found(client, plan):
    plan.unpublish()
    assert client.get("/search/", {"q": "低保"}).context["results"] == []


def test_a_rebuilt_index_finds_the_same(client, plan):
    call_command("update_index", verbosity=0)
    assert len(PolicyPage.objects.live().search("访视")) == 1


def test_a_document_without_the_word_is_left_out(client, measure):
    import_notice(text=NOTICES[3].read_text("utf-8"), publish=True)
    numbers = [r["page"].document_number for r in client.get("/search/", {"q": "备用金"}).context["results"]]
    assert numbers == ["云溪县政办发〔2025〕6号"]


def test_the_cutter_keeps_characters_pairs_and_words():
    assert cut("低保A1。") == ["低", "保", "低保", "a1"]
    assert cut_query("最低保") == ["最低", "低保"]
    assert cut_query("１２３４５ 保") == ["12345", "保"]
    assert "最低生活保障标准" in wordings("低保标准")


def test_an_excerpt_marks_the_hit_and_escapes_the_rest():
    assert excerpt("a<b>低保", "低保") == "a&lt;b&gt;<mark>低保</mark>"
