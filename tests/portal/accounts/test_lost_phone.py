"""A phone in strange hands: one button, effective on the next request, and the people concerned hear of it."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from partners.models import Volunteer
from portal.accounts.devices import MOST_DEVICES, devices_of
from portal.accounts.heads import heads_of
from portal.base.relay import relay
from portal.models import Activation, AuditEvent, InboxItem, User
from tests import makers

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-password"


@pytest.fixture(autouse=True)
def fresh_counts():
    cache.clear()


def log_in(user: User, **headers) -> Client:
    client = Client(**headers)
    client.post("/accounts/login/", {"login": user.username, "password": PASSWORD})
    return client


def told(user: User) -> list[str]:
    return list(
        InboxItem.objects.filter(receiver=user)
        .order_by("message__topic")
        .values_list("message__topic", flat=True)
    )


def test_one_click_ends_every_other_login_at_the_next_request_and_tells_both():
    team = makers.make_provider()
    worker, manager = makers.make_member(team, "worker"), makers.make_member(team, "manager")
    phone, tablet, here = log_in(worker), log_in(worker), log_in(worker)
    assert [client.get("/me/").status_code for client in (phone, tablet, here)] == [200, 200, 200]
    assert here.post("/me/lost-phone/")["Location"] == "/accounts/sessions/"
    assert [client.get("/me/").status_code for client in (phone, tablet, here)] == [302, 302, 200]
    event = AuditEvent.objects.get(verb="account.phone_lost")
    assert (event.actor, event.detail) == (worker, {"count": 2})
    relay()
    assert told(worker) == ["phone_lost"]
    assert told(manager) == ["phone_lost_of"]
    page = makers.sign_in(Client(), manager).get("/me/inbox/").content.decode()
    assert "手机丢失" in page
    assert worker.name not in page


def test_a_second_loss_is_told_again():
    user = makers.make_user()
    for _ in range(2):
        log_in(user).post("/me/lost-phone/")
        relay()
    assert told(user) == ["phone_lost"] * 2


def test_links_that_wait_on_the_phone_are_dead_too():
    user = makers.make_user()
    row = Activation.objects.create(
        user=user, digest="x", cause="reset", valid_to=timezone.now() + timedelta(days=7)
    )
    log_in(user).post("/me/lost-phone/")
    row.refresh_from_db()
    assert not row.open_at(timezone.now())


def test_a_reset_for_a_lost_phone_ends_the_logins_before_the_link_is_used():
    team = makers.make_provider()
    worker, manager = makers.make_member(team, "worker"), makers.make_member(team, "manager")
    phone, boss = log_in(worker), makers.sign_in(Client(), manager)
    assert boss.post(f"/people/{worker.username}/reset/", {"lost": "password"}).status_code == 200
    assert phone.get("/me/").status_code == 200
    assert boss.post(f"/people/{worker.username}/reset/", {"lost": "phone"}).status_code == 200
    assert phone.get("/me/").status_code == 302


def test_the_list_says_what_when_and_which_is_this_one(time_machine_at):
    user = makers.make_user()
    phone = log_in(user, HTTP_USER_AGENT="Mozilla/5.0 (Linux; Android 12) MicroMessenger/8.0")
    desk = log_in(user, HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Chrome/86.0")
    phone.get("/me/")
    time_machine_at(minutes=5)
    phone.get("/me/")
    desk.get("/me/")
    devices = devices_of(user, desk.session.session_key, timezone.now())
    assert [device.here for device in devices] == [True, False]
    assert (devices[1].seen - devices[1].since).total_seconds() >= 290
    page = desk.get("/accounts/sessions/").content.decode()
    assert page.index("Windows 电脑") < page.index("安卓手机 · 微信")
    assert page.count("就是这里") == 1


def test_the_sixth_login_makes_the_oldest_leave():
    user = makers.make_user()
    clients = [log_in(user) for _ in range(MOST_DEVICES + 1)]
    assert [client.get("/me/").status_code for client in clients] == [302] + [200] * MOST_DEVICES
    assert UserSession.objects.filter(user=user).count() == MOST_DEVICES


def test_a_demo_account_is_shared_by_many():
    user = makers.make_user()
    User.objects.filter(pk=user.pk).update(is_demo=True)
    clients = [log_in(user) for _ in range(MOST_DEVICES + 2)]
    assert {client.get("/me/").status_code for client in clients} == {200}


def test_everybody_below_the_bureau_has_somebody_who_answers_for_them():
    county = makers.make_region("county")
    township = makers.make_region("township", county)
    village = makers.make_region("village", township)
    bureau, cadre = makers.make_post("bureau_staff", county), makers.make_post("township_cadre", township)
    other = makers.make_post("township_cadre", makers.make_region("township", county))
    officer = makers.make_post("livelihood_officer", village)
    team = makers.make_provider(home=township)
    worker, manager = makers.make_member(team, "worker"), makers.make_member(team, "manager")
    volunteer = Volunteer.objects.create(
        no="VO-1", user=makers.make_user(), state="approved", home=village
    ).user
    now = timezone.now()
    assert heads_of(officer, now) == [cadre]
    assert heads_of(volunteer, now) == [cadre]
    assert heads_of(worker, now) == [manager]
    assert heads_of(manager, now) == [bureau]
    assert heads_of(other, now) == heads_of(cadre, now) == [bureau]
    assert heads_of(bureau, now) == []
