"""Weighty acts ask again after ten minutes, by the strongest proof, and lose nothing that was typed."""

import time

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core.cache import cache
from django.test import Client

from portal.models import AuditEvent, User
from portal.permissions.policy import routes
from portal.permissions.stepup import TABLE
from services.models import SightCase
from tests import makers

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-password"
GROUND = {"no": "H-00000000", "ground": "打不通电话，怕出事"}


@pytest.fixture(autouse=True)
def fresh_counts():
    cache.clear()


def digits(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def signed_in_since(user: User, minutes: float) -> Client:
    """A session whose proofs were shown so long ago."""
    client = makers.sign_in(Client(), user)
    session = client.session
    at = time.time() - minutes * 60
    session["account_authentication_methods"] = [
        {"method": "password", "at": at},
        {"method": "mfa", "type": "totp", "at": at},
    ]
    session.save()
    return client


def cadre_with_phone() -> tuple[User, str]:
    user = makers.make_post("township_cadre", makers.make_region("township"))
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return user, secret


def test_every_act_of_the_table_is_a_route_that_takes_its_methods():
    known = {route.name: route.rule for route in routes()}
    for name, act in TABLE.items():
        assert act.methods - {"HEAD"} <= set(known[name].methods), name


@pytest.mark.parametrize(("minutes", "asked"), [(1, False), (9.9, False), (10.1, True), (600, True)])
def test_ten_minutes(minutes, asked):
    user, _secret = cadre_with_phone()
    answer = signed_in_since(user, minutes).post("/desk/emergency/", GROUND)
    assert (answer.status_code == 302) is asked
    assert answer.get("Location", "").startswith("/accounts/2fa/reauthenticate/") is asked


def test_what_was_typed_waits_over_the_question_and_is_sent_by_the_persons_click():
    household = makers.make_household()
    user = makers.make_post("township_cadre", household.region.parent)
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    client = signed_in_since(user, 11)
    typed = {"no": household.no, "ground": "打不通电话，怕老人出事了"}
    asked = client.post("/desk/emergency/", typed)
    assert asked["Location"] == "/accounts/2fa/reauthenticate/?next=%2Fme%2Fkept%2F"
    assert not SightCase.objects.exists()
    assert "要紧" in client.get(asked["Location"]).content.decode()
    shown = client.post(asked["Location"], {"code": digits(secret), "next": "/me/kept/"})
    assert shown["Location"] == "/me/kept/"
    page = client.get("/me/kept/")
    assert "打不通电话，怕老人出事了" in page.content.decode()
    fields = dict(page.context["typed"].fields)
    sent = client.post(page.context["typed"].path, fields)
    assert sent.status_code == 422, "the act has its own say, beside what was typed"
    assert "打不通电话，怕老人出事了" in sent.content.decode()


def test_with_a_second_factor_the_password_alone_does_not_do():
    user, _secret = cadre_with_phone()
    client = signed_in_since(user, 11)
    session = client.session
    session["account_authentication_methods"].append({"method": "password", "at": time.time()})
    session.save()
    assert client.post("/desk/emergency/", GROUND).status_code == 302


def test_without_a_second_factor_the_password_is_asked():
    user = makers.make_user()
    client = signed_in_since(user, 11)
    asked = client.post("/me/close/")
    assert asked["Location"].startswith("/accounts/reauthenticate/")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": "/me/close/"})
    assert client.post("/me/close/")["Location"] == "/me/closed/"
    assert AuditEvent.objects.filter(verb="account.closed").count() == 1


@pytest.mark.parametrize(
    ("field", "asked"), [("id_number", True), (" id_number", True), ("health", True), ("phone", False)]
)
def test_only_the_strongest_masks_ask(field, asked):
    household = makers.make_household()
    county = household.region.parent.parent
    client = signed_in_since(makers.make_post("bureau_staff", county), 11)
    answer = client.post(f"/households/{household.no}/unmask/", {"field": field, "ground": "核对身份证"})
    assert (answer.status_code == 302) is asked


def test_what_is_there_and_what_never_was_are_asked_alike():
    household = makers.make_household()
    client = signed_in_since(makers.make_post("bureau_staff", household.region.parent.parent), 11)
    answers = [
        client.post(f"/households/{no}/unmask/", {"field": "id_number", "ground": "核对"})["Location"]
        for no in (household.no, "H-00000000")
    ]
    assert answers[0] == answers[1]


def test_who_may_not_act_at_all_is_not_asked_for_a_code():
    client = signed_in_since(makers.make_member(makers.make_provider(), "worker"), 11)
    assert client.post("/desk/emergency/", GROUND).status_code == 403
