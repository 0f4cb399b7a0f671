"""One human in several capacities: a page of them all, and each page says by which one it is shown."""

from datetime import timedelta

import pytest
from django.utils import timezone

from partners.models import Volunteer
from portal.permissions.hat_words import SIGHTS, sight_lines, wears_several
from portal.permissions.hats import Hat, forget_hats
from portal.permissions.roles import ALL_PERMISSIONS, ROLES
from tests import makers

pytestmark = pytest.mark.django_db


def officer_and_volunteer():
    """A village officer who also volunteers in a township."""
    village = makers.make_region("village", makers.make_region("township"), name="古城村")
    person = makers.make_post("livelihood_officer", village)
    Volunteer.objects.create(
        no=f"VO-{makers.serial():08d}", user=person, state="approved", home=village.parent
    )
    forget_hats(person)
    return person


def bar(page: str) -> str:
    """What the bar of a page says of the capacity."""
    return page.partition('class="brand"')[2].partition("</a>")[0]


def test_every_capacity_is_listed_with_its_place_and_what_it_shows(client):
    page = makers.sign_in(client, officer_and_volunteer()).get("/me/hats/").content.decode()
    assert "民生员 · 古城村" in page
    assert "古城村的住户" in page
    assert "派您去的住户" in page
    assert "志愿者" in page


@pytest.mark.parametrize(
    ("url", "worn", "other"), [("/village/", "民生员", "志愿者"), ("/my/today/", "志愿者", "民生员")]
)
def test_a_page_says_by_which_capacity_it_is_shown(client, url, worn, other):
    said = bar(makers.sign_in(client, officer_and_volunteer()).get(url).content.decode())
    assert worn in said
    assert other not in said


def test_with_one_capacity_the_bar_is_as_it_was(client):
    village = makers.make_region("village", makers.make_region("township"), name="古城村")
    officer = makers.make_post("livelihood_officer", village)
    said = bar(makers.sign_in(client, officer).get("/village/").content.decode())
    assert "古城村" in said
    assert "民生员" not in said


def test_what_begins_later_is_shown_apart(client):
    village = makers.make_region("village", makers.make_region("township"), name="古城村")
    person = makers.make_post("livelihood_officer", village, valid_from=timezone.now() + timedelta(days=3))
    page = makers.sign_in(client, person).get("/me/hats/").content.decode()
    assert "以后才开始的" in page
    assert "您现在没有岗位" in page


@pytest.mark.parametrize("role", [role for role in ROLES if role != "near_kin"])
def test_every_role_says_what_it_shows(role):
    assert sight_lines(Hat(role=role, region_name="某地"))


def test_sights_are_permissions_of_the_table():
    assert {permission for permission, _words in SIGHTS} <= ALL_PERMISSIONS


def test_near_kin_is_no_second_capacity():
    officer = makers.make_post("livelihood_officer", makers.make_region())
    kin = Hat(role="near_kin", shut_household=1)
    officer._hats = (Hat(role="livelihood_officer", region_name="甲"), kin)
    assert not wears_several(officer)
    assert "什么都看不到" in sight_lines(kin)[0]
