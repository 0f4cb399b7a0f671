"""Inviting somebody to a post tells nobody whether the telephone number has an account; its holder is asked there."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from partners.models import Post
from partners.network import offers
from portal.accounts.actions import activate, invite
from portal.accounts.closing import close_account
from portal.accounts.phones import set_phone
from portal.base.refused import Refused
from portal.models import AuditEvent, OutboxMessage, User
from portal.permissions.hats import hats
from tests import makers
from tests.partners.casting import make_cast, new_phone
from tests.partners.memberships.test_unseen import PASSWORD, code_of, page_of

pytestmark = pytest.mark.django_db
INVITE = "/desk/people/invite/"


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def holder():
    user = makers.make_user(name="真名字")
    user.set_password(PASSWORD)
    user.save()
    set_phone(user, new_phone())
    return user


def offered(cast, phone, **more):
    given = {"name": "测试新人", "phone": phone, "role": "livelihood_officer", "region": cast.village}
    return offers.invite_to_post(**{**given, "by": cast.cadre, **more})


def told(cast, phone) -> tuple:
    """All that the office sees of an invitation, and the kinds of statements it took."""
    client = makers.sign_in(Client(), cast.cadre)
    typed = {
        "name": "测试新人",
        "phone": phone.removeprefix("+86"),
        "role": "livelihood_officer",
        "region": cast.village.code,
    }
    with CaptureQueriesContext(connection) as caught:
        answer = client.post(INVITE, typed)
    kinds = [row["sql"].split(" ")[0] for row in caught]
    listed = page_of(client.get(reverse("partners:place", args=[cast.village.code])))
    again = client.post(INVITE, typed)
    Post.objects.filter(region=cast.village).delete()
    return answer.status_code, page_of(answer), kinds, listed, again.status_code, page_of(again)


def test_answer_list_and_work_are_alike_for_a_taken_and_a_free_number(cast, holder):
    told(cast, new_phone())  # what a process reads once
    taken, free = told(cast, holder.phone), told(cast, new_phone())
    assert taken == free
    assert (
        taken[0] == 200 and taken[4] == 422 and "测试新人" in taken[1] and "真名字" not in taken[1] + taken[3]
    )


def test_were_a_taken_number_refused_the_comparison_would_find_it(cast, holder, monkeypatch):
    monkeypatch.setattr(offers, "invite_unseen", lambda **more: (*invite(**more), None))
    assert told(cast, holder.phone)[:2] != told(cast, new_phone())[:2]


def test_the_holder_takes_the_post_with_the_account_they_have(cast, holder, client):
    post, secret = offered(cast, holder.phone)
    shell = post.user
    assert not hats(holder, timezone.now())
    assert OutboxMessage.objects.get(topic="post_offered").receiver == holder
    activate(secret=secret, password=PASSWORD, at=timezone.now())
    assert not User.objects.get(pk=shell.pk).has_usable_password()
    page = makers.sign_in(client, holder).get(reverse("portal:hats")).content.decode()
    assert "有一个岗位请您来做" in page
    assert client.post(reverse("partners:take_post", args=[post.uid])).status_code == 302
    post.refresh_from_db()
    assert (post.user, post.meant_for) == (holder, None)
    assert [hat.role for hat in hats(holder, timezone.now())] == ["livelihood_officer"]
    shell.refresh_from_db()
    assert not shell.is_active and not hats(shell, timezone.now())
    assert AuditEvent.objects.filter(verb="post.taken", actor=holder).count() == 1
    assert client.post(reverse("partners:take_post", args=[post.uid])).status_code == 404


def test_a_free_number_opens_its_account_and_holds_the_post_as_before(cast):
    post, secret = offered(cast, new_phone())
    assert activate(secret=secret, password=PASSWORD, at=timezone.now()).has_usable_password()
    assert [hat.role for hat in hats(User.objects.get(pk=post.user_id), timezone.now())] == [
        "livelihood_officer"
    ]


def test_only_the_holder_answers_and_a_no_ends_it(cast, holder):
    post, _secret = offered(cast, holder.phone)
    for act in (offers.take_post, offers.decline_post):
        assert code_of(act, post=post, by=makers.make_user()) == "not_yours"
    offers.decline_post(post=Post.objects.get(pk=post.pk), by=holder)
    post.refresh_from_db()
    assert post.valid_to <= timezone.now() and not post.user.is_active
    assert OutboxMessage.objects.get(topic="post_declined").receiver == cast.cadre
    assert not hats(holder, timezone.now())


def test_who_holds_the_post_already_is_invited_alike_and_cannot_take_it_twice(cast, holder):
    Post.objects.create(user=holder, role="livelihood_officer", region=cast.village)
    post, _secret = offered(cast, holder.phone)
    assert code_of(offers.take_post, post=post, by=holder) == "held_already"
    post.refresh_from_db()
    assert post.meant_for == holder


def test_who_closes_the_account_takes_nothing(cast, holder):
    post, _secret = offered(cast, holder.phone)
    close_account(user=holder)
    post.refresh_from_db()
    assert post.valid_to <= timezone.now()
    with pytest.raises(Refused):
        offers.take_post(post=post, by=holder)
