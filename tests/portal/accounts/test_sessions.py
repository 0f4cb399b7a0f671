"""How long a login lasts, and how it is ended from elsewhere."""

import pytest
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.test import Client

from portal.models import User
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


def cadre() -> User:
    return makers.make_post("township_cadre", makers.make_region("township"))


def carer() -> User:
    return makers.make_member(makers.make_provider(), "worker")


@pytest.mark.parametrize(
    ("who", "minutes", "inside"),
    [
        (cadre, 29, True),
        (cadre, 31, False),
        (carer, 31, True),
        (carer, 11 * 60, True),
        (carer, 12 * 60 + 1, False),
    ],
)
def test_idle_and_longest_time(time_machine_at, who, minutes, inside):
    client = makers.sign_in(Client(), who())
    assert client.get("/me/").status_code == 200
    time_machine_at(minutes=minutes)
    assert (client.get("/me/").status_code == 200) is inside
    assert ("_auth_user_id" in client.session) is inside


def test_moves_keep_a_session_alive_but_not_past_twelve_hours(time_machine_at):
    client = makers.sign_in(Client(), cadre())
    client.get("/me/")
    for quarter in range(1, 48):
        time_machine_at(minutes=15 if quarter == 1 else 15)
        assert client.get("/me/").status_code == 200, quarter
    time_machine_at(minutes=16)
    assert client.get("/me/").status_code == 302


def test_changing_the_password_keeps_this_session_and_ends_the_others():
    user = makers.make_user()
    here, there = log_in(user), log_in(user)
    wrong = here.post(
        "/accounts/password/change/", {"oldpassword": "no", "password1": "neu-und-lang-1", "password2": "x"}
    )
    assert wrong.status_code == 422
    form = {"oldpassword": PASSWORD, "password1": "neu-und-lang-1", "password2": "neu-und-lang-1"}
    assert here.post("/accounts/password/change/", form)["Location"] == "/me/"
    assert here.get("/me/").status_code == 200
    assert there.get("/me/").status_code == 302


def test_deactivation_ends_sessions_at_the_next_request():
    user = makers.make_user()
    client = log_in(user)
    assert client.get("/me/").status_code == 200
    user.is_active = False
    user.save(update_fields=["is_active"])
    assert client.get("/me/").status_code == 302


def test_a_lost_phone_is_logged_out_from_the_list_and_only_by_its_owner():
    user, stranger = makers.make_user(), makers.make_user()
    phone = log_in(user, HTTP_USER_AGENT="Mozilla/5.0 (Linux; Android 12) MicroMessenger/8.0")
    desk, foreign = (
        log_in(user, HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Chrome/86.0"),
        log_in(stranger),
    )
    page = desk.get("/accounts/sessions/")
    assert "安卓手机 · 微信" in page.content.decode()
    row = UserSession.objects.get(session_key=phone.session.session_key)
    assert foreign.post("/accounts/sessions/", {"session": row.pk}).status_code == 404
    assert phone.get("/me/").status_code == 200
    assert desk.post("/accounts/sessions/", {"session": row.pk}).status_code == 302
    assert phone.get("/me/").status_code == 302
    assert desk.get("/me/").status_code == 200


@pytest.mark.parametrize("value", ["0", "x", "-1", "9" * 30])
def test_a_strange_session_number_is_not_found(value):
    client = log_in(makers.make_user())
    assert client.post("/accounts/sessions/", {"session": value}).status_code == 404


def test_all_others_end_at_once_and_the_list_costs_the_same_for_many(queries_of):
    user = makers.make_user()
    here = log_in(user)
    few = queries_of(here, "/accounts/sessions/")
    others = [log_in(user) for _ in range(4)]
    assert queries_of(here, "/accounts/sessions/") == few
    here.post("/accounts/sessions/")
    assert [other.get("/me/").status_code for other in others] == [302] * 4
    assert here.get("/me/").status_code == 200
