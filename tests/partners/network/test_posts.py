from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partners.models import Department, Post, Region
from partners.network.actions import appoint, end_post
from partners.network.loading import load_departments, load_regions
from partners.network.offers import invite_to_post
from portal.accounts.resets import may_reset
from portal.base.refused import Refused
from portal.models import AuditEvent, User
from portal.permissions.hats import hats
from tests import makers
from tests.partners.casting import make_cast, new_phone

pytestmark = pytest.mark.django_db


def code_of(act, **args) -> str:
    """The code with which the act is refused; empty when it is done."""
    try:
        act(**args)
    except Refused as no:
        return no.code
    return ""


# who appoints, the role, the place, the code of the refusal
APPOINTING = [
    ("bureau", "township_cadre", "town", ""),
    ("bureau", "livelihood_officer", "village", ""),
    ("bureau", "bureau_staff", "county", ""),
    ("bureau", "inspector", "county", ""),
    ("bureau", "sysadmin", "county", "not_yours"),
    ("bureau", "township_cadre", "village", "wrong_level"),
    ("bureau", "emperor", "county", "role_unknown"),
    ("bureau", "manager", "county", "role_unknown"),
    ("bureau", "department_staff", "county", "department_missing"),
    ("cadre", "livelihood_officer", "village", "not_yours"),
    ("cadre", "township_cadre", "town", "not_yours"),
    ("outsider", "livelihood_officer", "village", "not_yours"),
]


@pytest.mark.parametrize(("who", "role", "place", "code"), APPOINTING)
def test_who_appoints_whom_where(who, role, place, code):
    cast = make_cast()
    user = makers.make_user()
    by = getattr(cast, who)
    assert code_of(appoint, user=user, role=role, region=getattr(cast, place), by=by) == code
    assert Post.objects.filter(user=user).exists() is (code == "")


INVITING = [
    ("bureau", "township_cadre", "town", ""),
    ("bureau", "bureau_staff", "county", "not_yours"),
    ("cadre", "livelihood_officer", "village", ""),
    ("cadre", "township_cadre", "town", "not_yours"),
    ("other_cadre", "livelihood_officer", "village", "not_yours"),
    ("outsider", "livelihood_officer", "village", "not_yours"),
]


@pytest.mark.parametrize(("who", "role", "place", "code"), INVITING)
def test_only_posts_below_ones_own_are_invited_to(who, role, place, code):
    cast = make_cast()
    people = User.objects.count()
    args = {"name": "测试新人", "phone": new_phone(), "role": role, "region": getattr(cast, place)}
    assert code_of(invite_to_post, by=getattr(cast, who), **args) == code
    assert User.objects.count() == people + (code == "")


def test_nobody_appoints_oneself():
    cast = make_cast()
    args = {"role": "inspector", "region": cast.county, "by": cast.bureau}
    assert code_of(appoint, user=cast.bureau, **args) == "own_post"
    assert code_of(appoint, user=cast.second_bureau, **args) == ""


def test_a_post_is_held_once():
    cast = make_cast()
    user = makers.make_user()
    args = {"user": user, "role": "livelihood_officer", "region": cast.village, "by": cast.bureau}
    assert code_of(appoint, **args) == ""
    assert code_of(appoint, **args) == "held_already"


def test_a_department_post_names_its_department():
    load_departments()
    cast = make_cast()
    user = makers.make_user()
    unit = Department.objects.get(code="yibao")
    appoint(user=user, role="department_staff", region=cast.county, department=unit, by=cast.bureau)
    assert [hat.department_id for hat in hats(user, timezone.now())] == [unit.pk]


def test_a_post_for_a_term_is_worn_between_its_days_and_not_given_twice():
    cast = make_cast()
    user, now = makers.make_user(), timezone.now()
    args = {"user": user, "role": "livelihood_officer", "region": cast.village, "by": cast.bureau}
    begins, until = now + timedelta(days=3), now + timedelta(days=9)
    assert code_of(appoint, begins=begins, until=begins, **args) == "order"
    assert code_of(appoint, begins=now - timedelta(days=3), **args) == "past"
    assert code_of(appoint, begins=begins, until=until, **args) == ""
    assert code_of(appoint, begins=until - timedelta(days=1), **args) == "held_already"
    assert [bool(hats(user, now + timedelta(days=day))) for day in (1, 4, 8, 10)] == [
        False,
        True,
        True,
        False,
    ]


def test_an_end_to_come_leaves_the_post_until_then():
    cast = make_cast()
    post, now = Post.objects.get(user=cast.cadre), timezone.now()
    on = now + timedelta(days=2)
    assert code_of(end_post, post=post, by=cast.bureau, on=now - timedelta(days=1)) == "past"
    end_post(post=post, by=cast.bureau, on=on)
    assert [bool(hats(cast.cadre, moment)) for moment in (now, on)] == [True, False]


def test_an_ended_post_shows_nothing_from_then_on_and_leaves_a_trace():
    cast = make_cast()
    post = Post.objects.get(user=cast.cadre)
    end_post(post=post, by=cast.bureau)
    assert hats(cast.cadre, timezone.now()) == ()
    assert AuditEvent.objects.filter(verb="post.ended", object_no=str(post.uid)).exists()
    assert code_of(end_post, post=post, by=cast.bureau) == "ended"


@pytest.mark.parametrize(("who", "code"), [("cadre", "own_post"), ("other_cadre", "not_yours")])
def test_who_may_not_end_a_post(who, code):
    cast = make_cast()
    post = Post.objects.get(user=cast.cadre)
    assert code_of(end_post, post=post, by=getattr(cast, who)) == code
    assert code_of(end_post, post=post, by=cast.bureau) == ""


def test_a_cadre_resets_the_village_officers_of_the_own_township_only():
    cast = make_cast()
    officer = makers.make_post("livelihood_officer", cast.village)
    assert may_reset(cast.cadre, officer)
    assert not may_reset(cast.other_cadre, officer)
    assert not may_reset(officer, cast.cadre)
    assert not may_reset(cast.cadre, cast.bureau)


def test_an_officer_with_a_second_hat_is_not_reset_by_the_cadre():
    cast = make_cast()
    officer = makers.make_post("livelihood_officer", cast.village)
    makers.make_member(makers.make_provider(), "manager", officer)
    assert not may_reset(cast.cadre, officer)


def test_the_desk_of_the_whole_county_asks_at_most_twenty(client):
    load_regions()
    bureau = makers.make_post("bureau_staff", Region.objects.get(level="county"))
    makers.sign_in(client, bureau)
    for village in Region.objects.filter(level="village")[:40]:
        makers.make_post("livelihood_officer", village)
    client.get("/desk/network/")
    with CaptureQueriesContext(connection) as asked:
        page = client.get("/desk/network/").content.decode()
    assert len(asked) <= 20
    assert "缺 311 人" in page
    assert "17 个乡镇、351 个村（社区）" in page


def test_a_cadre_sees_the_own_township_only(client):
    cast = make_cast()
    makers.sign_in(client, cast.cadre)
    page = client.get("/desk/network/").content.decode()
    assert "石潭镇" in page
    assert "花石镇" not in page
    assert client.get(f"/desk/network/{cast.town.code}/").status_code == 200
    assert client.get(f"/desk/network/{cast.other_town.code}/").status_code == 404
    assert client.get("/desk/network/430399/").status_code == 404


def test_appointing_and_ending_by_pages(client):
    cast = make_cast()
    user = makers.make_user()
    makers.sign_in(client, cast.bureau)
    url = f"/desk/network/{cast.town.code}/"
    wrong = client.post(
        f"{url}appoint/", {"username": "nobody", "role": "livelihood_officer", "region": cast.town.code}
    )
    assert wrong.status_code == 422
    assert set(wrong.context["form"].errors) == {"username", "region"}
    data = {"username": user.username, "role": "livelihood_officer", "region": cast.village.code}
    assert client.post(f"{url}appoint/", data).status_code == 302
    post = Post.objects.get(user=user)
    assert user.name in client.get(url).content.decode()
    assert client.get(f"/desk/posts/{post.uid}/end/").status_code == 200
    assert client.post(f"/desk/posts/{post.uid}/end/", {"when": "now"}).status_code == 302
    assert user.name not in client.get(url).content.decode()


def test_an_invitation_shows_its_link_once(client):
    cast = make_cast()
    makers.sign_in(client, cast.cadre)
    data = {
        "name": "测试新人",
        "phone": new_phone(),
        "role": "livelihood_officer",
        "region": cast.village.code,
    }
    answer = client.post("/desk/people/invite/", data)
    assert answer.status_code == 200
    assert "/activate/" in answer.content.decode()
    assert Post.objects.filter(role="livelihood_officer", region=cast.village).exists()
    wrong = client.post("/desk/people/invite/", data | {"role": "township_cadre"})
    assert wrong.status_code == 422
    assert "测试新人" in wrong.content.decode()
