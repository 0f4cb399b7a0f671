"""Closing one's own account: refused while people count on it, final afterwards."""

import pytest
from django.core.cache import cache
from django.test import Client

from partners.models import Volunteer
from portal.accounts.closing import close_account
from portal.accounts.phones import set_phone
from portal.base.refused import Refused
from portal.base.relay import relay
from portal.models import AuditEvent, InboxItem, User
from tests import makers

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-password"


@pytest.fixture(autouse=True)
def fresh_counts():
    cache.clear()


def log_in(user: User) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": user.username, "password": PASSWORD})
    return client


def test_the_second_click_closes_it_for_good():
    team = makers.make_provider()
    worker, manager = makers.make_member(team, "worker"), makers.make_member(team, "manager")
    set_phone(worker, "13800138000")
    here, there = log_in(worker), log_in(worker)
    page = here.get("/me/close/").content.decode()
    assert "删掉的" in page
    assert "留着的" in page
    assert User.objects.get(pk=worker.pk).is_active
    assert here.post("/me/close/")["Location"] == "/me/closed/"
    assert here.get("/me/closed/").status_code == 200
    assert [client.get("/me/").status_code for client in (here, there)] == [302, 302]
    gone = User.objects.get(pk=worker.pk)
    assert (gone.is_active, gone.phone, gone.phone_blind, gone.has_usable_password()) == (
        False,
        "",
        None,
        False,
    )
    assert not gone.memberships.filter(valid_to__gt=AuditEvent.objects.last().at).exists()
    assert AuditEvent.objects.filter(verb="account.closed", actor=worker).count() == 1
    relay()
    assert [item.message.topic for item in InboxItem.objects.filter(receiver=manager)] == [
        "account_closed_of"
    ]
    other = makers.make_user()
    set_phone(other, "13800138000")  # the number is free again


def in_hand() -> User:
    task = makers.make_task()
    worker = makers.make_member(task.provider, "worker")
    makers.make_assignment(task, worker)
    return worker


def lonely_head() -> User:
    return makers.make_member(makers.make_provider(), "manager")


def in_office() -> User:
    return makers.make_post("township_cadre", makers.make_region("township"))


@pytest.mark.parametrize(
    ("who", "says"), [(in_hand, "服务任务"), (lonely_head, "负责人"), (in_office, "任着职")]
)
def test_who_is_counted_on_is_told_what_to_do_first(who, says):
    user = who()
    client = makers.sign_in(Client(), user)
    assert says in client.get("/me/close/").content.decode()
    assert client.post("/me/close/").status_code == 422
    with pytest.raises(Refused) as refused:
        close_account(user=user)
    assert refused.value.code == "held"
    user.refresh_from_db()
    assert user.is_active
    assert client.get("/me/").status_code == 200


def test_a_volunteer_is_asked_no_more():
    provider = makers.make_provider("volunteer")
    volunteer = Volunteer.objects.create(
        no="VO-1",
        user=makers.make_user(),
        state="approved",
        home=makers.make_region("township"),
        provider=provider,
    )
    close_account(user=volunteer.user)
    volunteer.refresh_from_db()
    assert volunteer.state == "ended"
    assert volunteer.provider.state == "ended"


def test_a_head_with_another_head_beside_may_go():
    team = makers.make_provider()
    first, second = makers.make_member(team, "manager"), makers.make_member(team, "manager")
    close_account(user=first)
    with pytest.raises(Refused, match="负责人"):
        close_account(user=second)
