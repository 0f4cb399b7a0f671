"""One sentence for each class of fault that the CMS itself has published, asked of it as it is configured here."""

from unittest import mock

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.core.files.base import ContentFile
from django.urls import NoReverseMatch, reverse
from wagtail.documents.models import Document
from wagtail.images import get_image_model
from wagtail.models import Collection, CollectionViewRestriction, Page
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from content.models import PolicyPage, TextCorrection
from content.pages.editors import ensure_editor_group
from content.pages.tree import home_page, policy_index
from portal.permissions import policy as policy_table
from portal.permissions.roles import ALL_PERMISSIONS
from tests import makers

pytestmark = pytest.mark.django_db
SECRET = "不给编辑看的题目"
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def editor(client):
    """An editor at the desk of the CMS; `client` is theirs."""
    user = makers.make_post("editor", makers.make_region("county"))
    user.groups.add(ensure_editor_group())
    makers.sign_in(client, user)
    return user


def policy(number: str, title: str = "一份文件") -> PolicyPage:
    """A published document."""
    page = PolicyPage(
        title=title, short_title=title, slug=f"d{number}", document_number=f"测府发〔2021〕{number}号", issuer="局",
        written_on="2021-01-01", source="文",
    )  # fmt: skip
    page.corrections = [TextCorrection(wrong=f"错{number}", right="对")]
    policy_index().add_child(instance=page)
    page.save_revision().publish()
    return page


@pytest.fixture
def own(editor):
    """A page that the editor may change."""
    return policy("1")


@pytest.fixture
def outside(editor):
    """A page that lies beside the home page, where editors have no right."""
    page = Page(title=SECRET, slug="outside")
    home_page().get_parent().add_child(instance=page)
    page.save_revision()
    return page


def seen(client, url: str) -> bool:
    """Whether the address answers with a page; the title of the other's page is on none."""
    answer = client.get(url)
    assert answer.status_code in {200, 302, 403, 404}
    assert SECRET not in answer.content.decode()
    return answer.status_code == 200


def test_revisions_of_another_page_cannot_be_compared_by_a_guessed_number(client, own, outside):
    name = "wagtailadmin_pages:revisions_compare"
    mine, other = own.latest_revision_id, outside.latest_revision_id
    assert seen(client, reverse(name, args=[own.pk, mine, mine]))
    assert not seen(client, reverse(name, args=[own.pk, mine, other]))
    assert not seen(client, reverse(name, args=[own.pk, other, mine]))
    assert not seen(client, reverse(name, args=[outside.pk, other, other]))


@pytest.mark.parametrize("view", ["history", "edit", "view_draft", "preview_on_edit", "usage", "delete"])
def test_history_preview_and_the_other_views_of_a_page_ask_for_the_right_to_it(client, own, outside, view):
    assert seen(client, reverse(f"wagtailadmin_pages:{view}", args=[own.pk])) or view == "delete"
    assert not seen(client, reverse(f"wagtailadmin_pages:{view}", args=[outside.pk]))


def form_of(page: PolicyPage, correction: TextCorrection, **more) -> dict:
    """The editor's form of a page, in which one correction is named to be taken out."""
    row = {"id": correction.pk, "wrong": "x", "right": "y", "note": "", "anchor": "", "DELETE": "1"}
    names = list(page.get_edit_handler().get_form_class().base_fields)
    plain = {name: getattr(page, name, "") or "" for name in names if name not in {"key_points", "comments"}}
    return nested_form_data(
        plain
        | {
            "key_points": "null",
            "corrections": inline_formset([row], initial=1),
            "topics": inline_formset([]),
            "comments": inline_formset([]),
        }
        | more
    )


def test_a_child_named_in_the_form_of_another_page_stays(client, own):
    other = policy("2")
    theirs, mine = other.corrections.get(), own.corrections.get()
    client.post(reverse("wagtailadmin_pages:edit", args=[own.pk]), form_of(own, theirs))
    assert TextCorrection.objects.filter(pk=theirs.pk, page=other).exists()
    client.post(
        reverse("wagtailadmin_pages:edit", args=[own.pk]), form_of(own, mine, **{"action-publish": "1"})
    )
    assert not TextCorrection.objects.filter(pk=mine.pk).exists()


def test_a_copy_asks_for_the_right_to_the_source_and_to_the_destination(client, own, outside):
    def copy(source, parent, slug):
        data = {"new_title": "抄", "new_slug": slug, "new_parent_page": parent.pk}
        client.post(reverse("wagtailadmin_pages:copy", args=[source.pk]), data)
        return Page.objects.filter(slug=slug).exists()

    own.document_number = "抄不动"
    assert not copy(own, outside, "to-outside")
    assert not copy(outside, policy_index(), "from-outside")


def test_words_of_the_search_are_copied_only_with_the_right_to_add_them(client, editor):
    words = apps.get_model("content", "SynonymGroup").objects.first()
    url = reverse("wagtailsnippets_content_synonymgroup:copy", args=[words.pk])
    assert client.get(url).status_code == 200
    editor.groups.get(name="Editors").permissions.remove(Permission.objects.get(codename="add_synonymgroup"))
    assert client.get(url).status_code in {302, 403}


@pytest.fixture
def hidden(editor):
    """A document in a collection below one that is private."""
    private = Collection.get_first_root_node().add_child(name="不公开")
    CollectionViewRestriction.objects.create(collection=private, restriction_type="login")
    below = private.add_child(name="更里面")
    return Document.objects.create(title=SECRET, collection=below, file=ContentFile(b"x", name="x.txt"))


@pytest.mark.parametrize("name", ["documents", "images", "pages"])
def test_the_desks_own_listing_names_nothing_of_private_collections(client, hidden, outside, name):
    answer = client.get(f"/cms/api/main/{name}/")
    assert answer.status_code == (200 if name == "pages" else 403)
    assert SECRET not in answer.content.decode()


def test_the_choosers_last_step_gives_no_name_of_a_private_document(client, hidden):
    assert not seen(client, reverse("wagtaildocs_chooser:chosen", args=[hidden.pk]))
    assert not seen(client, f"{reverse('wagtaildocs_chooser:chosen_multiple')}?id={hidden.pk}")
    with mock.patch.dict(policy_table.THIRD_PARTY, {"cms/documents/": policy_table.THIRD_PARTY["cms/"]}):
        with pytest.raises(NoReverseMatch):  # without the shut door the CMS has read it already
            client.get(reverse("wagtaildocs_chooser:chosen", args=[hidden.pk]))


def test_no_address_serves_documents_so_no_header_tells_their_fingerprint(client, hidden):
    with pytest.raises(NoReverseMatch):
        reverse("wagtaildocs_serve", args=[hidden.pk, "x.txt"])
    assert client.get(f"/documents/{hidden.pk}/x.txt", headers={"if-none-match": '"x"'}).status_code == 404


def fields_told(models) -> list[str]:
    """The models that declare fields for the API of the desk, which asks nobody's right to them."""
    return [model.__name__ for model in models if getattr(model, "api_fields", None)]


def test_no_model_of_ours_hands_fields_to_the_desks_api_past_the_door():
    ours = [
        m for m in apps.get_models() if m._meta.app_label in {"content", "partners", "services", "portal"}
    ]
    assert ours and fields_told(ours) == []
    assert fields_told([type("Sample", (), {"api_fields": ["phone"]})]) == ["Sample"]


def test_no_address_makes_pictures_of_a_size_that_the_asker_chooses(client, editor):
    with pytest.raises(NoReverseMatch):
        reverse("wagtailimages_serve", args=["x", 1, "width-100000"])
    assert client.get(reverse("wagtailimages:preview", args=[1, "width-100000"])).status_code == 403


@pytest.mark.parametrize("view", ["edit", "history", "copy"])
def test_a_title_with_a_script_is_text_on_every_page_of_the_desk_and_for_the_public(client, editor, view):
    page = policy("3", title=SCRIPT)
    for url in (reverse(f"wagtailadmin_pages:{view}", args=[page.pk]), page.get_url(), "/policies/"):
        told = client.get(url).content.decode()
        assert SCRIPT not in told and "&lt;script&gt;" in told


def test_a_name_with_a_script_is_text_in_the_messages_of_the_desk(client, editor):
    page = policy("4", title=SCRIPT)
    answer = client.post(reverse("wagtailadmin_pages:unpublish", args=[page.pk]), follow=True)
    assert SCRIPT not in answer.content.decode() and "&lt;script&gt;" in answer.content.decode()


def test_the_desk_has_no_comments_whose_replies_it_would_send_to_the_wrong_person(settings):
    assert settings.WAGTAILADMIN_COMMENTS_ENABLED is False
    assert "comments" not in PolicyPage.get_edit_handler().get_form_class().formsets


@pytest.mark.parametrize("action", ["delete", "move", "publish", "unpublish"])
def test_no_action_on_many_pages_names_those_that_the_editor_has_no_right_to(client, own, outside, action):
    url = (
        f"{reverse('wagtail_bulk_action', args=['wagtailcore', 'page', action])}?id={own.pk}&id={outside.pk}"
    )
    assert not seen(client, url)
    with mock.patch.dict(policy_table.THIRD_PARTY, {"cms/bulk/": policy_table.THIRD_PARTY["cms/"]}):
        assert SECRET in client.get(url).content.decode()  # without the shut door the CMS names it


def leading_to_the_library(models) -> list[str]:
    """Fields that keep something as a picture or document of the CMS, whose privacy does not reach pictures."""
    kept = (get_image_model(), Document)
    return [
        f"{model.__name__}.{field.name}"
        for model in models
        for field in model._meta.get_fields()
        if field.concrete and field.related_model in kept
    ]


def test_photos_of_visits_and_certificates_never_become_pictures_of_the_cms():
    ours = [m for m in apps.get_models() if m._meta.app_label in {"partners", "services", "portal"}]
    assert ours and leading_to_the_library(ours) == []
    assert leading_to_the_library([apps.get_model("wagtailimages", "Rendition")]) == ["Rendition.image"]


def test_no_business_role_may_change_users_groups_or_rights(client, editor):
    forbidden = ("user", "group", "permission", "grouppagepermission")

    def loose(names) -> list[str]:
        return [name for name in names if name.split("_")[-1] in forbidden and "." not in name.split("_")[-1]]

    assert loose({name.split(".")[1] for name in ALL_PERMISSIONS}) == []
    assert loose(editor.groups.get().permissions.values_list("codename", flat=True)) == []
    assert loose(["change_user"]) == ["change_user"]
    for name in ("wagtailusers_users:index", "wagtailusers_groups:index", "wagtailusers_users:add"):
        assert client.get(reverse(name)).status_code == 403
