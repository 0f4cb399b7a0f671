"""A document is replaced: who answers for the guides that cite it is told the same day."""

from datetime import date

import pytest

from content.guides.flagging import flag_superseded
from content.guides.models import GuideIndexPage, GuidePage, GuideStatement
from content.models import PolicySuccession
from content.pages.actions import import_notice
from content.pages.editors import ensure_editor_group
from content.pages.tree import home_page
from portal.base import topics
from portal.base.models import OutboxMessage
from portal.models import User
from tests.content.policy_source import YUNXI

DAY = date(2026, 3, 1)


def _editor(name):
    user = User.objects.create(username=name, name=name)
    user.groups.add(ensure_editor_group())
    return user


@pytest.fixture
def owner(plan):
    return _editor("zhubian")


@pytest.fixture
def guide(plan, owner):
    """A guide resting on two clauses of the plan; another editor is there too."""
    _editor("qita")
    index = home_page().add_child(instance=GuideIndexPage(title="指南", slug="guides"))
    page = index.add_child(instance=GuidePage(title="试", slug="try", topic="living", owner=owner))
    for anchor in ("item4", "item6"):
        GuideStatement.objects.create(
            page=page, section="who", words="话", document=plan.document_number, anchor=anchor
        )
    return page


@pytest.fixture
def step(plan, guide):
    text = YUNXI.read_text("utf-8").replace(plan.document_number, "云溪县政办发〔2026〕3号")
    newer = import_notice(text=text.replace("2025年3月18日", "2026年2月1日"), publish=True).page
    return PolicySuccession.objects.create(older=plan, newer=newer, from_day=DAY)


def told():
    return OutboxMessage.objects.filter(topic="guide_superseded")


def test_the_owner_is_told_once_on_the_day_and_led_to_the_editor(step, guide, owner):
    flag_superseded(date(2026, 2, 28))
    assert not told().exists()
    flag_superseded(DAY)
    flag_superseded(DAY)
    message = told().get()
    assert message.receiver == owner and topics.may_receive(owner, message)
    assert topics.link_of(message) == f"/cms/pages/{guide.pk}/edit/"


def test_a_draft_successor_tells_nobody(step):
    step.newer.unpublish()
    flag_superseded(DAY)
    assert not told().exists()


@pytest.mark.parametrize("gone", ["nobody", "left", "no_longer_an_editor"])
def test_without_an_owner_who_can_edit_every_editor_is_told(step, guide, owner, gone):
    GuidePage.objects.filter(pk=guide.pk).update(owner=None if gone == "nobody" else owner)
    User.objects.filter(pk=owner.pk).update(is_active=gone != "left")
    owner.groups.set([] if gone == "no_longer_an_editor" else owner.groups.all())
    flag_superseded(DAY)
    expected = {"qita", "zhubian"} if gone == "nobody" else {"qita"}
    assert set(told().values_list("receiver__username", flat=True)) == expected


def test_the_editor_of_the_guide_shows_the_new_document(step, guide, rf, owner):
    panels = GuidePage.get_edit_handler()
    form = panels.get_form_class()(instance=guide, for_user=owner)
    request = rf.get("/")
    request.user = owner
    html = panels.get_bound_panel(instance=guide, request=request, form=form).render_form_content()
    assert "云溪县政办发〔2026〕3号" in html
    PolicySuccession.objects.all().delete()
    html = panels.get_bound_panel(instance=guide, request=request, form=form).render_form_content()
    assert "云溪县政办发〔2026〕3号" not in html
