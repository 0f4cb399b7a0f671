"""Many ask at the same moment: one wins, nobody gets an error; and without the guard the test would show it."""

import re
from collections import Counter

import pytest
from django.db import connection

from services.models import HouseholdTeamGrant, HouseholdUserGrant, Task
from tests import makers
from tests.services.matching.crowd import ask_at_once, prepare_session, servers
from tests.services.matching.scene import make_offer, make_scene

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ASKERS = 200
SECOND_GUARD = "task_one_live_a_need"


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker):
    """The site as it is, in four processes."""
    with django_db_blocker.unblock(), servers() as port:
        yield port


@pytest.fixture(scope="module")
def site_without_guard(django_db_setup, django_db_blocker):
    """The site with the first guard switched off."""
    with django_db_blocker.unblock(), servers("accept_without_guard") as port:
        yield port


def crowd_of(scene):
    """Two hundred managers of the agency, each with a session."""
    return [prepare_session(makers.make_member(scene.agency, "manager")) for _n in range(ASKERS)]


def accepting(offer, sessions):
    """Everybody presses the same button."""
    return [(f"/agency/offers/{offer.no}/accept/", key, {}) for key in sessions]


def outcome(answers):
    """Winners, clear refusals, errors."""
    winners = [
        text for status, text in answers if status == 302 and re.match(r"^/agency/tasks/T-\d+/$", text)
    ]
    refused = [text for status, text in answers if status == 409 and "已被接下" in text]
    return len(winners), len(refused), Counter(status for status, _text in answers)


def test_of_two_hundred_people_accepting_one_offer_one_wins_and_the_others_are_told(site):
    scene = make_scene()
    offer = make_offer(scene)
    sessions = crowd_of(scene)
    answers = ask_at_once(site, accepting(offer, sessions))
    again = ask_at_once(site, accepting(offer, sessions))
    won, refused, statuses = outcome(answers)
    assert (won, refused) == (1, ASKERS - 1), statuses
    assert Task.objects.filter(need=scene.need).count() == 1
    assert HouseholdTeamGrant.objects.filter(group=scene.agency.team).count() == 1
    won_again, refused_again, statuses = outcome(again)
    assert (won_again, refused_again) == (1, ASKERS - 1), statuses


def test_the_constraint_alone_also_lets_one_win(site_without_guard):
    scene = make_scene()
    offer = make_offer(scene)
    sessions = crowd_of(scene)
    answers = ask_at_once(site_without_guard, accepting(offer, sessions))
    won, refused, statuses = outcome(answers)
    assert (won, refused) == (1, ASKERS - 1), statuses
    assert Task.objects.filter(need=scene.need).count() == 1


@pytest.mark.only("postgresql")
def test_without_guard_and_constraint_several_win(site_without_guard):
    scene = make_scene()
    offer = make_offer(scene)
    sessions = crowd_of(scene)
    constraint = next(one for one in Task._meta.constraints if one.name == SECOND_GUARD)
    with connection.schema_editor() as editor:
        editor.remove_constraint(Task, constraint)
    try:
        answers = ask_at_once(site_without_guard, accepting(offer, sessions))
    finally:
        first = Task.objects.filter(need=scene.need).order_by("pk").first()
        Task.objects.filter(need=scene.need).exclude(pk=first.pk).delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(Task, constraint)
    won, _refused, statuses = outcome(answers)
    assert won > 1, statuses


def test_accepting_declining_and_withdrawing_at_once_leave_one_end(site):
    scene = make_scene()
    offer = make_offer(scene)
    manager, bureau = prepare_session(scene.manager), prepare_session(scene.bureau)
    said = {"ground": "没人手", "version": str(offer.version)}
    asks = [
        (f"/agency/offers/{offer.no}/accept/", manager, {}),
        (f"/agency/offers/{offer.no}/decline/", manager, said),
        (f"/desk/offers/{offer.no}/withdraw/", bureau, said),
    ]
    answers = ask_at_once(site, asks)
    offer.refresh_from_db()
    scene.need.refresh_from_db()
    ended = (offer.state, scene.need.state, Task.objects.filter(need=scene.need).count())
    assert ended in {("accepted", "placed", 1), ("declined", "to_match", 0), ("withdrawn", "to_match", 0)}
    assert Counter(status for status, _text in answers) == {302: 1, 409: 2}


def test_of_staff_assigning_two_workers_at_once_one_wins_and_the_others_see_the_present_state(site):
    scene = make_scene(state="placed")
    task = makers.make_task(scene.need, scene.agency)
    workers = [makers.make_member(scene.agency) for _n in range(2)]
    sessions = [prepare_session(makers.make_member(scene.agency, "manager")) for _n in range(20)]
    asks = [
        (
            f"/agency/tasks/{task.no}/assign/",
            key,
            {"worker": str(workers[n % 2].uid), "version": str(task.version)},
        )
        for n, key in enumerate(sessions)
    ]
    answers = ask_at_once(site, asks)
    assert Counter(status for status, _text in answers) == {302: 1, 409: 19}
    sent = task.assignments.get()
    assert all(sent.user.name in text for status, text in answers if status == 409)
    assert HouseholdUserGrant.objects.filter(content_object=scene.household).count() == 1
