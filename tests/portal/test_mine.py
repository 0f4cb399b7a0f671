"""One's own pages: account, language, inbox."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from partners.models import Volunteer
from portal import navigation
from portal.base import topics
from portal.models import InboxItem, OutboxMessage, User
from portal.permissions.factor import FactorAdapter
from portal.permissions.roles import ROLES
from tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def topic(monkeypatch):
    """A topic that only `lucky` people may receive."""
    monkeypatch.setattr(topics, "_topics", {})
    topics.register(
        "test",
        "派单 %(no)s 等您答复",
        link=lambda message: f"/me/?about={message.object_no}",
        may_receive=lambda user, message: user.username.startswith("lucky"),
    )


def letter(user: User, no: str = "O-1", topic: str = "test") -> InboxItem:
    message = OutboxMessage.objects.create(
        dedupe_key=f"{topic}:{no}:{user.pk}", topic=topic, receiver=user, object_no=no, sent_at=timezone.now()
    )
    return InboxItem.objects.create(receiver=user, message=message)


def lucky(n: int = 0) -> User:
    return makers.make_user(username=f"lucky-{makers.serial()}-{n}")


def test_the_account_page_names_hats_with_cause_and_end():
    user = makers.make_post("township_cadre", makers.make_region("township", name="试验镇"))
    makers.make_member(makers.make_provider(), "worker", user, valid_to=timezone.now() + timedelta(days=3))
    text = makers.sign_in(Client(), user).get("/me/").content.decode()
    assert all(
        word in text for word in ("乡镇民政干部", "试验镇", "任职", "没有定期限", "护理员", "机构成员")
    )


def test_a_person_without_a_hat_lands_on_the_account_page():
    client = makers.sign_in(Client(), makers.make_user())
    assert client.get("/me/landing/")["Location"] == "/me/"
    assert "您现在没有岗位" in client.get("/me/").content.decode()


def test_the_language_is_kept_and_shown_at_once():
    user = makers.make_user()
    client = makers.sign_in(Client(), user)
    assert client.post("/me/language/", {"language": "en"}).status_code == 302
    assert User.objects.get(pk=user.pk).language == "en"
    assert '<html lang="en"' in client.get("/me/").content.decode()
    assert client.post("/me/language/", {"language": "xx"}).status_code == 422
    assert client.get("/me/language/").status_code == 405


def test_words_are_made_when_read_after_asking_for_the_right_again():
    user = lucky()
    letter(user)
    client = makers.sign_in(Client(), user)
    assert "派单 O-1 等您答复" in client.get("/me/inbox/").content.decode()
    user.username = "out-of-luck"
    user.save()
    text = client.get("/me/inbox/").content.decode()
    assert "O-1" not in text
    assert "不归您管了" in text


def test_opening_notes_it_as_read_and_leads_on_only_with_the_right():
    user = lucky()
    item = letter(user)
    client = makers.sign_in(Client(), user)
    client.get("/me/inbox/")
    assert InboxItem.objects.get().read_at is None
    assert client.post("/me/inbox/open/", {"item": item.pk})["Location"] == "/me/?about=O-1"
    assert InboxItem.objects.get().read_at is not None
    user.username = "out-of-luck"
    user.save()
    assert client.post("/me/inbox/open/", {"item": item.pk})["Location"] == "/me/inbox/"


def test_nobody_opens_or_sees_the_messages_of_others():
    mine, theirs = lucky(1), lucky(2)
    item = letter(theirs, "O-9")
    client = makers.sign_in(Client(), mine)
    assert "O-9" not in client.get("/me/inbox/").content.decode()
    assert client.post("/me/inbox/open/", {"item": item.pk}).status_code == 404
    client.post("/me/inbox/read/")
    assert InboxItem.objects.get().read_at is None


@pytest.mark.parametrize("strange", ["", "x", "-1", "9" * 40, "1 OR 1"])
def test_a_strange_message_number_is_not_found(strange):
    client = makers.sign_in(Client(), lucky())
    assert client.post("/me/inbox/open/", {"item": strange}).status_code == 404


@pytest.mark.parametrize("page", ["0", "x", "-3", "9" * 30, ""])
def test_a_strange_page_number_shows_a_page(page):
    client = makers.sign_in(Client(), lucky())
    assert client.get("/me/inbox/", {"page": page}).status_code == 200


def test_the_inbox_costs_the_same_for_many_messages(queries_of):
    user = lucky()
    for n in range(3):
        letter(user, f"O-{n}")
    client = makers.sign_in(Client(), user)
    client.get("/me/")  # starts the clock of the session
    few = queries_of(client, "/me/inbox/")
    for n in range(3, 30):
        letter(user, f"O-{n}")
    assert queries_of(client, "/me/inbox/") == few <= 20


def test_a_message_of_a_forgotten_topic_is_no_error_page():
    user = lucky()
    letter(user, "O-7", topic="forgotten")
    assert makers.sign_in(Client(), user).get("/me/inbox/").status_code == 200


def test_every_tab_leads_somewhere_and_asks_an_existing_permission():
    permissions = frozenset().union(*(role.permissions for role in ROLES.values()))
    for tab in navigation.TABS:
        assert navigation.reverse(tab.route).startswith("/")
        assert set(tab.permissions) <= permissions, tab.route


def test_the_bar_costs_one_query_and_counts_its_first_two_tabs(
    rf, django_assert_max_num_queries, monkeypatch
):
    asked = []
    routes = [
        "portal:me",
        "services:recipients:list",
        "portal:audit",
        "wagtailadmin_home",
        "services:casework:desk",
    ]
    counted = tuple(
        navigation.Tab(
            f"表{n}",
            route,
            ("services.open_desk",),
            lambda user: asked.append(user) or User.objects.filter(pk=user.pk),
        )
        for n, route in enumerate(routes)
    )
    monkeypatch.setattr(navigation, "TABS", counted)
    user = makers.make_post("bureau_staff", makers.make_region("county"))
    request = rf.get("/me/inbox/")
    request.user = user
    navigation.permissions_of(user)
    with django_assert_max_num_queries(1):
        shown = navigation.tabs(request)
    assert len(asked) == navigation.COUNTED
    assert [tab.count for tab in shown] == [1, 1, 0, 0, 0, 0]
    assert [tab.current for tab in shown] == [False] * 5 + [True]


@pytest.mark.parametrize("role", sorted(ROLES))
def test_the_real_bar_of_every_role_costs_three_queries_at_most(rf, django_assert_max_num_queries, role):
    user = person_with(role)
    request = rf.get("/me/")
    request.user = User.objects.get(pk=user.pk)
    navigation.permissions_of(request.user)
    with django_assert_max_num_queries(3):
        shown = navigation.tabs(request)
    assert len(shown) == len({tab.label for tab in shown})
    client = makers.sign_in(Client(), user)
    refused = [tab.url for tab in shown if client.get(tab.url).status_code != 200]
    assert refused == []


def person_with(role: str) -> User:
    """Somebody who wears this hat."""
    if role in {"manager", "station_lead", "worker"}:
        return makers.make_member(makers.make_provider(), role)
    if role == "volunteer":
        user = makers.make_user()
        Volunteer.objects.create(
            no=f"VO-{makers.serial()}", user=user, home=makers.make_region(), state="approved"
        )
        return user
    level = {"livelihood_officer": "village", "watch_home_leader": "village", "township_cadre": "township"}
    return makers.make_post(role, makers.make_region(level.get(role, "county")))


def demo(username: str, *, is_demo: bool) -> User:
    user = makers.make_user(username=username, is_demo=is_demo)
    Authenticator.objects.create(
        user=user, type="totp", data={"secret": FactorAdapter().encrypt("JBSWY3DPEHPK3PXP")}
    )
    return user


def test_the_code_of_a_demo_account_is_printed_and_of_nobody_else(capsys):
    demo("demo-person", is_demo=True)
    demo("real-person", is_demo=False)
    call_command("demo_code", "demo-person")
    assert len(capsys.readouterr().out.strip()) == 6
    for other in ("real-person", "nobody-at-all"):
        with pytest.raises(CommandError):
            call_command("demo_code", other)
    assert capsys.readouterr().out == ""


def test_the_reasons_for_seeing_a_household_are_printed(capsys):
    task = makers.make_task()
    manager, outsider = makers.make_member(task.provider, "manager"), makers.make_user()
    household = task.need.household
    call_command("explain_access", manager.username, household.no)
    told = capsys.readouterr().out
    assert f"task:{task.no}" in told
    assert "name=D" in told
    assert household.name not in told
    call_command("explain_access", outsider.username, household.no)
    assert "may not see" in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("explain_access", manager.username, "H-00000000")
