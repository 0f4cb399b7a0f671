"""Routes of other packages: by prefix, the gate and a sample."""

import pytest

from portal.permissions.policy import THIRD_PARTY, routes
from tests import makers

pytestmark = pytest.mark.django_db
SAMPLE = [
    "/cms/",
    "/cms/pages/",
    "/cms/reports/site-history/",
    "/cms/account/",
]
ROLES = ["volunteerless", "livelihood_officer", "township_cadre", "bureau_staff", "finance", "sysadmin"]


def test_every_third_party_route_falls_under_a_prefix():
    others = [route for route in routes() if not route.own]
    assert len(others) > 50
    assert {route.path for route in others if route.rule is None} == set()
    assert {route.path.split("/")[0] for route in others} <= {
        prefix.split("/")[0] for prefix in THIRD_PARTY
    } | {"accounts", "en", "login"}


@pytest.mark.parametrize("url", SAMPLE)
def test_the_editor_alone_enters_the_editing_side(client, url):
    county = makers.make_region("county")
    assert "/accounts/login/" in client.get(url)["Location"]
    for role in ROLES:
        user = makers.make_user() if role == "volunteerless" else makers.make_post(role, county)
        makers.sign_in(client, user)
        assert client.get(url).status_code == 403, role
    makers.sign_in(client, makers.make_post("editor", county))
    assert client.get(url).status_code in {200, 302}


@pytest.mark.parametrize("url", ["/cms/login/", "/login/"])
def test_there_is_no_second_login_door(client, url):
    answer = client.get(url)
    assert answer.status_code == 302
    assert "/accounts/login/" in answer["Location"]


@pytest.mark.parametrize(
    "url",
    [
        "/django-admin/",
        "/admin/",
        "/cms/users/",
        "/cms/groups/",
        "/media/x.jpg",
        "/cms/password_reset/",
        "/cms/images/",
        "/cms/documents/",
        "/cms/api/main/images/",
        "/cms/api/main/documents/",
        "/cms/bulk/wagtailcore/page/delete/",
    ],  # fmt: skip
)
def test_doors_that_must_not_exist_do_not_open(client, url):
    makers.sign_in(client, makers.make_post("editor", makers.make_region("county")))
    assert client.get(url).status_code in {302, 403, 404}
