"""The search page: places beside documents, what else to try, and both languages."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from content.pages.actions import import_notice
from partners.models import Region
from tests.content.policy_source import NOTICES


def places(answer) -> list[str]:
    """The names of the places shown."""
    return [place.name for place in answer.context["places"]]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("石潭镇", "石潭镇"),
        ("石潭", "石潭镇"),
        ("shitanzhen", "石潭镇"),
        ("stz", "石潭镇"),
        ("石潭鎮", "石潭镇"),
        ("石潭镇 低保", "石潭镇"),
        ("低保找谁", "村里有事找谁"),
        ("窗口电话", "村里有事找谁"),
    ],
)
def test_a_place_leads_to_whom_to_ask_there(client, plan, query, shown):
    answer = client.get("/search/", {"q": query})
    assert places(answer)[0] == shown
    assert "没有找到。" not in answer.content.decode()
    for place in answer.context["places"]:
        assert client.get(place.url).status_code == 200


def test_a_village_is_named_with_its_township_and_the_county_is_no_place_to_ask(client, plan):
    village = Region.objects.filter(level="village").select_related("parent").first()
    for query in (village.name, village.parent.name + village.name, f"{village.parent.name} {village.name}"):
        found = client.get("/search/", {"q": query}).context["places"]
        assert (village.name, village.parent.name) in [(place.name, place.above) for place in found], query
    assert places(client.get("/search/", {"q": "湘潭县"})) == []


def test_a_place_that_is_no_more_is_not_shown(client, plan):
    Region.objects.filter(name="石潭镇").update(valid_to="2024-01-01")
    assert places(client.get("/search/", {"q": "石潭镇"})) == []


def test_a_place_shows_its_office_telephone_and_never_a_mobile(client, plan):
    Region.objects.filter(name="石潭镇").update(office_phone="073157880000")
    assert "0731" in client.get("/search/", {"q": "石潭镇"}).content.decode()
    Region.objects.filter(name="石潭镇").update(office_phone="13800000000")
    assert "138" not in client.get("/search/", {"q": "石潭镇"}).content.decode()


def test_a_place_beside_other_words_is_left_out_of_the_search_and_that_is_said(client, plan):
    answer = client.get("/search/", {"q": "石潭镇 访视"})
    assert len(answer.context["results"]) == 1
    assert "没有同时写到“石潭镇”的文件" in answer.content.decode()


def test_without_a_result_the_hotline_and_the_office_are_offered_and_no_number_is_made_up(client, plan):
    html = client.get("/search/", {"q": "火星"}).content.decode()
    assert 'href="tel:12345"' in html and html.count('href="tel:') == 1 and 'href="/who/"' in html
    Region.objects.filter(level="county").update(office_phone="073157882222")
    assert client.get("/search/", {"q": "火星"}).content.decode().count('href="tel:') == 2


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("低宝", "低保"),
        ("特因人员", "特困人员"),
        ("送医陪沪", "送医陪护"),
        ("访视 低宝", "访视 低保"),
        ("临时救肋", "临时救助"),
    ],
)
def test_a_slip_leads_to_a_search_that_finds_something(client, plan, typed, meant):
    answer = client.get("/search/", {"q": typed})
    assert answer.context["meant"] == meant
    assert client.get("/search/", {"q": meant}).context["results"]


def test_the_english_page_is_english_but_for_the_texts(client, plan):
    html = client.get("/en/search/", {"q": "disaster relief"}).content.decode()
    assert '<html lang="en"' in html and 'href="/en/policies/2025-6/' in html
    assert "Three-year plan of the fictitious Yunxi County" in html
    assert "Shitan" in client.get("/en/search/", {"q": "shitanzhen"}).content.decode()


def test_an_english_summary_is_found_and_marked_as_english(client, plan):
    answer = client.get("/en/search/", {"q": "three-year"})
    assert [result.lang for result in answer.context["results"]] == ["en"]


def test_more_results_cost_no_more_queries(client, measure):
    def cost() -> int:
        client.get("/search/", {"q": "县"})
        with CaptureQueriesContext(connection) as asked:
            answer = client.get("/search/", {"q": "县"})
        counts.append(len(answer.context["results"]))
        return len(asked)

    counts: list[int] = []
    few = cost()
    for path in NOTICES[:5]:
        import_notice(text=path.read_text("utf-8"), publish=True)
    assert cost() == few <= 12 and counts[1] > counts[0]
