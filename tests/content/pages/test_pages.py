"""The public pages: what they show, what they link to, how much they ask of the database."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.test.utils import CaptureQueriesContext

from content.models import TextCorrection
from content.pages.actions import import_notice
from tests.content.policy_source import NOTICES, county_plan


def hrefs(html: str) -> set[str]:
    return set(re.findall(r'href="([^"]+)"', html))


def test_home_leads_each_trouble_to_the_clause_that_fits(client, plan):
    html = client.get("/").content.decode()
    for anchor in ("item1", "item3", "item4", "item5", "item6", "item7", "item8", "item10"):
        assert f'href="/policies/2025-6/#{anchor}"' in html


@pytest.mark.parametrize("path", ["/", "/en/", "/policies/", "/policies/2025-6/", "/policies/2025-6/units/", "/search/?q=低保", "/policies/2023-12/"])  # fmt: skip
def test_no_link_leads_to_a_page_that_does_not_exist(client, measure, path):
    html = client.get(path).content.decode()
    links = {h.partition("#")[0] for h in hrefs(html) if h.startswith("/") and not h.startswith("/static/")}
    broken = [link for link in links if link and client.get(link, follow=True).status_code != 200]
    assert links and broken == []


def test_anchors_of_a_document_exist_for_every_link_to_them(client, plan):
    html = client.get("/policies/2025-6/").content.decode()
    wanted = {h[1:] for h in hrefs(html) if h.startswith("#")}
    assert wanted <= set(re.findall(r'id="([^"]+)"', html))


def test_a_document_shows_its_head_its_clauses_and_who_is_responsible(client, plan):
    html = client.get("/policies/2025-6/").content.decode()
    assert "云溪县政办发〔2025〕6号" in html and "2025年3月18日" in html and "效力待确认" in html
    assert '<p class="item" id="item4"><b>4．健全教育救助制度。</b>' in html
    assert '责任单位：<span class="tag">县教育局</span>' in html


def test_a_measure_shows_chapters_articles_and_their_lists(client, measure):
    html = client.get("/policies/2023-12/").content.decode()
    assert '<h2 id="c2">第二章　探访的人</h2>' in html
    assert 'id="a3"><b>第三条</b>' in html and "（一）还没有胸牌的；" in html


def test_clauses_are_listed_by_unit(client, plan):
    html = client.get("/policies/2025-6/units/").content.decode()
    assert (
        '<a href="../#item4">第4项</a>' in html
        and 'href="../#s3-3" lang="zh-Hans">保障措施（三）</a>' in html
    )


@pytest.mark.seed
def test_the_county_plan_lists_fifteen_clauses_for_the_civil_affairs_bureau(client, plan):
    import_notice(text=county_plan().read_text("utf-8"), publish=True)
    html = client.get("/policies/2021-11/units/").content.decode()
    assert re.search(r'县民政局</th><td class="num">15</td>', html)
    assert "特团人员<ins" in client.get("/policies/2021-11/").content.decode()


def test_a_misprint_stays_and_is_marked_and_listed(client, plan):
    plan.corrections.add(TextCorrection(anchor="item4", wrong="困难学生", right="有困难的学生"))
    plan.save_revision().publish()
    html = client.get("/policies/2025-6/").content.decode()
    assert '困难学生<ins class="mend">〔应为“有困难的学生”〕</ins>的助学金' in html
    assert "文字更正" in html


def test_a_correction_cannot_bring_markup_into_the_page(client, plan):
    plan.corrections.add(TextCorrection(wrong="困难学生", right="<script>alert(1)</script>"))
    plan.save_revision().publish()
    assert "<script>alert" not in client.get("/policies/2025-6/").content.decode()


def test_english_pages_say_so_and_mark_chinese_text(client, plan):
    html = client.get("/en/policies/2025-6/").content.decode()
    assert '<html lang="en"' in html and '<div lang="zh-Hans">' in html
    assert "Three-year plan of the fictitious Yunxi County" in html
    assert 'href="/policies/2025-6/" lang="zh-Hans"' in html


PAGES = ["/", "/policies/", "/policies/2025-6/", "/policies/2025-6/units/", "/search/?q=低保"]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_needs_few_queries_and_sets_no_cookie(client, measure, django_assert_max_num_queries, path):
    client.get("/")
    with django_assert_max_num_queries(12):
        answer = client.get(path)
    assert answer.status_code == 200 and not answer.cookies
    assert (
        "unsafe" not in answer["Content-Security-Policy"] and "nonce" not in answer["Content-Security-Policy"]
    )
    assert not re.search(r"<style|style=|<script>|onclick", answer.content.decode())
    assert re.findall(r'<form[^>]*method="(\w+)"', answer.content.decode()) in (["get"], ["get", "get"])


def test_the_library_asks_the_same_for_two_documents_and_for_eight(
    client, measure, django_assert_num_queries
):
    client.get("/policies/")
    with CaptureQueriesContext(connection) as few:
        client.get("/policies/")
    asked = len(few.captured_queries)
    for path in NOTICES[:5]:
        import_notice(text=path.read_text("utf-8"), publish=True)
    client.get("/policies/")
    with django_assert_num_queries(asked):
        client.get("/policies/")


def test_a_page_with_all_its_sheets_and_scripts_is_light(client, measure):
    for path in PAGES:
        html = client.get(path).content
        parts = re.findall(r'(?:href|src)="/static/([^"]+\.(?:css|js))"', html.decode())
        assert len(parts) > 10
        weight = len(html) + sum(Path(finders.find(part)).stat().st_size for part in parts)
        assert weight <= 100_000, path


def test_an_unknown_address_is_told_in_plain_words(client, plan):
    answer = client.get("/policies/1999-1/")
    assert answer.status_code == 404 and "找不到这个页面" in answer.content.decode()
