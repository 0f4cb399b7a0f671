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


def said_on(page: str) -> str:
    """What a page says of the capacity in which it is shown."""
    return page.partition("您在按“")[2].partition("”看")[0]


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
    said = said_on(makers.sign_in(client, officer_and_volunteer()).get(url).content.decode())
    assert worn in said
    assert other not in said


def test_with_one_capacity_the_bar_is_as_it_was(client):
    village = makers.make_region("village", makers.make_region("township"), name="古城村")
    officer = makers.make_post("livelihood_officer", village)
    page = makers.sign_in(client, officer).get("/village/").content.decode()
    assert said_on(page) == ""


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


def test_a_desk_says_it_in_its_bar(client):
    cadre = makers.make_post("township_cadre", makers.make_region("township", name="石潭镇"))
    makers.make_member(makers.make_provider(name="某社（虚构）"), "manager", cadre)
    forget_hats(cadre)
    makers.sign_in(client, cadre)
    bars = [
        client.get(url).content.decode().partition('class="brand"')[2].partition("</a>")[0]
        for url in ("/desk/network/", "/agency/tasks/")
    ]
    assert "乡镇民政干部 · 石潭镇" in bars[0]
    assert "机构负责人 · 某社" in bars[1]
