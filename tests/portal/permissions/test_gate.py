"""Default deny: undeclared, anonymous, wrong role, someone else's object, one factor; each with its control."""

import types

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from portal import urls
from portal.models import User
from portal.permissions.gate import needs, public, signed_in
from tests import makers

pytestmark = pytest.mark.django_db


def answer(request, **kwargs):
    """A view without a rule."""
    return HttpResponse("in")


def site() -> types.ModuleType:
    """The real site and a few routes more."""
    module = types.ModuleType("site_with_more")
    module.urlpatterns = [
        path("probe/undeclared/", answer),
        path("probe/public/", public(answer)),
        path("probe/mine/", signed_in(answer)),
        path("probe/function/", needs("services.open_desk")(answer)),
        path("probe/object/<str:no>/", needs("services.open_desk", takes_object="services.Need")(answer)),
        path("probe/read/", signed_in(methods=("GET",))(answer)),
        *urls.urlpatterns,
    ]
    for name in ("handler403", "handler404", "handler429", "handler500"):
        setattr(module, name, getattr(urls, name))
    return module


@pytest.fixture(autouse=True)
def probes(settings):
    settings.ROOT_URLCONF = site()


def browser(user: User | None, *, two_factor: bool = True) -> Client:
    return makers.sign_in(Client(), user, two_factor=two_factor) if user else Client()


def carer() -> User:
    return makers.make_member(makers.make_provider(), "worker")


def cadre() -> User:
    return makers.make_post("township_cadre", makers.make_region("township"))


def department() -> User:
    return makers.make_post("department_staff", makers.make_region("county"))


def nobody() -> None:
    return None


@pytest.mark.parametrize(
    ("who", "where", "status"),
    [
        (nobody, "undeclared/", 404),
        (carer, "undeclared/", 404),
        (cadre, "undeclared/", 404),
        (nobody, "public/", 200),
        (nobody, "mine/", 302),
        (carer, "mine/", 200),
        (nobody, "function/", 302),
        (carer, "function/", 403),
        (cadre, "function/", 200),
        (department, "function/", 200),
        (nobody, "object/N-1/", 302),
        (carer, "object/N-1/", 404),
        (cadre, "object/N-1/", 200),
    ],
)
def test_who_gets_in_where(who, where, status):
    assert browser(who()).get(f"/probe/{where}").status_code == status


def test_a_declared_route_answers_where_the_same_view_undeclared_does_not():
    client = browser(cadre())
    assert client.get("/probe/undeclared/").status_code == 404
    assert client.get("/probe/mine/").content == b"in"


@pytest.mark.parametrize(("two_factor", "status"), [(False, 302), (True, 200)])
@pytest.mark.parametrize("where", ["mine/", "function/", "object/N-1/"])
def test_hats_that_demand_two_factors_get_nowhere_with_one(two_factor, status, where):
    response = browser(cadre(), two_factor=two_factor).get(f"/probe/{where}")
    assert response.status_code == status
    assert response.headers.get("Location", "") == ("/accounts/2fa/totp/activate/" if status == 302 else "")


def test_hats_that_do_not_demand_it_need_only_one():
    assert browser(department(), two_factor=False).get("/probe/function/").status_code == 200


@pytest.mark.parametrize(
    ("method", "where", "status"),
    [
        ("POST", "public/", 405),
        ("HEAD", "public/", 200),
        ("PUT", "mine/", 405),
        ("DELETE", "mine/", 405),
        ("OPTIONS", "mine/", 405),
        ("TRACE", "mine/", 405),
        ("POST", "read/", 405),
        ("POST", "mine/", 200),
    ],
)
def test_only_declared_methods_are_answered(method, where, status):
    assert browser(carer()).generic(method, f"/probe/{where}").status_code == status


def test_an_end_of_the_role_counts_at_the_next_request():
    user = cadre()
    client = browser(user)
    assert client.get("/probe/function/").status_code == 200
    post = user.posts.get()
    post.valid_to = post.valid_from
    post.save()
    assert client.get("/probe/function/").status_code == 403


def test_the_answers_for_missing_and_forbidden_objects_are_the_same():
    client = browser(carer())
    forbidden, missing = client.get("/probe/object/N-1/"), client.get("/probe/objectless/N-1/")
    assert forbidden.status_code == missing.status_code == 404
    assert forbidden.content == missing.content.replace(b"objectless", b"object")


def test_pages_of_the_signed_in_are_never_stored():
    assert browser(carer()).get("/probe/mine/")["Cache-Control"] == "private, no-store"
    assert "Cache-Control" not in browser(None).get("/probe/public/")


def test_a_query_in_the_address_survives_the_login():
    response = browser(None).get("/probe/mine/?a=1&b=%E5%A4%A7")
    assert response["Location"] == "/accounts/login/?next=%2Fprobe%2Fmine%2F%3Fa%3D1%26b%3D%25E5%25A4%25A7"


def test_a_path_with_a_nul_is_no_page_and_no_error(client):
    makers.sign_in(client, makers.make_post("township_cadre", makers.make_region("township")))
    assert client.get("/probe/object/H-1/").status_code == 200
    for where in ("/probe/object/H%00/", "/households/H%00/", "/desk/needs/N%00/"):
        assert client.get(where).status_code == 404
