"""One-time links: how an account begins and is given back without SMS."""

import logging
import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from portal.accounts import resets
from portal.accounts.actions import activate, digest_of, invite, issue_invitation, issue_reset
from portal.base.refused import Refused
from portal.models import Activation, AuditEvent, User
from tests import makers

pytestmark = pytest.mark.django_db
GOOD = "shitan-2026-zhen"


@pytest.fixture(autouse=True)
def fresh_counts():
    cache.clear()


@pytest.fixture
def inviter() -> User:
    return makers.make_post("township_cadre", makers.make_region("township"))


@pytest.fixture
def rule(monkeypatch):
    """A registered rule: managers reset everybody named `mine`."""
    monkeypatch.setattr(resets, "_rules", [])
    resets.register_reset_rule(
        lambda by, user: by.has_perm("partners.manage_team") and user.username.startswith("mine")
    )


def code_of(action, **arguments) -> str:
    with pytest.raises(Refused) as refusal:
        action(**arguments)
    return refusal.value.code


def test_an_invited_person_chooses_a_password_and_logs_in_with_the_phone(client, inviter):
    user, secret = invite(name="测试甲", phone="13700137000", by=inviter)
    assert not user.has_usable_password()
    opened = client.get(f"/activate/{secret}/")
    assert (opened.status_code, opened["Location"]) == (302, "/activate/")
    assert opened["Referrer-Policy"] == "no-referrer"
    page = client.get("/activate/")
    assert page.status_code == 200
    assert secret not in page.content.decode()
    # With no-referrer the browser would post the form with `Origin: null`, which is refused.
    assert page["Referrer-Policy"] == "same-origin"
    done = client.post("/activate/", {"password1": GOOD, "password2": GOOD})
    assert (done.status_code, done["Location"]) == (302, "/accounts/login/")
    login = client.post("/accounts/login/", {"login": "137 0013 7000", "password": GOOD})
    assert login.status_code == 302
    assert client.get("/me/").status_code == 200
    verbs = set(AuditEvent.objects.values_list("verb", flat=True))
    assert {"account.invited", "account.activated", "account.logged_in"} <= verbs


def test_looking_uses_nothing_up_and_the_second_use_is_refused(client, inviter):
    user, secret = invite(name="测试甲", phone="", by=inviter, username="jia-test")
    for _ in range(3):
        client.get(f"/activate/{secret}/")
        assert client.get("/activate/").status_code == 200
    assert Activation.objects.get(user=user).used_at is None
    activate(secret=secret, password=GOOD, at=timezone.now())
    assert client.get("/activate/").status_code == 410
    assert code_of(activate, secret=secret, password=GOOD, at=timezone.now()) == "link_dead"


@pytest.mark.parametrize("password", ["short", "12345678901", "password123", ""])
def test_a_weak_password_keeps_the_link_alive(client, inviter, password):
    user, secret = invite(name="测试甲", phone="", by=inviter)
    client.get(f"/activate/{secret}/")
    response = client.post("/activate/", {"password1": password, "password2": password})
    assert response.status_code == 422
    assert not re.search(
        "[A-Za-z]{4,}", str(response.context["form"].errors.as_data()["password1"][0].message)
    )
    assert code_of(activate, secret=secret, password=password, at=timezone.now()) == "weak_password"
    assert Activation.objects.get(user=user).used_at is None


def test_the_link_ends_after_seven_days_to_the_second(inviter):
    user, secret = invite(name="测试甲", phone="", by=inviter)
    end = Activation.objects.get(user=user).valid_to
    assert timedelta(days=6, hours=23) < end - timezone.now() <= timedelta(days=7)
    assert code_of(activate, secret=secret, password=GOOD, at=end) == "link_dead"
    activate(secret=secret, password=GOOD, at=end - timedelta(seconds=1))


def test_unknown_used_ended_links_and_those_of_inactive_people_answer_alike(client, inviter):
    user, secret = invite(name="测试甲", phone="", by=inviter)
    user.is_active = False
    user.save(update_fields=["is_active"])
    bodies = set()
    for value in (secret, "never-was"):
        client.get(f"/activate/{value}/")
        response = client.get("/activate/")
        assert response.status_code == 410
        bodies.add(response.content)
    assert len(bodies) == 1


def test_only_the_digest_is_stored_and_nothing_of_the_secret_is_recorded_or_logged(client, inviter, caplog):
    with caplog.at_level(logging.DEBUG):
        _, secret = invite(name="测试甲", phone="", by=inviter)
        client.get(f"/activate/{secret}/")
        client.post("/activate/", {"password1": "x", "password2": "y"})
        client.get(f"/activate/{secret}/no/such/page/")
    assert Activation.objects.filter(digest=digest_of(secret)).exists()
    assert not any(secret in str(list(row.values())) for row in Activation.objects.values())
    assert not any(secret in str(row.detail) for row in AuditEvent.objects.all())
    assert secret not in caplog.text


def test_a_new_link_ends_the_one_before(inviter):
    user, first = invite(name="测试甲", phone="", by=inviter)
    second = issue_invitation(user=user, by=inviter)
    assert code_of(activate, secret=first, password=GOOD, at=timezone.now()) == "link_dead"
    activate(secret=second, password=GOOD, at=timezone.now())
    assert code_of(issue_invitation, user=user, by=inviter) == "already_active"


@pytest.mark.parametrize("role", ["manager", "station_lead"])
def test_people_with_a_team_may_invite(role):
    provider = makers.make_provider()
    invite(name="测试乙", phone="", by=makers.make_member(provider, role))


@pytest.mark.parametrize("role", ["livelihood_officer", "inspector", "editor", "finance"])
def test_others_may_not_invite(role):
    by = makers.make_post(role, makers.make_region("village"))
    assert code_of(invite, name="测试乙", phone="", by=by) == "not_allowed"
    assert not User.objects.filter(name="测试乙").exists()


def test_taken_numbers_and_names_are_refused_and_leave_no_half_account(inviter):
    invite(name="测试甲", phone="13700137000", by=inviter, username="jia-test")
    assert code_of(invite, name="测试丁", phone="+8613700137000", by=inviter) == "phone_taken"
    assert code_of(invite, name="测试丁", phone="", by=inviter, username="jia-test") == "username_taken"
    assert code_of(invite, name="测试丁", phone="1370013700", by=inviter) == "phone"
    assert not User.objects.filter(name="测试丁").exists()


def test_nobody_resets_while_no_rule_is_registered(monkeypatch, client):
    monkeypatch.setattr(resets, "_rules", [])
    by = makers.make_member(makers.make_provider(), "manager")
    assert code_of(issue_reset, user=makers.make_user(username="mine-1"), by=by) == "not_allowed"
    makers.sign_in(client, by)
    assert client.get("/people/mine-1/reset/").status_code == 404


def test_a_registered_rule_decides_and_nobody_resets_oneself(rule):
    by = makers.make_member(makers.make_provider(), "manager", makers.make_user(username="mine-self"))
    issue_reset(user=makers.make_user(username="mine-1"), by=by)
    assert code_of(issue_reset, user=makers.make_user(username="other"), by=by) == "not_allowed"
    assert code_of(issue_reset, user=by, by=by) == "not_allowed"


def test_the_reset_page_shows_the_link_once_and_hides_whom_one_may_not_reset(rule, client):
    by = makers.make_member(makers.make_provider(), "manager")
    person = makers.make_user(username="mine-1")
    makers.make_user(username="other")
    makers.sign_in(client, by)
    hidden, never = client.get("/people/other/reset/"), client.get("/people/never-was/reset/")
    assert (hidden.status_code, never.status_code) == (404, 404)
    assert client.get("/people/mine-1/reset/").status_code == 200
    page = client.post("/people/mine-1/reset/", {"lost": "password"})
    secret = page.context["activation_url"].rstrip("/").rsplit("/", 1)[1]
    assert page["Cache-Control"] == "private, no-store"
    assert 'src="data:image/svg+xml' in page.content.decode()
    activate(secret=secret, password=GOOD, at=timezone.now())
    assert User.objects.get(pk=person.pk).check_password(GOOD)


@pytest.mark.parametrize(("lost_phone", "left"), [(False, 1), (True, 0)])
def test_a_reset_ends_sessions_at_the_next_request_and_drops_the_factor_only_with_the_phone(
    rule, client, lost_phone, left
):
    by = makers.make_member(makers.make_provider(), "manager")
    person = makers.make_user(username="mine-1")
    Authenticator.objects.create(user=person, type="totp", data={"secret": "x"})
    old = makers.sign_in(Client(), person)
    assert old.get("/me/").status_code == 200
    secret = issue_reset(user=person, by=by, lost_phone=lost_phone)
    assert old.get("/me/").status_code == 200
    activate(secret=secret, password=GOOD, at=timezone.now())
    assert old.get("/me/").status_code == 302
    assert Authenticator.objects.filter(user=person).count() == left


def test_many_tries_of_made_up_links_run_into_a_limit(client):
    client.cookies["activation"] = "made-up"
    answers = [client.post("/activate/", {"password1": GOOD}).status_code for _ in range(22)]
    assert answers.count(410) == 20
    assert answers[-1] == 429
