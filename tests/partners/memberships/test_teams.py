from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partners.memberships import actions, invitations
from partners.models import Membership, Volunteer
from portal.accounts.actions import activate
from portal.accounts.resets import may_reset
from portal.base.refused import Refused
from portal.models import AuditEvent
from portal.permissions.hats import hats
from tests import makers
from tests.partners.casting import new_phone

pytestmark = pytest.mark.django_db


def team():
    """An agency with its manager and one worker, and the manager of another agency."""
    provider = makers.make_provider()
    manager = makers.make_member(provider, "manager")
    worker = makers.make_member(provider, "worker", valid_from=timezone.now() - timedelta(days=30))
    stranger = makers.make_member(makers.make_provider(), "manager")
    return provider, manager, worker, stranger


def code_of(act, **args) -> str:
    """The code with which the act is refused; empty when it is done."""
    try:
        act(**args)
    except Refused as no:
        return no.code
    return ""


def test_a_manager_invites_a_worker_who_may_then_set_a_password():
    provider, manager, _worker, _stranger = team()
    row, secret = invitations.invite_member(
        provider=provider, name="测试新人", phone=new_phone(), sex="f", dialect="湘潭话", by=manager
    )
    assert (row.role, row.sex, row.invited_by) == ("worker", "f", manager)
    assert not row.user.has_usable_password()
    assert len(secret) > 20
    assert hats(row.user, timezone.now()) == ()
    activate(secret=secret, password="a-long-password-of-mine", at=timezone.now())
    assert [hat.role for hat in hats(row.user, timezone.now())] == ["worker"]


def test_only_the_own_head_invites_and_ends():
    provider, manager, worker, stranger = team()
    row = Membership.objects.get(user=worker)
    args = {"provider": provider, "name": "测试新人", "phone": new_phone()}
    assert code_of(invitations.invite_member, by=stranger, **args) == "not_yours"
    assert code_of(invitations.invite_member, by=worker, **args) == "not_yours"
    assert code_of(actions.end_membership, membership=row, by=stranger) == "not_yours"
    assert code_of(actions.end_membership, membership=row, by=manager) == ""


def test_leaving_ends_at_once_and_tells_the_rooms_above_in_the_same_transaction(monkeypatch):
    provider, manager, worker, _stranger = team()
    seen = []
    monkeypatch.setattr(actions, "_departures", [lambda **facts: seen.append(facts)])
    at = timezone.now()
    actions.end_membership(membership=Membership.objects.get(user=worker), by=manager, at=at)
    assert seen == [{"user": worker, "provider": provider, "by": manager, "at": at}]
    assert hats(worker, at) == ()
    assert hats(worker, at - timedelta(seconds=1))
    assert AuditEvent.objects.filter(verb="membership.ended").count() == 1


def test_when_a_room_above_cannot_let_go_nobody_leaves(monkeypatch):
    _provider, manager, worker, _stranger = team()

    def holds_on(**facts):
        raise Refused("still_needed", "还不能走")

    monkeypatch.setattr(actions, "_departures", [holds_on])
    row = Membership.objects.get(user=worker)
    assert code_of(actions.end_membership, membership=row, by=manager) == "still_needed"
    assert hats(worker, timezone.now())


def test_a_head_goes_when_another_stands_and_never_ends_the_other():
    provider, manager, _worker, stranger = team()
    own = Membership.objects.get(user=manager)
    assert code_of(actions.end_membership, membership=own, by=manager) == "last_head"
    second = makers.make_member(provider, "manager")
    other = Membership.objects.get(user=second)
    assert code_of(actions.end_membership, membership=other, by=manager) == "leaders_stay"
    assert code_of(actions.end_membership, membership=other, by=stranger) == "not_yours"
    assert code_of(actions.end_membership, membership=own, by=manager) == ""
    assert code_of(actions.end_membership, membership=other, by=second) == "last_head"


def test_the_bureau_ends_a_head_but_not_the_last():
    provider, manager, _worker, _stranger = team()
    bureau = makers.make_post("bureau_staff", makers.make_region("county"))
    row = Membership.objects.get(user=manager)
    assert code_of(actions.end_membership, membership=row, by=bureau) == "last_head"
    makers.make_member(provider, "manager")
    assert code_of(actions.end_membership, membership=row, by=bureau) == ""


def test_nobody_leaves_twice():
    _provider, manager, worker, _stranger = team()
    stale = Membership.objects.get(user=worker)
    actions.end_membership(membership=Membership.objects.get(user=worker), by=manager)
    assert code_of(actions.end_membership, membership=stale, by=manager) == "stale"
    assert (
        code_of(actions.end_membership, membership=Membership.objects.get(user=worker), by=manager)
        == "wrong_state"
    )


def test_who_left_can_be_a_member_again():
    provider, manager, worker, _stranger = team()
    args = {"provider": provider, "user": worker, "role": "worker", "by": manager}
    assert code_of(actions.add_member, **args) == "member_already"
    actions.end_membership(membership=Membership.objects.get(user=worker), by=manager)
    assert code_of(actions.add_member, **args) == ""


def test_a_head_resets_the_own_workers_only():
    _provider, manager, worker, stranger = team()
    assert may_reset(manager, worker)
    assert not may_reset(stranger, worker)
    assert not may_reset(worker, manager)
    assert not may_reset(manager, stranger)


def test_a_worker_with_a_post_is_not_reset_by_the_manager():
    _provider, manager, worker, _stranger = team()
    makers.make_post("township_cadre", makers.make_region("township"), worker)
    assert not may_reset(manager, worker)


def test_a_worker_who_also_volunteers_is_not_reset_by_the_manager():
    from partners.models import Volunteer

    _provider, manager, worker, _stranger = team()
    Volunteer.objects.create(
        no="VO-00000001", user=worker, state="approved", home=makers.make_region("township")
    )
    assert not may_reset(manager, worker)


def test_the_list_asks_the_same_for_three_and_for_thirty(client):
    provider, manager, _worker, _stranger = team()
    makers.sign_in(client, manager)
    client.get("/agency/workers/")
    with CaptureQueriesContext(connection) as few:
        client.get("/agency/workers/")
    for _row in range(28):
        makers.make_member(provider)
    with CaptureQueriesContext(connection) as many:
        page = client.get("/agency/workers/").content.decode()
    assert "在岗 30 人" in page
    assert len(many) == len(few) <= 20


def test_inviting_shows_the_link_and_a_wrong_value_loses_nothing(client):
    _provider, manager, _worker, _stranger = team()
    makers.sign_in(client, manager)
    data = {"name": "测试新人", "phone": new_phone(), "role": "worker", "sex": "f", "dialect": "湘潭话"}
    for wrong, field in (({"phone": "1"}, "phone"), ({"sex": "x"}, "sex"), ({"name": ""}, "name")):
        answer = client.post("/agency/workers/invite/", data | wrong)
        assert answer.status_code == 422
        assert list(answer.context["form"].errors) == [field]
        assert "湘潭话" in answer.content.decode()
    answer = client.post("/agency/workers/invite/", data)
    assert "/activate/" in answer.content.decode()
    assert "测试新人" in client.get("/agency/workers/").content.decode()
    assert "/activate/" not in client.get("/agency/workers/").content.decode()


def test_a_phone_that_the_team_has_invited_already_is_told_beside_the_field(client):
    _provider, manager, _worker, _stranger = team()
    makers.sign_in(client, manager)
    data = {"name": "测试新人", "phone": new_phone(), "role": "worker", "sex": "f"}
    client.post("/agency/workers/invite/", data)
    answer = client.post("/agency/workers/invite/", data)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["phone"]


# who asks, what the end page and the renewal answer: who has joined has no invitation to renew
BY_ADDRESS = [("manager", 200, 404), ("stranger", 404, 404), ("worker", 404, 404)]


@pytest.mark.parametrize(("who", "ends", "renews"), BY_ADDRESS)
def test_who_reaches_a_member_by_address(client, who, ends, renews):
    _provider, manager, worker, stranger = team()
    no = Membership.objects.get(user=worker).no
    makers.sign_in(client, {"manager": manager, "stranger": stranger, "worker": worker}[who])
    assert client.get(f"/agency/workers/{no}/end/").status_code == ends
    assert client.post(f"/agency/workers/{no}/renew/").status_code == renews


def test_ending_by_the_page(client):
    _provider, manager, worker, _stranger = team()
    no = Membership.objects.get(user=worker).no
    makers.sign_in(client, manager)
    assert client.post(f"/agency/workers/{no}/end/", {"when": "now"}).status_code == 302
    assert hats(worker, timezone.now()) == ()
    assert client.get(f"/agency/workers/{no}/end/").status_code == 404


def test_the_bureau_resets_the_heads_it_approved_and_the_township_its_volunteers():
    county = makers.make_region("county")
    township = makers.make_region("township", county)
    bureau, cadre = makers.make_post("bureau_staff", county), makers.make_post("township_cadre", township)
    other = makers.make_post("township_cadre", makers.make_region("township", county))
    head = makers.make_member(makers.make_provider(home=township), "manager")
    volunteer = makers.make_user()
    Volunteer.objects.create(no="VO-1", user=volunteer, state="approved", home=township)
    assert [may_reset(by, head) for by in (bureau, cadre, other)] == [True, False, False]
    assert [may_reset(by, volunteer) for by in (bureau, cadre, other)] == [True, True, False]
    makers.make_post("livelihood_officer", makers.make_region("village", township), head)
    assert not may_reset(bureau, head), "a post besides is answered for by those above it"
