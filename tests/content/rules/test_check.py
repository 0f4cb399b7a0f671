"""The self-check: answers lie in the reader's own browser, nothing of them is kept, logged or put into an address."""

import logging
import re

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from content.models import Standard
from content.rules import keeping
from content.rules.questions import QUESTIONS
from portal.base.models import AuditEvent
from tests.hostile.forms import forms_of

pytestmark = pytest.mark.django_db

# The old man of the mock.
GIVEN = {
    "age": "over70", "place": "rural", "aid": "none", "income": "none", "support": "nobody",
    "health": "ill", "home": "none", "house": "worn", "trouble": "none",
}  # fmt: skip


def answer_all(client, prefix="", **changes):
    """Answer every question; returns the last redirect."""
    for step, code in (GIVEN | changes).items():
        response = client.post(f"{prefix}/check/{step}/", {"answer": code})
        assert response.status_code == 302, (step, response.content.decode())
    return response


@pytest.fixture
def reader(network):
    """Somebody on a phone who answered all questions."""
    client = Client()
    assert answer_all(client).url == "/check/result/"
    return client


def page(client, path="/check/result/"):
    """The page as text."""
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_the_first_page_sets_no_cookie_and_leads_to_the_first_question(network):
    client = Client()
    html = page(client, "/check/")
    assert 'href="/check/age/"' in html
    assert not client.cookies


def test_each_answer_leads_to_the_next_question_and_the_last_to_the_result(network):
    client, asked = Client(), []
    url = "/check/age/"
    while url != "/check/result/":
        step = url.split("/")[2]
        asked.append(step)
        assert "不清楚" in page(client, url)
        url = client.post(url, {"answer": GIVEN[step]}).url
    assert asked == [question.step for question in QUESTIONS]
    assert 7 <= len(asked) <= 9


def test_the_result_has_three_groups_with_reasons_and_clauses(reader):
    html = page(reader)
    likely, perhaps, unlikely = re.split("要问窗口的</h2>|<details>", html)[:3]
    assert "有 4 项帮助可以去申请" in likely
    assert "特困人员救助供养" in likely
    assert "年满 60 周岁" in likely
    assert "没有人能赡养、抚养或扶养" in likely
    assert "潭县政办发〔2021〕11号" in likely
    assert "第4项" in likely
    assert "农村危房改造" in perhaps
    assert "要鉴定为 C 级或 D 级才行" in perhaps
    assert "特困供养和低保只能享受一种" in unlikely


def test_no_amount_is_named_where_the_county_entered_none(reader):
    assert "今年标准请问窗口或打 12345" in page(reader)
    assert not re.search(r"\d 元", page(reader))


def test_an_amount_stands_with_its_paper_where_there_is_one(reader):
    Standard.objects.create(
        kind="tekun_rural", area="430321", amount=80000, document="试〔2026〕1号", valid_from=timezone.localdate()
    )  # fmt: skip
    html = page(reader)
    assert "800 元" in html
    assert "试〔2026〕1号" in html


def test_a_clause_of_a_published_document_is_a_link_to_it(reader, plan):
    html = page(reader)
    assert re.search(r'本站可看：<a href="/policies/[^"]+#item1">', html)
    plan.document_number = "潭县政办发〔2021〕11号"
    plan.save_revision().publish()
    assert re.search(r'<a href="/policies/[^"]+#item4">', page(reader))
    assert "本站可看" not in page(reader)


def test_an_answer_is_changed_and_one_comes_back_to_the_result(reader):
    assert 'value="nobody" id="id_answer_0" required checked' in page(reader, "/check/support/") or re.search(
        r'value="nobody"[^>]*checked', page(reader, "/check/support/")
    )
    assert reader.post("/check/support/", {"answer": "able"}).url == "/check/result/"
    assert "特困人员救助供养" in page(reader).split("<details>")[1]


def test_the_window_of_the_chosen_township_is_shown_with_its_office_telephone_only(reader):
    from partners.models import Region

    region = Region.objects.get(code="430321112")
    region.office_phone = "13900001111"
    region.save()
    response = reader.post("/check/town/", {"town": region.code})
    assert response.url == "/check/result/#window"
    assert "石潭镇政务服务大厅" in page(reader)
    assert "1390000" not in page(reader)
    region.office_phone = "0731-57880000"
    region.save()
    assert "57880000" in page(reader).replace(" ", "").replace("-", "")
    assert reader.post("/check/town/", {"town": "430321112001"}).status_code == 422


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ([], "请选一个"),
        (["no-such"], "请选一个"),
        (["none", "dibao"], "不能和别的一起选"),
        (["unclear", "dibao"], "不能和别的一起选"),
        (["\x00"], "请选一个"),
    ],
)
def test_an_answer_that_is_none_says_so_and_keeps_the_others(reader, answer, words):
    response = reader.post("/check/aid/", {"answer": answer})
    assert response.status_code == 422
    assert words in response.content.decode()
    assert "特困人员救助供养" in page(reader)


@pytest.mark.parametrize("step", ["age", "income"])
def test_one_of_a_single_choice_is_taken(reader, step):
    first, last = (QUESTIONS[0] if step == "age" else QUESTIONS[3]).options[0], "unclear"
    assert reader.post(f"/check/{step}/", {"answer": [first.code, last]}).status_code == 302
    assert keeping_of(reader)[step] == [last]


def keeping_of(client):
    """What the cookie holds."""
    return signing.loads(client.cookies["check"].value, salt=keeping.SALT)


STALE = [
    "", "x", "null", signing.dumps({"age": ["over70"]}), signing.dumps([], salt=keeping.SALT),
    signing.dumps({"age": ["no-such"]}, salt=keeping.SALT), signing.dumps({"age": "over70"}, salt=keeping.SALT),
    signing.dumps({"age": [["over70"]]}, salt=keeping.SALT), signing.dumps({"name": ["周"]}, salt=keeping.SALT),
    signing.dumps({"town": ["x" * 4000]}, salt=keeping.SALT), signing.dumps({"aid": ["none", "dibao"]}, salt=keeping.SALT),
]  # fmt: skip


@pytest.mark.parametrize("value", STALE, ids=range(len(STALE)))
@pytest.mark.parametrize("path", ["/check/result/", "/check/health/", "/check/", "/check/age/"])
def test_a_cookie_that_is_not_ours_starts_anew_with_a_polite_word(network, value, path):
    client = Client()
    client.cookies["check"] = value
    html = page(client, path)
    assert ("请从头再来" in html) is (path in {"/check/result/", "/check/health/"})


def test_a_cookie_of_an_hour_ago_starts_anew(reader, monkeypatch):
    assert "可以去申请" in page(reader)
    monkeypatch.setattr(keeping, "LIFE", -1)
    assert "请从头再来" in page(reader)


def test_a_changed_letter_of_the_cookie_starts_anew(reader):
    value = reader.cookies["check"].value
    reader.cookies["check"] = ("A" if value[0] != "A" else "B") + value[1:]
    assert "请从头再来" in page(reader)


def test_answers_sent_without_the_earlier_ones_start_anew(network):
    client = Client()
    response = client.post("/check/house/", {"answer": "worn"})
    assert response.status_code == 302
    assert "请从头再来" in page(client, response.url)
    assert not client.cookies


def test_the_cookie_is_signed_short_and_goes_to_the_self_check_alone(reader):
    assert set(reader.cookies) == {"check", "check-en"}
    for name, path in (("check", "/check/"), ("check-en", "/en/check/")):
        cookie = reader.cookies[name]
        assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (path, True, "Strict")
        assert not cookie["max-age"] and not cookie["expires"]
        assert len(cookie.value) < 1000


def test_clearing_takes_every_answer_out_of_the_browser(reader):
    assert reader.post("/check/again/").url == "/check/"
    assert {cookie["max-age"] for cookie in reader.cookies.values()} == {0}


def test_nothing_is_stored_logged_or_put_into_an_address(network, caplog, django_assert_max_num_queries):
    from django.contrib.sessions.models import Session

    caplog.set_level(logging.DEBUG)
    client = Client()
    with django_assert_max_num_queries(60) as seen:
        answer_all(client)
        page(client)
    statements = [query["sql"] for query in seen.captured_queries]
    # A long reading on PostgreSQL goes by a cursor.
    assert not [
        sql for sql in statements if not re.match(r"SELECT|DECLARE \S+ NO SCROLL CURSOR FOR SELECT", sql)
    ]
    assert not AuditEvent.objects.exists() and not Session.objects.exists()
    codes = {code for code in GIVEN.values() if code != "none"}
    said = [record.getMessage() for record in caplog.records if record.name != "django.db.backends"]
    assert not [line for line in said if any(code in line for code in codes)]
    html = page(client)
    for address in re.findall(r'(?:href|action)="([^"]*)"', html):
        assert not any(code in address for code in codes), address


def test_no_page_may_be_stored_on_the_way(reader):
    for path in ("/check/", "/check/age/", "/check/result/"):
        response = reader.get(path)
        assert "no-store" in response["Cache-Control"]
        assert "X-Page-Cache" not in response


def test_another_site_cannot_send_answers(network):
    client = Client(headers={"Origin": "https://elsewhere.example"})
    assert client.post("/check/age/", {"answer": "over70"}).status_code == 403
    assert not client.cookies
    ours = Client(headers={"Origin": "http://testserver"}, enforce_csrf_checks=True)
    assert ours.post("/check/age/", {"answer": "over70"}).status_code == 302


def test_its_forms_set_no_other_cookie(network):
    client = Client()
    for path in ("/check/", "/check/age/"):
        client.get(path)
    assert not client.cookies


def test_the_result_takes_few_queries_whatever_it_shows(reader, plan, django_assert_max_num_queries):
    reader.post("/check/town/", {"town": "430321112"})
    page(reader)  # Wagtail looks for the root of its site once
    with django_assert_max_num_queries(12):
        page(reader)


def test_an_unknown_question_is_not_there(network):
    assert Client().get("/check/name/").status_code == 404


def test_all_of_it_is_there_in_english_with_the_same_answers(reader):
    html = page(reader, "/en/check/result/")
    assert "Likely to fit" in html
    assert "there are 4 kinds of help" in html
    body = re.sub(r'<(\w+) [^>]*lang="zh-Hans"[^>]*>.*?</\1>', "", html.split("<main")[1].split("</main>")[0])
    assert re.findall(r"[\u4e00-\u9fff]+", re.sub(r"<option.*?</option>", "", body)) == []
    english = Client()
    assert answer_all(english, "/en").url == "/en/check/result/"


def test_every_question_has_the_way_back(reader):
    assert 'href="/check/"' in page(reader, "/check/age/")
    for before, question in zip(QUESTIONS, QUESTIONS[1:], strict=False):
        assert f'href="/check/{before.step}/"' in page(reader, f"/check/{question.step}/")


def test_the_result_has_exactly_the_forms_of_town_and_clearing(reader):
    urls = {form.url for form in forms_of("/check/result/", page(reader)) if form.method == "post"}
    assert urls == {"/check/town/", "/check/again/"}


def test_the_home_page_and_the_bar_lead_to_it(network, plan):
    html = page(Client(), "/")
    assert html.count('href="/check/"') == 2
