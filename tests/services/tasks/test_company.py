"""Who may go into a home alone: the table of the rule, and a volunteer placed by it."""

from datetime import date

import pytest
from django.utils import timezone

from partners.models import Course
from partners.training.loading import load_courses
from partners.volunteers.sending import Sent, refuse_alone
from portal.base.periods import add_months
from portal.base.refused import Refused
from services.models import AssignmentPart
from services.tasks import actions
from services.visits import planning
from tests import makers
from tests.partners.training.test_training import passed
from tests.services.hours.scene import make_volunteer

ON = date(2026, 11, 28)
ADULT, MINOR = date(1990, 1, 1), date(2008, 11, 29)


@pytest.mark.parametrize(
    ("sent", "company", "first", "code"),
    [
        (Sent(ADULT), None, False, ""),
        (Sent(ADULT), None, True, "first_visit_alone"),
        (Sent(ADULT), Sent(ADULT), True, ""),
        (Sent(MINOR), None, False, "minor_alone"),
        (Sent(date(2008, 11, 28)), None, False, ""),
        (Sent(MINOR), Sent(ADULT), True, ""),
        (Sent(ADULT, ("课",)), None, False, "untrained_alone"),
        (Sent(ADULT, ("课",)), Sent(ADULT), False, ""),
        (Sent(ADULT), Sent(MINOR), True, "company_unfit"),
        (Sent(ADULT), Sent(ADULT, ("课",)), False, "company_unfit"),
    ],
)
def test_who_may_go_and_who_needs_company(sent, company, first, code):
    found = ""
    try:
        refuse_alone(sent, company, first_visit=first, on=ON)
    except Refused as refusal:
        found = refusal.code
        assert refusal.field == "companion"
    assert found == code


@pytest.fixture
def scene(db):
    need = makers.make_need(part="voluntary")
    town = need.household.township
    return {
        "need": need,
        "by": makers.make_post("township_cadre", town),
        "one": make_volunteer(town, birth_date=ADULT),
        "two": make_volunteer(town, birth_date=ADULT),
    }


def place(scene, **more):
    return actions.place_with_volunteer(need=scene["need"], volunteer=scene["one"], by=scene["by"], **more)


def code_of(call, *args, **more):
    with pytest.raises(Refused) as refusal:
        call(*args, **more)
    return refusal.value.code


def visited(task):
    """The first visit was made."""
    lead = task.assignments.get(part=AssignmentPart.LEAD)
    return makers.make_planned(lead, state="recorded", checked_in_at=timezone.now())


def test_two_are_sent_the_first_time_and_both_see_the_household(scene):
    assert code_of(place, scene) == "first_visit_alone"
    task = place(scene, companion=scene["two"])
    parts = dict(task.assignments.values_list("user", "part"))
    assert parts == {
        scene["one"].user_id: AssignmentPart.LEAD,
        scene["two"].user_id: AssignmentPart.COMPANION,
    }
    assert scene["two"].user.has_perm("services.view_household", scene["need"].household)


@pytest.mark.parametrize(("made", "code"), [(True, ""), (False, "first_visit_alone")])
def test_who_made_a_visit_there_before_may_go_alone_and_being_sent_is_not_enough(scene, made, code):
    task = place(scene, companion=scene["two"])
    if made:
        visited(task)
    planning.end(task=task, reason="换人", to_match=True, by=scene["by"])
    scene["need"].refresh_from_db()
    found = ""
    try:
        place(scene)
    except Refused as refusal:
        found = refusal.code
    assert found == code


def test_who_went_along_made_the_visit_too(scene):
    task = place(scene, companion=scene["two"])
    visited(task)
    planning.end(task=task, reason="换人", to_match=True, by=scene["by"])
    scene["need"].refresh_from_db()
    scene["one"] = scene["two"]
    assert place(scene).assignments.count() == 1


def test_the_untrained_are_told_what_to_learn_and_go_alone_when_they_have(scene):
    task = place(scene, companion=scene["two"])
    visited(task)
    planning.end(task=task, reason="换人", to_match=True, by=scene["by"])
    scene["need"].refresh_from_db()
    load_courses()
    with pytest.raises(Refused) as refusal:
        place(scene)
    assert refusal.value.code == "untrained_alone" and "进门先懂" in refusal.value.message
    day = add_months(timezone.localdate(), -1)
    for course in Course.objects.exclude(code="escort"):
        passed(scene["one"].user, course, day)
    assert place(scene).assignments.count() == 1


def test_nobody_is_their_own_company(scene):
    assert code_of(place, scene, companion=scene["one"]) == "same_person"


def test_the_page_asks_who_goes_along_and_says_why(scene, client):
    makers.sign_in(client, scene["by"])
    url = f"/desk/needs/{scene['need'].no}/volunteer/"
    first = {"volunteer": scene["one"].no, "version": scene["need"].version}
    page = client.post(url, first)
    assert page.status_code == 422 and "要两个人一起去" in page.content.decode()
    assert client.post(url, first | {"companion": scene["two"].no}).status_code == 302
