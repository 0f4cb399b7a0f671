"""What may be found is right at once: after publishing, changing, moving, hiding, running out and deleting."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction, Site

from content.models import PolicyPage, SearchPassage
from content.pages.actions import import_notice
from content.pages.tree import home_page, policy_index
from tests.content.policy_source import YUNXI

WORD = "备用金"


@pytest.fixture
def finds(client):
    """Whether the search page shows a document for a word, and how many."""
    return lambda word=WORD: len(client.get("/search/", {"q": word}).context["results"])


def test_a_published_document_is_found_in_the_next_request(finds, network, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    page = import_notice(text=YUNXI.read_text("utf-8"), publish=False).page
    assert finds() == 0 and not SearchPassage.objects.filter(page_id=page.pk).exists()
    page.get_latest_revision().publish()
    assert finds() == 1
    page.refresh_from_db()
    page.unpublish()
    assert finds() == 0 and not SearchPassage.objects.filter(page_id=page.pk).exists()


def test_a_draft_of_a_published_page_is_not_found_before_it_is_published(finds, plan):
    plan.short_title = "秸秆禁烧方案"
    revision = plan.save_revision()
    assert finds("秸秆禁烧") == 0 and finds() == 1
    revision.publish()
    assert finds("秸秆禁烧") == 1


def test_a_new_text_replaces_the_old_one(finds, plan):
    import_notice(text=YUNXI.read_text("utf-8").replace(WORD, "周转款"), publish=False)
    assert (finds(), finds("周转款")) == (1, 0)
    import_notice(text=YUNXI.read_text("utf-8").replace(WORD, "周转款"), publish=True)
    assert not SearchPassage.objects.filter(folded__contains=WORD).exists()
    assert finds("周转款") == 1


def test_a_page_that_code_puts_into_the_tree_is_found_and_one_that_is_not_live_is_not(finds, plan):
    home_page().add_child(instance=Page(title="秸秆公告", slug="straw"))
    home_page().add_child(instance=Page(title="粮食公告", slug="grain", live=False))
    assert (finds("秸秆公告"), finds("粮食公告")) == (1, 0)


def test_what_runs_out_is_gone_before_any_job_has_come(finds, plan):
    PolicyPage.objects.filter(pk=plan.pk).update(expire_at=timezone.now() - timedelta(seconds=1))
    assert finds() == 0
    PolicyPage.objects.filter(pk=plan.pk).update(expire_at=timezone.now() + timedelta(hours=1))
    assert finds() == 1


@pytest.mark.parametrize("kind", [PageViewRestriction.LOGIN, PageViewRestriction.PASSWORD])
@pytest.mark.parametrize("above", [False, True])
def test_a_private_page_is_not_found_nor_hinted_at(client, finds, plan, kind, above):
    restricted = policy_index() if above else plan
    kept = PageViewRestriction.objects.create(page=restricted, restriction_type=kind, password="x")
    assert finds() == 0
    html = client.get("/search/", {"q": "健全教育救注制度"}).content.decode()
    assert "健全教育救助制度" not in html
    assert finds("jianquanjiaoyujiuzhuzhidu") == 0
    kept.delete()
    assert finds() == 1
    assert "健全教育救助制度" in client.get("/search/", {"q": "健全教育救注制度"}).content.decode()


def test_a_moved_page_is_found_at_its_new_address_and_outside_the_site_not_at_all(client, finds, plan):
    shelf = policy_index().add_sibling("right", instance=type(policy_index())(title="旧文件", slug="old"))
    plan.move(shelf, pos="last-child")
    assert f'href="/old/{plan.slug}/#' in client.get("/search/", {"q": WORD}).content.decode()
    Page.objects.get(pk=shelf.pk).move(Page.get_first_root_node(), pos="last-child")
    assert finds() == 0
    Page.objects.get(pk=shelf.pk).move(home_page(), pos="last-child")
    assert finds() == 1


def test_another_first_page_of_the_site_changes_what_is_public(finds, plan):
    site = Site.objects.get()
    aside = Page.get_first_root_node().add_child(instance=Page(title="别处", slug="aside"))
    site.root_page = aside
    site.save()
    assert finds() == 0


def test_a_deleted_page_leaves_nothing(finds, plan):
    key = plan.pk
    plan.delete()
    assert finds() == 0 and not SearchPassage.objects.filter(page_id=key).exists()


def test_writing_the_same_again_changes_no_row(plan):
    before = list(SearchPassage.objects.values_list("pk", flat=True).order_by("pk"))
    call_command("index_search", verbosity=0)
    assert list(SearchPassage.objects.values_list("pk", flat=True).order_by("pk")) == before


def test_the_command_mends_an_index_that_was_lost(finds, plan):
    SearchPassage.objects.all().delete()
    assert finds() == 0
    call_command("index_search", verbosity=0)
    assert finds() == 1


def test_nothing_of_the_register_is_searched():
    """The passages belong to pages and are written from pages; no other model is read by this room."""
    assert {field.related_model for field in SearchPassage._meta.get_fields() if field.is_relation} == {Page}
