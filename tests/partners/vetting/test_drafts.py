"""What was typed into a registration and not handed in is kept for the person who typed it, and for nobody else."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from partners.models import JoinDraft
from partners.vetting import drafts
from tests import makers
from tests.partners.casting import make_cast

pytestmark = pytest.mark.django_db
TYPED = {
    "save": "1", "name": "测试社工中心（虚构）", "services": ["cleaning", "visit_care"], "introduction": "有 6 名护理员",
    "password": "a-long-password", "password_again": "a-long-password", "uscc": "5243",
}  # fmt: skip


def test_a_draft_comes_back_on_the_same_phone_and_on_no_other(client):
    make_cast()
    saved = client.post("/join/agency/", TYPED)
    assert saved.status_code == 200
    assert "存好了" in saved.content.decode()
    assert "有 6 名护理员" in saved.content.decode()
    again = client.get("/join/agency/")
    assert again.context["form"]["services"].value() == ["cleaning", "visit_care"]
    assert "有 6 名护理员" in again.content.decode()
    other = Client().get("/join/agency/")
    assert "有 6 名护理员" not in other.content.decode()
    assert "6 名" not in client.get("/join/volunteer/").content.decode()


def test_passwords_and_id_numbers_are_kept_nowhere(client):
    make_cast()
    client.post("/join/volunteer/", TYPED | {"id_number": "430321195001010018", "consent": "on"})
    typed = JoinDraft.objects.get().typed
    assert "name" in typed
    assert [word for word in ("a-long-password", "430321195001010018", "consent") if word in typed] == []


def test_the_table_holds_no_key_to_a_draft(client):
    make_cast()
    client.post("/join/agency/", TYPED)
    token = client.cookies[drafts.COOKIE].value
    assert JoinDraft.objects.get().mark == drafts.mark_of(token)
    assert JoinDraft.objects.get().mark != token
    assert client.cookies[drafts.COOKIE]["httponly"]


def test_saving_by_itself_answers_nothing_and_counts_as_one_draft(client):
    make_cast()
    for n in range(3):
        answer = client.post("/join/agency/", TYPED | {"name": f"测试{n}"}, headers={"X-Autosave": "1"})
        assert (answer.status_code, answer.content) == (204, b"")
    assert JoinDraft.objects.count() == 1
    assert client.get("/join/agency/").context["form"]["name"].value() == "测试2"


def test_who_is_logged_in_finds_the_draft_on_every_device(client):
    cast = make_cast()
    makers.sign_in(client, cast.outsider)
    client.post("/join/agency/", TYPED)
    elsewhere = Client()
    makers.sign_in(elsewhere, cast.outsider)
    assert "有 6 名护理员" in elsewhere.get("/join/agency/").content.decode()
    makers.sign_in(elsewhere, cast.cadre)
    assert "有 6 名护理员" not in elsewhere.get("/join/agency/").content.decode()


@pytest.mark.parametrize(("days", "left"), [(13, 1), (15, 0)])
def test_a_draft_that_nobody_touches_goes_after_two_weeks(client, days, left):
    make_cast()
    client.post("/join/agency/", TYPED)
    drafts.forget_old(timezone.now() + timedelta(days=days))
    assert JoinDraft.objects.count() == left


def test_a_flood_of_drafts_is_slowed_and_a_huge_one_is_not_kept(client):
    make_cast()
    assert client.post("/join/agency/", TYPED | {"introduction": "x" * 30_000}).status_code == 200
    assert not JoinDraft.objects.exists()
    answers = {
        client.post("/join/agency/", TYPED, headers={"X-Autosave": "1"}).status_code for _n in range(121)
    }
    assert answers == {204, 429}
