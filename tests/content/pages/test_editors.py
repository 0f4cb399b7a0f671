"""Editors: the group may edit our pages; others have no way in."""

import pytest
from django.contrib.auth.models import Group
from wagtail.models import GroupPagePermission

from content.pages.editors import ensure_editor_group
from content.pages.tree import home_page
from portal.models import User


@pytest.fixture
def editor(db):
    user = User.objects.create(username="bianji", name="编辑甲")
    user.groups.add(ensure_editor_group())
    return user


def test_an_editor_may_write_and_publish_below_home_and_not_elsewhere(editor, plan):
    tester = plan.permissions_for_user(editor)
    assert tester.can_edit() and tester.can_publish()
    assert not home_page().get_parent().permissions_for_user(editor).can_edit()


def test_another_user_may_not(plan):
    other = User.objects.create(username="qita")
    assert not plan.permissions_for_user(other).can_edit()


def test_asking_again_changes_nothing(editor):
    before = GroupPagePermission.objects.filter(group__name="Editors").count()
    ensure_editor_group()
    assert GroupPagePermission.objects.filter(group__name="Editors").count() == before
    assert Group.objects.filter(name="Editors").count() == 1


def test_the_cms_asks_for_login_at_the_one_door(client, plan):
    answer = client.get("/cms/")
    assert answer.status_code == 302 and "/accounts/login/" in answer["Location"]
