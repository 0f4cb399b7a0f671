"""Inviting by telephone number tells nobody whether the number has an account, and makes no second one for its holder."""

import re

import pytest
from django.contrib.auth import hashers
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from partners.memberships import invitations
from partners.memberships.access import own_invitations
from partners.models import Membership
from portal.accounts.actions import activate, open_activation
from portal.accounts.phones import set_phone
from portal.base.refused import Refused
from portal.models import AuditEvent, OutboxMessage, User
from portal.permissions.hats import hats
from tests import makers
from tests.partners.casting import new_phone

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-password-of-mine"
CHOSEN = {"password1": PASSWORD, "password2": PASSWORD}
VARIES = re.compile(
    r'name="csrfmiddlewaretoken" value="[^"]*"|nonce="[^"]*"|/a/[\w-]+|https?://[^"<\s]+|data:image[^"]*|M-\d{8}|1[3-9]\d[\d \*]{8,10}'
)


@pytest.fixture
def head():
    return makers.make_member(makers.make_provider(), "manager")


@pytest.fixture
def holder():
    user = makers.make_user(name="真名字")
    user.set_password(PASSWORD)
    user.save()
    set_phone(user, new_phone())
    return user


def provider_of(head):
    return Membership.objects.get(user=head).provider


def invited(head, phone, **more):
    given = {"provider": provider_of(head), "name": "测试新人", "phone": phone, "by": head}
    return invitations.invite_member(**{**given, **more})


def code_of(act, **args) -> str:
    try:
        act(**args)
    except Refused as no:
        return no.code
    return ""


def typed(phone):
    return {"name": "测试新人", "phone": phone.removeprefix("+86"), "role": "worker", "sex": "f"}


def page_of(answer):
    return VARIES.sub("", answer.content.decode())


def test_answer_page_and_work_are_alike_for_a_taken_and_a_free_number(head, holder):
    client = Client()
    makers.sign_in(client, head)
    url = reverse("partners:invite_worker")
    client.post(url, typed(new_phone()))  # what a process reads once
    told = []
    for phone in (holder.phone, new_phone()):
        Membership.objects.filter(state="invited").delete()
        with CaptureQueriesContext(connection) as caught:
            answer = client.post(url, typed(phone))
        kinds = [row["sql"].split(" ")[0] for row in caught]
        no = Membership.objects.get(state="invited").no
        listed = page_of(client.get(reverse("partners:workers")))
        again = client.post(reverse("partners:renew_invitation", args=[no]))
        told.append((answer.status_code, page_of(answer), listed, again.status_code, page_of(again), kinds))
    assert told[0][:5] == told[1][:5]
    assert told[0][5] == told[1][5]
    assert told[0][0] == 200 and "测试新人" in told[0][1]


def test_the_name_behind_the_number_is_on_no_page_of_who_asks(head, holder, client):
    makers.sign_in(client, head)
    answer = client.post(reverse("partners:invite_worker"), typed(holder.phone))
    assert "真名字" not in answer.content.decode()
    assert "真名字" not in client.get(reverse("partners:workers")).content.decode()


def test_the_holder_is_told_and_says_yes_with_the_account_they_have(head, holder, client):
    row, _secret = invited(head, holder.phone)
    shell = row.user
    assert OutboxMessage.objects.get(topic="membership_invited").receiver == holder
    assert list(own_invitations(holder, timezone.now())) == [row]
    assert list(own_invitations(shell, timezone.now())) == []
    makers.sign_in(client, holder)
    assert client.post(reverse("partners:accept_invitation", args=[row.no])).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.user, row.meant_for) == ("joined", holder, None)
    assert [hat.role for hat in hats(holder, timezone.now())] == ["worker"]
    shell.refresh_from_db()
    assert not shell.is_active and not hats(shell, timezone.now())
    assert AuditEvent.objects.filter(verb="membership.begun", actor=holder).count() == 1


def test_the_link_of_a_taken_number_makes_no_second_account(head, holder, client):
    row, secret = invited(head, holder.phone)
    client.get(reverse("portal:open_link", args=[secret]))
    assert client.post(reverse("portal:activate"), CHOSEN).status_code == 302
    shell = User.objects.get(pk=row.user_id)
    assert not shell.has_usable_password() and shell.phone_blind is None
    assert AuditEvent.objects.filter(verb="account.link_used", object_no=str(shell.uid)).count() == 1
    row.refresh_from_db()
    assert row.state == "invited"
    holder.refresh_from_db()
    assert holder.check_password(PASSWORD) and holder.phone_blind is not None


def links_of(phone, head) -> tuple:
    """All that the link of an invitation answers on its own pages, and how often a password was worked on."""
    _row, secret = invited(head, phone)
    client, told, hashed = Client(), [], []
    real = hashers.make_password
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "django.contrib.auth.base_user.make_password",
            lambda *a, **k: (hashed.append(a[0]), real(*a, **k))[1],
        )
        told.append(client.get(reverse("portal:open_link", args=[secret])).status_code)
        for form in (None, {"password1": "1", "password2": "1"}, CHOSEN, CHOSEN):
            url = reverse("portal:activate")
            answer = client.get(url) if form is None else client.post(url, form)
            told.append((answer.status_code, answer.get("Location"), page_of(answer)))
        told.append(page_of(client.get(reverse("account_login"))))
        client.get(reverse("portal:open_link", args=[secret]))
        told.append(client.get(reverse("portal:activate")).status_code)
    return tuple(told), hashed.count(PASSWORD)


def test_the_pages_of_the_link_and_their_work_are_alike_for_a_taken_and_a_free_number(head, holder):
    links_of(new_phone(), head)  # what a process reads once
    taken, free = links_of(holder.phone, head), links_of(new_phone(), head)
    assert taken == free
    assert taken[0][3][0] == 302 and taken[0][-1] == 410 and taken[1] == 1


def test_were_the_link_to_say_it_the_comparison_would_find_it(head, holder, monkeypatch):
    def aloud(*, user, at):
        if Membership.objects.filter(user=user, meant_for__isnull=False).exists():
            raise Refused("taken", "这个手机号已经有账号")

    monkeypatch.setattr("portal.accounts.actions.arrivals", lambda: (aloud,))
    assert links_of(holder.phone, head) != links_of(new_phone(), head)


def test_the_link_of_a_free_number_opens_an_account_as_before(head):
    phone = new_phone()
    row, secret = invited(head, phone)
    assert code_of(activate, secret=secret, password=PASSWORD, at=timezone.now()) == ""
    row.refresh_from_db()
    assert (row.state, row.meant_for) == ("joined", None)
    assert User.objects.get(pk=row.user_id).phone_blind is not None


def test_only_the_holder_answers(head, holder):
    row, _secret = invited(head, holder.phone)
    stranger = makers.make_user()
    for act in (invitations.accept_invitation, invitations.decline_invitation):
        assert code_of(act, membership=row, by=stranger) == "not_yours"
        assert code_of(act, membership=row, by=row.user) == "not_yours"
    invitations.decline_invitation(membership=row, by=holder)
    row.refresh_from_db()
    assert row.state == "ended"
    holder.refresh_from_db()
    assert holder.is_active and not User.objects.get(pk=row.user_id).is_active
    assert OutboxMessage.objects.filter(topic="membership_declined", receiver=head).count() == 1


def test_taken_back_it_is_the_holder_who_hears_and_the_link_is_dead(head, holder):
    row, secret = invited(head, holder.phone)
    invitations.withdraw_invitation(membership=row, by=head)
    assert OutboxMessage.objects.get(topic="membership_withdrawn").receiver == holder
    assert open_activation(secret, timezone.now()) is None


def test_who_is_a_member_already_is_invited_alike_and_cannot_say_yes_twice(head, holder):
    Membership.objects.create(no="M-00000001", provider=provider_of(head), user=holder, role="worker")
    row, _secret = invited(head, holder.phone)
    assert code_of(invitations.accept_invitation, membership=row, by=holder) == "member_already"
    row.refresh_from_db()
    assert row.state == "invited"
    invitations.decline_invitation(membership=row, by=holder)


def test_a_number_the_team_typed_before_is_refused_and_one_of_somebody_else_never(head, holder):
    free = new_phone()
    invited(head, free)
    assert code_of(invited, head=head, phone=free) == "invited_already"
    known = makers.make_user(name="石某")
    known.set_password(PASSWORD)
    known.save()
    set_phone(known, new_phone())
    invitations.invite_known(provider=provider_of(head), username=known.username, name="石某", by=head)
    assert code_of(invited, head=head, phone=known.phone) == ""
