"""A person says how to be told; the administrator sees what could not be sent."""

from datetime import time

import pytest
from django.test import Client
from django.utils import timezone

from portal.models import AuditEvent, Carriage, MessageChoice
from tests import makers

pytestmark = pytest.mark.django_db

SOUND = {
    "work": ["sms"], "answer": ["sms", "mail"], "account": [], "pace": "daily", "quiet_from": "20:30",
    "quiet_to": "08:00", "email": "a@example.org",
}  # fmt: skip


def test_what_is_chosen_is_kept_and_shown_again():
    user = makers.make_user(phone="+8613900001234")
    client = makers.sign_in(Client(), user)
    assert "139 0000 1234" in client.get("/me/messages/").content.decode()
    assert client.post("/me/messages/", SOUND)["Location"] == "/me/messages/"
    choice = MessageChoice.objects.get(user=user)
    assert choice.channels == {"work": ["sms"], "answer": ["sms", "mail"], "account": []}
    assert (choice.pace, choice.quiet_from, choice.quiet_to) == ("daily", time(20, 30), time(8))
    user.refresh_from_db()
    assert user.email == "a@example.org"
    page = client.get("/me/messages/").content.decode()
    assert 'value="20:30"' in page and 'value="a@example.org"' in page
    assert AuditEvent.objects.filter(verb="account.messages_chosen", actor=user).count() == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"email": ""}, "选了邮件，请填邮箱"),
        ({"email": "nowhere"}, "邮箱的写法不对"),
        ({"quiet_from": "25:00"}, "请写成 21:30 这样的时间"),
        ({"quiet_to": ""}, "id_quiet_to_error"),
        ({"pace": "hourly"}, "hourly"),
        ({"work": ["pigeon"]}, "pigeon"),
    ],
)
def test_a_wrong_answer_is_said_beside_its_field_and_nothing_changes(wrong, said):
    client = makers.sign_in(Client(), makers.make_user())
    answer = client.post("/me/messages/", SOUND | wrong)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert MessageChoice.objects.count() == 0


def test_without_a_mail_server_no_mail_is_offered(settings):
    settings.CARRIERS = {"sms": [{"kind": "sink"}]}
    client = makers.sign_in(Client(), makers.make_user())
    page = client.get("/me/messages/").content.decode()
    assert "邮箱" not in page.partition("<form")[2]
    given = {name: value for name, value in SOUND.items() if name != "email"} | {"answer": ["sms"]}
    assert client.post("/me/messages/", given).status_code == 302


def test_what_could_not_be_sent_stands_on_the_page_of_the_site_and_is_tried_again():
    row = Carriage.objects.create(
        receiver=makers.make_user("收信人", phone="+8613900001234"), channel="sms", kind="work", key="k",
        state="dead", reason="aliyun:isv.AMOUNT_NOT_ENOUGH", settled_at=timezone.now(), attempts=8,
    )  # fmt: skip
    keeper = makers.sign_in(Client(), makers.make_post("sysadmin", makers.make_region("county")))
    page = keeper.get("/desk/health/").content.decode()
    assert "isv.AMOUNT_NOT_ENOUGH" in page and "sink" in page
    assert "收信人" not in page and "13900001234" not in page
    assert keeper.post("/desk/health/carry/", {"carriage": row.pk})["Location"] == "/desk/health/"
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("waiting", 0)
    for chosen in ("", "x", "9" * 30, str(row.pk)):
        assert keeper.post("/desk/health/carry/", {"carriage": chosen}).status_code == 302
    row.refresh_from_db()
    assert row.attempts == 0
