from datetime import timedelta

import pytest
from django.utils import timezone

from partners.memberships import actions, invitations
from partners.memberships.access import may_give
from partners.models import MemberRole, Membership, ProviderKind
from portal.accounts.actions import activate, open_activation
from portal.base.refused import Refused
from portal.models import User
from portal.permissions.hats import hats
from portal.permissions.roles import ROLES
from tests import makers
from tests.partners.casting import new_phone

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-password-of-mine"


def code_of(act, **args) -> str:
    """The code with which the act is refused; empty when it is done."""
    try:
        act(**args)
    except Refused as no:
        return no.code
    return ""


# What each role of the whole table may give at each kind of provider; nobody else gives anything.
GIVES = {
    ("manager", "agency"): {"manager", "worker"},
    ("manager", "station"): {"station_lead", "worker"},  # holds all that a station's lead holds
    ("station_lead", "station"): {"station_lead", "worker"},
    ("station_lead", "agency"): {"worker"},
}


def wearing(role, provider):
    """Somebody with this one role: a member of the provider, or a holder of a post elsewhere."""
    if role in MemberRole.values:
        return makers.make_member(provider, role)
    return makers.make_post(role, makers.make_region("county"))


@pytest.mark.parametrize("kind", [ProviderKind.AGENCY, ProviderKind.STATION])
@pytest.mark.parametrize("role", ROLES)
def test_nobody_gives_what_they_do_not_hold(role, kind):
    provider, other = makers.make_provider(kind), makers.make_provider(kind)
    giver = wearing(role, provider)
    held = frozenset().union(*(hat.rules.permissions for hat in hats(giver, timezone.now())))
    for grant in ROLES:
        gives = may_give(giver, provider, grant)
        expected = grant in GIVES.get((role, str(kind)), set())
        assert gives is expected, (role, grant)
        assert not gives or ROLES[grant].permissions <= held
        assert not may_give(giver, other, grant)
        args = {"provider": provider, "name": "测试新人", "phone": new_phone(), "by": giver}
        assert (code_of(invitations.invite_member, role=grant, **args) == "") is expected


def invited(**more):
    """An agency, its head, and somebody who was invited; with the secret of the link."""
    provider = makers.make_provider()
    head = makers.make_member(provider, "manager")
    row, secret = invitations.invite_member(
        provider=provider, name="测试新人", phone=more.pop("phone", new_phone()), by=head, **more
    )
    return provider, head, row, secret


def test_who_was_invited_is_nobody_until_the_password_is_chosen():
    provider, _head, row, secret = invited()
    now = timezone.now()
    assert hats(row.user, now) == ()
    assert not Membership.objects.filter(provider=provider, user=row.user, valid_to__gt=now).exists()
    activate(secret=secret, password=PASSWORD, at=now)
    assert [hat.role for hat in hats(row.user, now)] == ["worker"]


def test_a_day_to_come_gives_the_hat_on_that_day_and_takes_it_on_the_last():
    now = timezone.now()
    begins, until = now + timedelta(days=3), now + timedelta(days=10)
    _provider, _head, row, secret = invited(begins=begins, until=until)
    activate(secret=secret, password=PASSWORD, at=now)
    worn = [bool(hats(row.user, now + timedelta(days=day))) for day in (0, 2, 4, 9, 11)]
    assert worn == [False, False, True, True, False]


# begins and ends, in days from now; the code of the refusal
TERMS = [
    (-3, None, "past"),
    (400, None, "too_far"),
    (5, 5, "order"),
    (5, 2, "order"),
    (0, -1, "order"),
    (0, 1, ""),
]


@pytest.mark.parametrize(("begins", "ends", "code"), TERMS)
def test_which_terms_may_be_offered(begins, ends, code):
    provider = makers.make_provider()
    head = makers.make_member(provider, "manager")
    now = timezone.now()
    asked = code_of(
        invitations.invite_member, provider=provider, name="测试新人", phone=new_phone(), by=head, at=now,
        begins=now + timedelta(days=begins), until=None if ends is None else now + timedelta(days=ends),
    )  # fmt: skip
    assert asked == code
    assert Membership.objects.filter(provider=provider, state="invited").exists() is (code == "")


@pytest.mark.parametrize("way", ["withdrawn", "expired"])
def test_an_invitation_that_is_over_has_a_dead_link_and_frees_the_telephone(way):
    phone = new_phone()
    provider, head, row, secret = invited(phone=phone)
    now = timezone.now()
    if way == "withdrawn":
        invitations.withdraw_invitation(membership=row, by=head)
    else:
        assert invitations.expire_over(now + timedelta(days=8)) == 1
    assert open_activation(secret, now) is None
    assert not User.objects.get(pk=row.user_id).is_active
    again = {"provider": provider, "name": "测试新人", "phone": phone, "by": head}
    assert code_of(invitations.invite_member, **again) == ""


def test_a_person_with_an_account_stays_a_person_when_the_invitation_is_over():
    provider, head, _row, _secret = invited()
    person = makers.make_post("livelihood_officer", makers.make_region(), makers.make_user(name="石某"))
    row = invitations.invite_known(provider=provider, username=person.username, name="石某", by=head)
    invitations.decline_invitation(membership=row, by=person)
    person.refresh_from_db()
    assert person.is_active
    assert [hat.role for hat in hats(person, timezone.now())] == ["livelihood_officer"]


@pytest.mark.parametrize(("name", "code"), [("石某", ""), ("别人", "no_match"), ("", "no_match")])
def test_a_login_name_alone_invites_nobody(name, code):
    provider, head, _row, _secret = invited()
    person = makers.make_user(name="石某")
    args = {"provider": provider, "by": head, "name": name}
    assert code_of(invitations.invite_known, username=person.username, **args) == code
    assert code_of(invitations.invite_known, username="nobody-has-this", **args) == "no_match"


def test_of_a_stopped_provider_nothing_is_accepted():
    provider, head, _row, _secret = invited()
    person = makers.make_user(name="石某")
    row = invitations.invite_known(provider=provider, username=person.username, name="石某", by=head)
    provider.state = "suspended"
    provider.save()
    row.provider.refresh_from_db()
    assert code_of(invitations.accept_invitation, membership=row, by=person) == "provider_stopped"


def test_a_head_by_invitation_makes_room_for_the_first_to_go():
    provider, head, _row, _secret = invited()
    own = Membership.objects.get(user=head)
    person = makers.make_user(name="石某")
    row = invitations.invite_known(
        provider=provider, username=person.username, name="石某", role="manager", by=head
    )
    assert code_of(actions.end_membership, membership=own, by=head) == "last_head"
    invitations.accept_invitation(membership=row, by=person)
    assert code_of(actions.end_membership, membership=own, by=head) == ""
    assert hats(head, timezone.now()) == ()


def test_a_planned_end_takes_the_hat_by_its_date_and_the_job_tidies_up(monkeypatch):
    provider = makers.make_provider()
    head, worker = makers.make_member(provider, "manager"), makers.make_member(provider)
    seen = []
    monkeypatch.setattr(actions, "_departures", [lambda **facts: seen.append(facts["user"])])
    now = timezone.now()
    on = now + timedelta(days=2)
    actions.end_membership(membership=Membership.objects.get(user=worker), by=head, on=on, at=now)
    assert [bool(hats(worker, moment)) for moment in (now, on - timedelta(seconds=1), on)] == [
        True,
        True,
        False,
    ]
    assert seen == []
    assert invitations.finish_memberships(on) == 1
    assert seen == [worker]
    assert Membership.objects.get(user=worker).state == "ended"


def test_the_pages_of_inviting_renewing_withdrawing_and_answering(client):
    provider = makers.make_provider(name="明处社工中心（虚构）")
    head = makers.make_member(provider, "manager")
    person = makers.make_user(name="石某")
    makers.sign_in(client, head)
    data = {"username": person.username, "name": "石某", "role": "worker", "until": "2099-01-01"}
    wrong = client.post("/agency/workers/invite/known/", data | {"name": "别人"})
    assert wrong.status_code == 422
    assert list(wrong.context["form"].errors) == ["username"]
    assert client.post("/agency/workers/invite/known/", data).status_code == 302
    row = Membership.objects.get(user=person)
    assert "还没答应" in client.get("/agency/workers/").content.decode()
    assert client.post(f"/agency/workers/{row.no}/renew/").status_code == 302
    makers.sign_in(client, person)
    assert client.post(f"/agency/workers/{row.no}/withdraw/").status_code == 404
    assert "明处社工中心" in client.get("/me/hats/").content.decode()
    assert client.post(f"/me/invitations/{row.no}/accept/").status_code == 302
    assert client.post(f"/me/invitations/{row.no}/accept/").status_code == 404
    page = client.get("/me/hats/").content.decode()
    assert "护理员 · 明处社工中心" in page
    assert "2099" in page


def test_a_new_person_by_the_page_gets_a_link_for_a_week(client):
    provider = makers.make_provider()
    makers.sign_in(client, makers.make_member(provider, "manager"))
    data = {"name": "测试新人", "phone": new_phone(), "role": "worker", "sex": "f", "begins": "1203-01-01"}
    assert list(client.post("/agency/workers/invite/", data).context["form"].errors) == ["begins"]
    answer = client.post("/agency/workers/invite/", data | {"begins": ""})
    assert "/activate/" in answer.content.decode()
    no = Membership.objects.get(provider=provider, state="invited").no
    assert "/activate/" in client.post(f"/agency/workers/{no}/renew/").content.decode()
    assert client.post(f"/agency/workers/{no}/withdraw/").status_code == 302
    assert client.post(f"/agency/workers/{no}/renew/").status_code == 404
