"""Guides as pages: loaded from files and never over an editor, shown with clauses, the rule and today's standards."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from content.guides import loading
from content.guides.citing import guides_citing
from content.guides.loading import guide_index, load_guides, sources
from content.models import GuidePage, GuideStatement, PolicyPage, Standard
from content.pages.actions import import_notice
from content.rules.eligibility import PLAN
from tests.content.policy_source import county_plan
from tests.content.rules.test_check import answer_all

COUNTY = "430321"


def page_of(path: str) -> str:
    """A page as text."""
    response = Client().get(path)
    assert response.status_code == 200
    return response.content.decode()


FEW = ("tekun", "dibao", "medical", "child")


@pytest.fixture
def guides(plan, monkeypatch):
    """Some of the guides beside the plan of the fictitious county; their own plan is not on the site."""
    few = tuple(source for source in sources() if source.name in FEW)
    monkeypatch.setattr(loading, "sources", lambda: few)
    load_guides(publish=True)
    return guide_index()


@pytest.fixture
def all_guides(plan):
    """Every guide."""
    load_guides(publish=True)
    return guide_index()


@pytest.fixture
def library(guides):
    """The county's own plan too."""
    return import_notice(text=county_plan().read_text("utf-8"), publish=True).page


def make_standard(amount=65000, **changes):
    """The rural 低保 standard of the county; the amount is a test's."""
    given = {
        "kind": "dibao_rural", "area": COUNTY, "amount": amount, "document": "试〔2026〕1号",
        "valid_from": timezone.localdate() - timedelta(days=30), **changes,
    }  # fmt: skip
    return Standard.objects.create(**given)


def changed(monkeypatch):
    """The data files say something else of every guide."""
    newer = tuple(replace(source, also_called="改") for source in loading.sources())
    monkeypatch.setattr(loading, "sources", lambda: newer)


def test_loading_makes_each_guide_once_and_leaves_what_an_editor_wrote_deleted_or_took_off(
    guides, monkeypatch
):
    assert {page.slug for page in GuidePage.objects.live()} == set(FEW)
    assert load_guides(publish=True).made == []
    edited, deleted, off = (GuidePage.objects.get(slug=slug) for slug in ("dibao", "child", "medical"))
    edited.title = "编辑改过的题目"
    edited.save_revision().publish()
    deleted.delete()
    off.unpublish()
    changed(monkeypatch)
    done = load_guides(publish=True)
    assert (sorted(done.left), sorted(done.renewed), done.made) == (
        ["child", "dibao"],
        ["medical", "tekun"],
        [],
    )
    assert GuidePage.objects.get(slug="dibao").title == "编辑改过的题目"
    assert GuidePage.objects.get(slug="tekun").also_called == "改"
    assert not GuidePage.objects.get(slug="medical").live
    assert not GuidePage.objects.filter(slug="child").exists()


@pytest.mark.seed
def test_a_guide_says_who_after_the_rule_and_leads_each_statement_to_its_clause(library):
    html = page_of("/guides/dibao/")
    assert "没有收入，或者收入低于低保标准" in html
    assert "特困供养和低保只能享受一种" in html
    assert 'href="/check/"' in html
    assert 'href="/policies/2021-11/#item4">第4项</a>' in html
    assert ">救助办法 第12条</a>" in html
    assert "社会救助暂行办法" in html
    assert "效力待确认" in html


def test_where_its_own_plan_is_not_here_a_statement_leads_to_the_like_clause_of_this_sites_plan(guides):
    assert 'href="/policies/2025-6/#item1">本站第1项</a>' in page_of("/guides/dibao/")


def test_an_amount_stands_only_where_a_standard_holds_today_and_changes_with_it(guides):
    ask = "今年标准请问窗口或打"
    assert ask in page_of("/guides/dibao/")
    make_standard(valid_to=timezone.localdate())
    make_standard(99900, valid_from=timezone.localdate() + timedelta(days=1))
    html = page_of("/guides/dibao/")
    assert ask in html
    assert "650 元" not in html
    assert "999 元" not in html
    make_standard(70000, valid_from=timezone.localdate(), valid_to=timezone.localdate() + timedelta(days=1))
    html = page_of("/guides/dibao/")
    assert "每月 700 元" in html
    assert "试〔2026〕1号" in html
    assert f"城市低保标准：{ask}" in html
    assert "每月 700 yuan" not in html


def test_an_age_in_who_may_ask_comes_from_the_standards(guides):
    assert "不满 18 周岁" in page_of("/guides/child/")
    Standard.objects.filter(kind="minor_age").update(amount=17)
    assert "不满 17 周岁" in page_of("/guides/child/")


def test_english_is_whole_or_says_that_it_is_not_there(guides):
    html = page_of("/en/guides/dibao/")
    assert "The difference is paid every month." in html
    assert "差多少补多少" not in html
    GuideStatement.objects.filter(page__slug="dibao", section="time").update(words_en="")
    html = page_of("/en/guides/dibao/")
    assert "This guide is not yet in English" in html
    assert "差多少补多少，每月发。" in html


def test_a_guide_with_a_clause_that_cannot_be_opened_is_not_published(own_guide):
    guide, document = own_guide
    guide.statements.add(GuideStatement(section="much", words="一句。", document=document, anchor="item99"))
    revision = guide.save_revision()
    with pytest.raises(ValidationError) as refused:
        revision.publish()
    assert {error.code for error in refused.value.error_list} == {"broken_clause"}
    assert "一句。" not in page_of("/guides/dibao/")
    rows = list(guide.statements.all())
    next(row for row in rows if row.words == "一句。").anchor = "item4"
    guide.statements = rows
    guide.save_revision().publish()
    assert "一句。" in page_of("/guides/dibao/")


@pytest.fixture
def own_guide(guides):
    """A guide, and the number of a document that is on the site."""
    return GuidePage.objects.get(slug="dibao"), PolicyPage.objects.get().document_number


@pytest.mark.parametrize("document", ["没有这份〔2020〕1号", "草稿"])
def test_a_document_that_is_not_on_the_site_is_no_source(guides, document):
    guide = GuidePage.objects.get(slug="dibao")
    guide.statements.add(GuideStatement(section="much", words="一句。", document=document, anchor="item1"))
    with pytest.raises(ValidationError):
        guide.save_revision().publish()


def test_the_guides_that_rest_on_a_document_are_known(guides, own_guide):
    guide, number = own_guide
    own = PolicyPage.objects.get()
    assert list(guides_citing(own)) == []
    guide.statements.add(GuideStatement(section="much", words="一句。", document=number, anchor="item1"))
    guide.save_revision().publish()
    assert [page.slug for page in guides_citing(own)] == ["dibao"]
    assert guides_citing(PolicyPage(document_number=PLAN)).count() == len(FEW)


def test_doors_clauses_and_results_lead_to_the_guides(guides):
    assert 'href="/guides/tekun/">年老、残疾，没人照料</a>' in page_of("/")
    assert 'href="/guides/"' in page_of("/")
    assert 'href="/guides/medical/" lang="zh-Hans">医疗救助（医保和看病）</a>' in page_of("/policies/2025-6/")
    client = Client()
    answer_all(client)
    assert 'href="/guides/tekun/"' in client.get("/check/result/").content.decode()
    listed = page_of("/guides/")
    assert all(f'href="/guides/{name}/"' in listed for name in FEW)


def test_without_guides_there_is_no_section_of_that_name_and_doors_lead_to_clauses(plan):
    html = page_of("/")
    assert "/guides/" not in html
    assert 'href="/policies/2025-6/#item3"' in html


@pytest.mark.parametrize("path", ["/guides/", "/guides/tekun/", "/en/guides/dibao/"])
def test_a_guide_needs_few_queries_and_sets_no_cookie(guides, django_assert_max_num_queries, path):
    client = Client()
    client.get(path)
    with django_assert_max_num_queries(12):
        answer = client.get(path)
    assert answer.status_code == 200
    assert not answer.cookies
    assert answer["X-Page-Cache"] == "public"


WANTED = {
    "低保": "dibao", "dibao": "dibao", "db": "dibao", "五保": "tekun", "特困": "tekun", "tekun": "tekun",
    "医保": "medical", "yibao": "medical", "看病": "medical", "危房": "housing-repair", "单人保": "dibao-single",
    "临时救助": "emergency", "打官司": "legal-aid", "上学": "education", "孤儿": "child", "社工": "social-work",
    "流浪": "homeless", "车祸": "traffic", "公租房": "housing-rent", "找工作": "employment", "legal aid": "legal-aid",
}  # fmt: skip


def test_the_right_guide_is_among_the_first_three(all_guides):
    client, missed = Client(), {}
    for query, slug in WANTED.items():
        found = [result.url for result in client.get("/search/", {"q": query}).context["results"]]
        if f"/guides/{slug}/" not in found[:3]:
            missed[query] = found[:4]
    assert missed == {}
