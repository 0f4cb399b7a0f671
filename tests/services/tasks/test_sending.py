"""Sending people: who wins, what it opens, what re-assigning and ending close; and setting dates."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from partners.models import Volunteer
from portal.base.refused import Refused
from portal.models import User
from services.models import Household, NeedState, PlannedVisit, Task, TaskState
from services.tasks import actions
from services.tasks.lifecycle import TASK
from services.visits import planning
from tests import makers

ALLOWED = {
    ("unassigned", "assign"),
    ("live", "reassign"),
    ("live", "release"),
    ("live", "accompany"),
    ("live", "plan"),
    ("live", "pause"),
    ("paused", "resume"),
    ("paused", "reopen"),
    ("unassigned", "end"),
    ("live", "end"),
    ("paused", "end"),
    ("ended", "restore"),
}


@pytest.mark.parametrize("state", TaskState.values)
@pytest.mark.parametrize("verb", TASK.moves)
def test_only_the_listed_moves_are_allowed(state, verb):
    assert TASK.allows(state, verb) is ((state, verb) in ALLOWED)


@pytest.mark.parametrize(
    ("weekdays", "from_day", "most", "days"),
    [
        ([0], date(2026, 11, 1), 8, [2, 9, 16, 23, 30]),
        ([0], date(2026, 11, 16), 8, [16, 23, 30]),
        ([0], date(2026, 11, 1), 2, [2, 16]),
        ([1, 4], date(2026, 11, 20), 4, [20, 24, 27]),
        ([6], date(2026, 11, 30), 4, []),
    ],
)
def test_a_month_of_weekdays_is_spread_and_never_more_than_needed(weekdays, from_day, most, days):
    found = planning.month_days(2026, 11, weekdays, from_day, most)
    assert [day.day for day in found] == days


@pytest.fixture
def scene(db):
    task = makers.make_task()
    return {
        "task": task,
        "manager": makers.make_member(task.provider, "manager"),
        "worker": makers.make_member(task.provider),
        "second": makers.make_member(task.provider),
        "household": task.need.household,
    }


def sees(user, household):
    return Household.objects.visible_to(User.objects.get(pk=user.pk)).filter(pk=household.pk).exists()


def code_of(act, **more):
    with pytest.raises(Refused) as refused:
        act(**more)
    return refused.value.code


def assign(scene, worker="worker", task=None):
    return planning.assign(task=task or scene["task"], worker=scene[worker], by=scene["manager"])


def soon(days=2, hour=9):
    day = timezone.localdate() + timedelta(days=days)
    return timezone.make_aware(datetime(day.year, day.month, day.day, hour))


def test_assigning_opens_the_household_to_the_worker_alone(scene):
    assert not sees(scene["worker"], scene["household"])
    row = assign(scene)
    assert (row.epoch, scene["task"].state) == (1, "live")
    assert sees(scene["worker"], scene["household"])
    assert not sees(scene["second"], scene["household"])


def test_of_two_assignments_from_one_page_the_first_wins(scene):
    stale = Task.objects.get(pk=scene["task"].pk)
    assign(scene)
    assert code_of(assign, scene=scene, worker="second", task=stale) == "task_changed"
    assert scene["task"].assignments.count() == 1


def test_the_database_itself_refuses_two_leads(scene):
    row = assign(scene)
    with pytest.raises(IntegrityError), transaction.atomic():
        makers.make_assignment(row.task, scene["second"])


@pytest.mark.parametrize("who", ["worker", "stranger"])
def test_only_those_who_manage_the_task_assign(scene, who):
    scene["stranger"] = makers.make_member(makers.make_provider(), "manager")
    scene["by"] = scene[who]
    code = code_of(planning.assign, task=scene["task"], worker=scene["second"], by=scene["by"])
    assert code == "task_changed"


def test_a_worker_of_another_team_cannot_be_sent(scene):
    scene["other"] = makers.make_member(makers.make_provider())
    assert code_of(assign, scene=scene, worker="other") == "not_own_team"
    scene["task"].refresh_from_db()
    assert scene["task"].state == "unassigned"


def dates(scene, starts, **more):
    values = {"task": scene["task"], "starts": starts, "minutes": 60, "by": scene["manager"]}
    return planning.set_dates(**{**values, **more})


def test_dates_make_planned_visits_of_the_present_epoch(scene):
    row = assign(scene)
    visits = dates(scene, [soon(2), soon(9)])
    assert {(v.assignment_id, v.epoch, v.state) for v in visits} == {(row.pk, 1, "planned")}


@pytest.mark.parametrize(
    ("starts", "code"),
    [
        ([], "no_dates"),
        ([timezone.now() - timedelta(minutes=5)], "past"),
        ([timezone.now() + timedelta(days=120)], "too_far"),
    ],
)
def test_impossible_dates_are_refused(scene, starts, code):
    assign(scene)
    assert code_of(dates, scene=scene, starts=starts) == code


def test_a_day_is_planned_once(scene):
    assign(scene)
    dates(scene, [soon(2)])
    assert code_of(dates, scene=scene, starts=[soon(2, 15)]) == "day_taken"


@pytest.mark.parametrize(("hour", "clashes"), [(8, False), (9, True), (10, False)])
def test_nobody_is_in_two_places_at_once(scene, hour, clashes):
    assign(scene)
    other = makers.make_task(provider=scene["task"].provider)
    planning.assign(task=other, worker=scene["worker"], by=scene["manager"])
    planning.set_dates(task=other, starts=[soon(2, 9)], minutes=60, by=scene["manager"])
    found = None
    try:
        dates(scene, [soon(2, hour)])
    except Refused as refusal:
        found = refusal.code
    assert found == ("clash" if clashes else None)


def test_reassigning_moves_the_visits_and_closes_the_file_to_the_one_before(scene):
    assign(scene)
    dates(scene, [soon(2), soon(9)])
    row = planning.reassign(task=scene["task"], worker=scene["second"], reason="请假", by=scene["manager"])
    assert row.epoch == scene["task"].epoch == 2
    assert {(v.assignment_id, v.epoch) for v in PlannedVisit.objects.all()} == {(row.pk, 2)}
    assert sees(scene["second"], scene["household"])
    assert not sees(scene["worker"], scene["household"])


def test_reassigning_needs_a_reason_and_another_person(scene):
    assign(scene)
    more = {"task": scene["task"], "by": scene["manager"]}
    assert code_of(planning.reassign, worker=scene["second"], reason=" ", **more) == "reason_needed"
    scene["task"].refresh_from_db()
    assert code_of(planning.reassign, worker=scene["worker"], reason="x", **more) == "same_worker"


@pytest.mark.parametrize(("to_match", "state"), [(True, NeedState.TO_MATCH), (False, NeedState.CLOSED)])
def test_ending_closes_every_file_and_cancels_the_dates(scene, to_match, state):
    assign(scene)
    dates(scene, [soon(2)])
    planning.end(task=scene["task"], reason="住院", to_match=to_match, by=scene["manager"])
    assert not sees(scene["worker"], scene["household"])
    assert not sees(scene["manager"], scene["household"])
    assert PlannedVisit.objects.get().state == "cancelled"
    scene["task"].need.refresh_from_db()
    assert scene["task"].need.state == state


def test_one_who_leaves_the_agency_loses_the_household_and_the_task_waits_again(scene):
    assign(scene)
    dates(scene, [soon(2)])
    provider = scene["task"].provider
    assert actions.release_person(user=scene["worker"], provider=provider, by=scene["manager"]) == 1
    assert not sees(scene["worker"], scene["household"])
    scene["task"].refresh_from_db()
    assert (scene["task"].state, scene["task"].epoch) == ("unassigned", 2)
    row = assign(scene, "second")
    assert PlannedVisit.objects.get().assignment == row


def make_volunteer(town, **more):
    provider = makers.make_provider("volunteer", townships=[town], capacity=more.pop("capacity", 2))
    values = {"no": f"V-{makers.serial()}", "user": makers.make_user(), "provider": provider}
    return Volunteer.objects.create(home=town, state=more.pop("state", "approved"), **values, **more)


def test_a_volunteer_of_the_township_may_go_along_and_sees_the_household(scene):
    assign(scene)
    helper = make_volunteer(scene["household"].township)
    row = actions.add_companion(task=scene["task"], volunteer=helper, by=scene["manager"])
    assert (row.part, sees(helper.user, scene["household"])) == ("companion", True)


@pytest.mark.parametrize("change", [{"state": "pending"}, {"elsewhere": True}, {"capacity": 0}])
def test_a_volunteer_not_approved_elsewhere_or_full_does_not(scene, change):
    assign(scene)
    town = makers.make_region("township") if change.pop("elsewhere", False) else scene["household"].township
    helper = make_volunteer(town, **change)
    code = code_of(actions.add_companion, task=scene["task"], volunteer=helper, by=scene["manager"])
    assert code in {"volunteer_not_near", "volunteer_full"}
    assert not sees(helper.user, scene["household"])


def test_of_two_placing_a_voluntary_need_the_first_wins(db):
    need = makers.make_need(part="voluntary")
    town = need.household.township
    by = makers.make_post("township_cadre", town)
    one, two = make_volunteer(town), make_volunteer(town)
    stale = type(need).objects.get(pk=need.pk)
    task = actions.place_with_volunteer(need=need, volunteer=one, companion=make_volunteer(town), by=by)
    code = code_of(actions.place_with_volunteer, need=stale, volunteer=two, by=by)
    assert code == "already_placed"
    assert (task.assignments.get(part="lead").user, sees(two.user, need.household)) == (one.user, False)
    planning.end(task=task, reason="搬走了", to_match=False, by=by)
    assert not sees(one.user, need.household)


def test_a_bought_need_is_not_given_to_a_volunteer(db):
    need = makers.make_need()
    town = need.household.township
    by = makers.make_post("township_cadre", town)
    code = code_of(actions.place_with_volunteer, need=need, volunteer=make_volunteer(town), by=by)
    assert code == "not_voluntary"
