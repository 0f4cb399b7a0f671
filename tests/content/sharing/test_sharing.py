"""What is passed on of the library: feeds, map, metadata, posters and the API, never a draft or a private page."""

import json
import re
from datetime import timedelta
from xml.etree import ElementTree as Xml

from django.db import transaction
from django.utils import timezone
from wagtail.models import PageViewRestriction

from content.guides.loading import guide_index
from content.models import GuidePage, PolicyPage
from content.sharing.metadata import block
from portal.base import public_stamp

PLAN = "/policies/2025-6/"
PLACES = ["/policies/rss.xml", "/policies/atom.xml", "/en/policies/rss.xml", "/sitemap.xml", "/api/v2/pages/"]


def hide(plan, way):
    """Take the plan away from the public."""
    if way == "draft":
        plan.unpublish()
    elif way == "private":
        PageViewRestriction.objects.create(page=plan, restriction_type="login")
    elif way == "private above":
        PageViewRestriction.objects.create(page=plan.get_parent(), restriction_type="password", password="x")
    else:
        PolicyPage.objects.filter(pk=plan.pk).update(expire_at=timezone.now() - timedelta(minutes=1))


def test_what_is_not_for_everybody_is_passed_on_nowhere(client, plan):
    details = (f"/poster/{plan.pk}/", f"/api/v2/pages/{plan.pk}/")
    for path in PLACES:
        assert "2025-6/" in client.get(path).content.decode(), path
    assert {client.get(path).status_code for path in details} == {200}
    for way in ("draft", "private", "private above", "run out"):
        with transaction.atomic():
            hide(PolicyPage.objects.get(pk=plan.pk), way)
            for path in PLACES:
                page = client.get(path)
                assert page.status_code == 200 and "2025-6/" not in page.content.decode(), (way, path)
            assert {client.get(path).status_code for path in details} == {404}, way
            transaction.set_rollback(True)


def test_a_page_made_private_makes_the_cache_old(plan, django_capture_on_commit_callbacks):
    before = public_stamp.current()
    with django_capture_on_commit_callbacks(execute=True):
        row = PageViewRestriction.objects.create(page=plan, restriction_type="login")
    private = public_stamp.current()
    with django_capture_on_commit_callbacks(execute=True):
        row.delete()
    assert len({before, private, public_stamp.current()}) == 3


def test_feeds_are_sound_and_speak_the_language_of_the_address(client, plan):
    rss = Xml.fromstring(client.get("/policies/rss.xml").content)
    assert [item.findtext("link") for item in rss.iter("item")] == [f"http://testserver{PLAN}"]
    atom = Xml.fromstring(client.get("/en/policies/atom.xml").content)
    entry = atom.find("{http://www.w3.org/2005/Atom}entry")
    assert entry.find("{http://www.w3.org/2005/Atom}link").get("href") == f"http://testserver/en{PLAN}"
    assert "fictitious" in entry.findtext("{http://www.w3.org/2005/Atom}title")


def test_the_map_names_every_page_in_both_languages_and_each_exists(client, plan):
    found = re.findall(r"<loc>http://testserver(.*?)</loc>", client.get("/sitemap.xml").content.decode())
    assert {"/", "/en/", PLAN, f"/en{PLAN}", "/places/", "/en/figures/"} <= set(found)
    assert len(found) == len(set(found))
    assert [path for path in found if client.get(path).status_code != 200] == []


def test_a_document_says_what_it_is_and_no_more_than_an_editor_confirmed(client, plan):
    def facts() -> dict:
        page = client.get(PLAN)
        assert "nonce" not in page["Content-Security-Policy"]
        return json.loads(
            re.search(r'<script type="application/ld\+json">(.*?)</script>', page.content.decode()).group(1)
        )

    assert facts()["@type"] == "Legislation" and facts()["legislationDate"] == "2025-03-18"
    assert facts()["url"] == f"http://testserver{PLAN}" and "legislationLegalForce" not in facts()
    PolicyPage.objects.filter(pk=plan.pk).update(validity="in_force")
    assert facts()["legislationLegalForce"] == "https://schema.org/InForce"


def test_no_title_ends_the_block_of_data():
    told = block({"name": "</script><script>alert(1)</script>&"})
    assert "<" not in told and json.loads(told)["name"].startswith("</script>")


# asked, status
ASKED = [
    ("?type=content.PolicyPage&fields=*", 200),
    ("?fields=source", 400),
    ("?type=content.PolicyPage&fields=source", 400),
    ("?type=content.PolicyPage&fields=owner,latest_revision", 400),
    ("?type=auth.User", 400),
    ("?type=content.PolicyPage&key_points=x", 400),
    ("?search=低保", 400),
    ("?offset=-1", 400),
    ("?limit=1000", 400),
    ("?order=password", 400),
    ("?child_of=x", 400),
    ("?child_of=999999999999999999999", 400),
    ("?fields=((((((", 400),
]


def test_the_api_tells_named_fields_alone(client, plan):
    for query, status in ASKED:
        answer = client.get(f"/api/v2/pages/{query}")
        assert answer.status_code == status and answer["Content-Type"] == "application/json", query
        assert not answer.cookies


def test_the_api_tells_the_facts_of_a_document_and_takes_nothing(client, plan):
    told = client.get(f"/api/v2/pages/{plan.pk}/").json()
    assert set(told) == {
        "id", "meta", "title", "short_title", "title_en", "document_number", "issuer", "written_on", "validity", "summary_en",
    }  # fmt: skip
    assert set(told["meta"]) == {"type", "detail_url", "html_url", "slug", "first_published_at"}
    assert told["meta"]["html_url"] == f"http://testserver{PLAN}"
    assert client.get(told["meta"]["detail_url"]).json() == told
    for method in (client.post, client.put, client.patch, client.delete):
        assert method(f"/api/v2/pages/{plan.pk}/").status_code == 405


def test_a_poster_carries_the_address_as_code_and_in_letters(client, plan):
    page = client.get(f"/poster/{plan.pk}/").content.decode()
    assert f"http://testserver{PLAN}" in page and page.count("<svg") == 1 and "12345" in page
    assert "云溪县政办发〔2025〕6号" in page


# Every page for readers that needs no answer of theirs.
READERS = ["/", "/policies/", PLAN, f"{PLAN}units/", "/search/?q=低保", "/check/", "/places/", "/who/", "/providers/", "/join/", "/figures/",
           "/about/privacy/", "/about/accessibility/", "/display/", "/policies/rss.xml", "/sitemap.xml", "/api/v2/pages/", "/nowhere/"]  # fmt: skip


def test_readers_get_no_cookie_but_the_display_choices(client, plan):
    for path in READERS:
        assert not client.get(path).cookies, path
    chosen = client.get("/display/?set=1&next=/&size=xl&theme=contrast")
    assert set(chosen.cookies) == {"size", "theme"}


def test_a_guide_is_a_service_and_its_poster_says_it_in_a_minute(client, plan):
    guide = GuidePage(title="低保", slug="dibao", topic="living", help_code="", title_en="Dibao")
    guide_index().add_child(instance=guide)
    guide.statements.create(
        section="summary", words="家里收入低，政府每月补钱。", words_en="Money each month.", anchor="item1"
    )
    guide.save()
    page = client.get("/guides/dibao/").content.decode()
    assert '"@type": "GovernmentService"' in page and f'href="/poster/{guide.pk}/"' in page
    assert "家里收入低，政府每月补钱。" in client.get(f"/poster/{guide.pk}/").content.decode()
    assert "Money each month." in client.get(f"/en/poster/{guide.pk}/").content.decode()
