"""Somebody leaves: what they had in hand is with somebody else, or back, in the same transaction as their sight ends."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partners.memberships import invitations
from partners.models import Membership, Post
from portal.base.refused import Refused
from portal.models import AuditEvent, OutboxMessage
from portal.permissions.hats import hats
from services.casework.handover import leave_post, leave_team
from services.casework.in_hand import Leaving, in_hand
from services.models import (
    Alert,
    Assignment,
    Household,
    HouseholdUserGrant,
    PlannedVisit,
    Report,
    Task,
    VisitRecord,
)
from services.tasks.actions import assign_worker
from tests import makers
from tests.partners.casting import new_phone

pytestmark = pytest.mark.django_db


class Team:
    """An agency with two heads and three workers; one worker carries two tasks with visits, an alert, a record sent back."""

    def __init__(self) -> None:
        self.village = makers.make_region()
        self.provider = makers.make_provider(townships=[self.village.parent])
        self.head = makers.make_member(self.provider, "manager", makers.make_user(name="头一"))
        self.second = makers.make_member(self.provider, "manager", makers.make_user(name="头二"))
        self.goer = makers.make_member(self.provider, user=makers.make_user(name="要走的"))
        self.other = makers.make_member(self.provider, user=makers.make_user(name="留下的"))
        self.tasks = [self.carried(self.goer) for _each in range(2)]
        self.membership = Membership.objects.get(user=self.goer)

    def carried(self, user, *, part="lead") -> Task:
        """A live task that the user carries, with a visit planned."""
        need = makers.make_need(makers.make_household(self.village), state="placed")
        task = makers.make_task(need, self.provider, state="live")
        makers.make_planned(
            makers.make_assignment(task, user, part=part),
            starts_at=timezone.now() + timedelta(days=makers.serial() % 60 + 1),
        )
        return task

    def take_alert(self, user) -> Alert:
        """A danger that the user is seeing to."""
        return Alert.objects.create(
            no=f"L-{makers.serial():08d}", household=self.tasks[0].need.household, level="r1", flag="fall",
            planned=self.tasks[0].planned_visits.first(), raised_by=self.goer, state="acknowledged", taken_by=user,
        )  # fmt: skip

    def send_back(self) -> VisitRecord:
        """A record the one who goes was to complete."""
        planned = makers.make_planned(
            self.tasks[1].assignments.get(), starts_at=timezone.now() - timedelta(days=2), state="recorded"
        )
        return VisitRecord.objects.create(
            no=f"R-{makers.serial():010d}", planned=planned, author=self.goer, epoch=1, started_at=planned.starts_at,
            ended_at=planned.starts_at + timedelta(hours=1), payload_hash="0" * 64, receipt="0" * 64,
            verdict="returned",
        )  # fmt: skip

    def keys(self, user=None, membership=None) -> list[str]:
        """What is found in the hand of somebody who leaves."""
        row = membership or self.membership
        found = in_hand(Leaving(user=row.user, by=self.head, at=timezone.now(), membership=row))
        return [thing.key for thing in found.things]


def code_of(act, **args) -> str:
    """The code with which the act is refused; empty when it is done."""
    try:
        act(**args)
    except Refused as no:
        return no.code
    return ""


def test_everything_in_hand_is_listed():
    team = Team()
    record = team.send_back()
    expected = {f"task-{task.no}" for task in team.tasks} | {f"record-{record.no}"}
    assert set(team.keys()) == expected
    idle = Membership.objects.get(user=team.other)
    assert team.keys(membership=idle) == []


def test_in_one_act_all_is_with_somebody_and_the_sight_is_gone():
    team = Team()
    record = team.send_back()
    first, second = team.tasks
    takers = {f"task-{first.no}": team.other, f"task-{second.no}": None}
    households = [task.need.household_id for task in team.tasks]
    assert Household.objects.visible_to(team.goer).filter(pk__in=households).count() == 2
    leave_team(membership=team.membership, by=team.head, takers=takers)
    now = timezone.now()
    assert hats(team.goer, now) == ()
    assert not HouseholdUserGrant.objects.filter(user=team.goer, valid_to__gt=now).exists()
    assert not Assignment.objects.filter(user=team.goer, valid_to__gt=now).exists()
    assert Assignment.objects.get(task=first, valid_to__gt=now).user == team.other
    assert PlannedVisit.objects.get(task=first, state="planned").assignment.user == team.other
    assert Household.objects.visible_to(team.other).filter(pk=first.need.household_id).exists()
    states = dict(Task.objects.filter(pk__in=[first.pk, second.pk]).values_list("no", "state"))
    assert states == {first.no: "live", second.no: "unassigned"}
    assert VisitRecord.objects.get(pk=record.pk).verdict == "submitted"
    assert team.keys() == []
    assert AuditEvent.objects.filter(verb="membership.ended").count() == 1


# what was chosen for the two tasks; the code of the refusal
CHOSEN = [
    ({}, "taker_missing"),
    ({0: "other"}, "taker_missing"),
    ({0: "other", 1: "stranger"}, "taker_unable"),
    ({0: "goer", 1: "goer"}, "taker_unable"),
    ({0: "other", 1: None}, ""),
    ({0: "head", 1: "other"}, ""),
]


@pytest.mark.parametrize(("chosen", "code"), CHOSEN)
def test_nobody_leaves_while_something_has_no_taker(chosen, code):
    team = Team()
    people = {"other": team.other, "goer": team.goer, "head": team.head, "stranger": makers.make_user()}
    takers = {f"task-{team.tasks[n].no}": people.get(name) for n, name in chosen.items()}
    assert code_of(leave_team, membership=team.membership, by=team.head, takers=takers) == code
    gone = code == ""
    assert (hats(team.goer, timezone.now()) == ()) is gone
    assert Assignment.objects.filter(user=team.goer, valid_to__gt=timezone.now()).exists() is not gone


def test_a_clash_names_the_task_and_changes_nothing():
    team = Team()
    start = team.tasks[0].planned_visits.get().starts_at
    busy = team.carried(team.other)
    PlannedVisit.objects.filter(task=busy).update(starts_at=start, day=timezone.localdate(start))
    takers = {f"task-{task.no}": team.other for task in team.tasks}
    with pytest.raises(Refused) as no:
        leave_team(membership=team.membership, by=team.head, takers=takers)
    assert (no.value.code, no.value.field) == ("clash", f"task-{team.tasks[0].no}")
    assert team.tasks[0].no in no.value.message
    assert Assignment.objects.filter(user=team.goer, valid_to__gt=timezone.now()).count() == 2


def test_on_a_day_to_come_the_sight_ends_at_that_moment_without_a_job():
    team = Team()
    now = timezone.now()
    on = now + timedelta(days=5)
    takers = {f"task-{task.no}": None for task in team.tasks}
    leave_team(membership=team.membership, by=team.head, takers=takers, on=on)
    # a second capacity that sees by grants must not carry the sight past the end
    makers.make_member(makers.make_provider(), user=team.goer)
    household = team.tasks[0].need.household

    def sees(moment) -> bool:
        return Household.objects.visible_to(team.goer, moment).filter(pk=household.pk).exists()

    assert [sees(moment) for moment in (timezone.now(), on - timedelta(seconds=1), on)] == [True, True, False]
    late = makers.make_task(makers.make_need(state="placed"), team.provider)
    row = assign_worker(task=late, worker=team.goer, by=team.head)
    assert HouseholdUserGrant.objects.get(cause=f"assignment:{row.uid}").valid_to == on
    alert, returned = team.take_alert(team.goer), team.send_back()
    invitations.finish_memberships(on)
    alert.refresh_from_db()
    returned.refresh_from_db()
    assert alert.taken_by in (team.head, team.second)
    assert returned.verdict == "submitted"
    assert not Assignment.objects.filter(
        user=team.goer, task__provider=team.provider, valid_to__gt=on
    ).exists()
    assert Task.objects.get(pk=team.tasks[0].pk).state == "unassigned"


def test_a_head_passes_on_alerts_and_invitations_to_the_other_head():
    team = Team()
    alert = team.take_alert(team.head)
    asked, _secret = invitations.invite_member(
        provider=team.provider, name="测试新人", phone=new_phone(), by=team.head
    )
    own = Membership.objects.get(user=team.head)
    takers = {f"alert-{alert.no}": team.second, f"invited-{asked.no}": team.second}
    assert code_of(leave_team, membership=own, by=team.head, takers={}) == "taker_missing"
    leave_team(membership=own, by=team.head, takers=takers)
    alert.refresh_from_db()
    asked.refresh_from_db()
    assert (alert.taken_by, asked.invited_by) == (team.second, team.second)
    assert OutboxMessage.objects.filter(topic="alert_passed", receiver=team.second).exists()
    assert hats(team.head, timezone.now()) == ()


def office():
    """A village with an officer, its township with two cadres, and the bureau."""
    village = makers.make_region()
    officer = makers.make_post("livelihood_officer", village)
    cadres = [makers.make_post("township_cadre", village.parent) for _each in range(2)]
    return village, officer, cadres, makers.make_post("bureau_staff", village.parent.parent)


def test_a_village_post_passes_to_the_township_or_to_a_successor_in_the_same_act():
    village, officer, _cadres, bureau = office()
    post = Post.objects.get(user=officer)
    follower = makers.make_user()
    leave_post(post=post, by=bureau, takers={}, successor=follower)
    now = timezone.now()
    assert hats(officer, now) == ()
    assert [hat.region_path for hat in hats(follower, now)] == [village.path]
    leave_post(post=Post.objects.get(user=follower), by=bureau, takers={})
    assert not Post.objects.filter(region=village, valid_to__gt=timezone.now()).exists()


def test_only_from_above_is_a_post_ended():
    village, officer, cadres, bureau = office()
    elsewhere = makers.make_post("bureau_staff", makers.make_region("county"))
    post = Post.objects.get(user=officer)
    assert code_of(leave_post, post=post, by=elsewhere, takers={}) == "not_yours"
    assert code_of(leave_post, post=post, by=cadres[0], takers={}) == "not_yours"
    assert code_of(leave_post, post=Post.objects.get(user=bureau), by=bureau, takers={}) == "own_post"
    assert code_of(leave_post, post=post, by=bureau, takers={}) == ""
    assert not Post.objects.filter(region=village, valid_to__gt=timezone.now()).exists()


def test_a_cadre_passes_on_what_they_took_and_the_page_shows_what_the_office_has(client):
    village, officer, cadres, bureau = office()
    household = makers.make_household(village)
    alert = Alert.objects.create(
        no="L-00000009", household=household, level="r1", flag="fall", raised_by=officer, state="acknowledged",
        taken_by=cadres[0],
    )  # fmt: skip
    Report.objects.create(
        no="B-00000009", region=village, trouble="care", reported_by=officer, due_at=timezone.now()
    )
    post = Post.objects.get(user=cadres[0])
    url = f"/desk/posts/{post.uid}/end/"
    page = makers.sign_in(client, bureau).get(url).content.decode()
    assert "没办完的上报" in page
    assert cadres[1].name in page
    missing = client.post(url, {"when": "now", "successor": "nobody-has-this"})
    assert set(missing.context["form"].errors) == {f"alert-{alert.no}", "successor"}
    assert "nobody-has-this" in missing.content.decode()
    assert client.post(url, {"when": "now", f"alert-{alert.no}": str(cadres[1].uid)}).status_code == 302
    alert.refresh_from_db()
    assert alert.taken_by == cadres[1]
    assert hats(cadres[0], timezone.now()) == ()


def test_leaving_by_the_page_with_one_choice_for_all(client):
    team = Team()
    url = f"/agency/workers/{team.membership.no}/end/"
    makers.sign_in(client, team.head)
    assert "任务和上门" in client.get(url).content.decode()
    first = f"task-{team.tasks[0].no}"
    wrong = client.post(url, {"when": "day", first: "-"})
    assert wrong.status_code == 422
    assert set(wrong.context["form"].errors) == {f"task-{team.tasks[1].no}", "on"}
    assert client.post(url, {"when": "now", "all_to": str(team.other.uid)}).status_code == 302
    assert Assignment.objects.filter(user=team.other, valid_to__gt=timezone.now()).count() == 2
    assert client.get(url).status_code == 404


def test_the_page_asks_the_same_for_two_tasks_and_for_twenty(client):
    team = Team()
    url = f"/agency/workers/{team.membership.no}/end/"
    makers.sign_in(client, team.head)
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for _each in range(18):
        team.carried(team.goer)
        makers.make_member(team.provider)
    with CaptureQueriesContext(connection) as many:
        assert client.get(url).status_code == 200
    assert len(few) == len(many) <= 25
