"""Needs: raised, verified, paused, closed; who may, and what is refused."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.base.models import AuditEvent, OutboxMessage
from portal.base.refused import Refused
from services.models import Need
from services.tasks import need_actions
from services.tasks.frequency import default_visits
from services.tasks.need_actions import Terms
from tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def village():
    """A village with the cadre of its township and the bureau's staff."""
    place = makers.make_region()
    place.cadre = makers.make_post("township_cadre", place.parent)
    place.bureau = makers.make_post("bureau_staff", place.parent.parent)
    return place


TERMS = Terms(visits_per_month=4, minutes=60)


@pytest.mark.parametrize(
    ("service", "self_care", "visits"),
    [
        ("visit_care", "able", 1),
        ("visit_care", "partial", 2),
        ("visit_care", "unable", 4),
        ("visit_care", "not_assessed", 2),
        ("cleaning", "unable", 2),
        ("medical_escort", "able", 1),
        ("psych_support", "able", 2),
    ],
)
def test_the_frequency_follows_the_class(service, self_care, visits):
    assert default_visits(service, self_care) == visits


@pytest.mark.parametrize(("urgent", "hours"), [(True, 24), (False, 72)])
def test_a_raised_need_is_due_by_its_urgency(village, urgent, hours):
    at = timezone.now()
    household = makers.make_household(village, self_care="unable")
    need = need_actions.raise_need(
        by=village.bureau, household=household, service="visit_care", urgent=urgent, at=at
    )
    assert (need.state, need.visits_per_month, need.due_at - at) == ("to_verify", 4, timedelta(hours=hours))
    assert OutboxMessage.objects.get(topic="need_raised").receiver == village.cadre


def test_one_service_is_needed_once_at_a_time(village):
    household = makers.make_household(village)
    first = need_actions.raise_need(by=village.cadre, household=household, service="cleaning")
    with pytest.raises(Refused) as refusal:
        need_actions.raise_need(by=village.cadre, household=household, service="cleaning")
    assert refusal.value.code == "need_open"
    need_actions.close_need(by=village.cadre, need=first, version=1, reason="不用了")
    need_actions.raise_need(by=village.cadre, household=household, service="cleaning")


def test_a_file_that_rests_gets_no_need(village):
    household = makers.make_household(village, state="paused")
    with pytest.raises(Refused) as refusal:
        need_actions.raise_need(by=village.cadre, household=household, service="cleaning")
    assert refusal.value.code == "household_not_active"


def test_a_verified_need_waits_to_be_matched_and_the_county_hears(village):
    need = makers.make_need(makers.make_household(village), state="to_verify")
    done = need_actions.verify_need(by=village.cadre, need=need, version=1, terms=TERMS)
    assert (done.state, done.version, done.visits_per_month) == ("to_match", 2, 4)
    assert OutboxMessage.objects.get(topic="need_to_match").receiver == village.bureau
    assert AuditEvent.objects.get(verb="need.verified").household_no == need.household.no


def test_what_is_refused_when_verifying(village):
    stranger = makers.make_post("township_cadre", makers.make_region("township", village.parent.parent))
    need = makers.make_need(makers.make_household(village), state="to_verify")
    cases = [
        ("stale", {"version": 9}),
        ("stale", {"by": stranger}),
        ("visits_range", {"terms": Terms(0, 60)}),
        ("visits_range", {"terms": Terms(32, 60)}),
        ("minutes_range", {"terms": Terms(4, 9)}),
        ("minutes_range", {"terms": Terms(4, 1441)}),
    ]
    for code, change in cases:
        with pytest.raises(Refused) as refusal:
            need_actions.verify_need(
                **{"by": village.cadre, "need": need, "version": 1, "terms": TERMS} | change
            )
        assert refusal.value.code == code
    need_actions.verify_need(by=village.cadre, need=need, version=1, terms=TERMS)
    with pytest.raises(Refused) as refusal:
        need_actions.verify_need(by=village.cadre, need=Need.objects.get(), version=2, terms=TERMS)
    assert refusal.value.code == "wrong_state"


@pytest.mark.parametrize("action", [need_actions.pause_need, need_actions.close_need])
def test_a_need_that_somebody_answers_is_neither_paused_nor_closed(village, action):
    need = makers.make_need(makers.make_household(village), state="placed")
    task = makers.make_task(need)
    with pytest.raises(Refused) as refusal:
        action(by=village.cadre, need=need, version=1, reason="住院")
    assert refusal.value.code == "task_live"
    task.state = "ended"
    task.save()
    with pytest.raises(Refused) as refusal:
        action(by=village.cadre, need=need, version=1, reason=" ")
    assert refusal.value.code == "reason_empty"
    assert action(by=village.cadre, need=need, version=1, reason="住院").version == 2


def test_a_paused_need_goes_on(village):
    need = makers.make_need(makers.make_household(village))
    need = need_actions.pause_need(by=village.cadre, need=need, version=1, reason="住院")
    need = need_actions.resume_need(by=village.cadre, need=need, version=2)
    assert need.state == "to_match"


# Pages

PATHS = ["", "verify/", "pause/", "close/", "resume/"]


@pytest.mark.parametrize("path", PATHS)
def test_a_need_out_of_sight_answers_like_one_that_never_was(client, village, path):
    need = makers.make_need(makers.make_household(village))
    outside = [
        makers.make_post("township_cadre", makers.make_region("township", village.parent.parent)),
        makers.make_post("livelihood_officer", village),
        makers.make_member(makers.make_task(need).provider, "manager"),
        makers.make_post("inspector", village.parent.parent),
    ]
    for user in outside:
        makers.sign_in(client, user)
        assert client.get(f"/desk/needs/{need.no}/{path}").status_code == 404
        assert client.get(f"/desk/needs/N-00000000/{path}").status_code == 404


def test_the_township_raises_and_verifies_on_the_pages(client, village):
    household = makers.make_household(village)
    makers.sign_in(client, village.cadre)
    page = client.post(f"/desk/needs/new/{household.no}/", {"service": "visit_care"})
    need = Need.objects.get()
    assert page["Location"] == f"/desk/needs/{need.no}/"
    form = {"version": 1, "visits_per_month": "3", "minutes": "45", "part": "voluntary", "wish_sex": "f"}
    assert client.post(f"/desk/needs/{need.no}/verify/", form).status_code == 302
    need.refresh_from_db()
    assert (need.state, need.part, need.wish_sex, need.minutes) == ("to_match", "voluntary", "f", 45)
    again = client.post(f"/desk/needs/{need.no}/verify/", form)
    assert again.status_code == 409


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"visits_per_month": "0"}, "1 到 31"),
        ({"visits_per_month": "x"}, "请填数字"),
        ({"minutes": "5"}, "至少 10 分钟"),
        ({"part": "nonsense"}, "请从列出的里面选"),
    ],
)
def test_bad_terms_are_said_beside_their_field(client, village, change, message):
    need = makers.make_need(makers.make_household(village), state="to_verify")
    makers.sign_in(client, village.cadre)
    form = {"version": 1, "visits_per_month": "3", "minutes": "45", "part": "purchased", "wish": "会说方言"}
    page = client.post(f"/desk/needs/{need.no}/verify/", form | change)
    html = page.content.decode()
    assert page.status_code == 422
    assert message in html
    assert "会说方言" in html


def test_the_list_costs_the_same_for_three_and_for_thirty(
    client, village, django_assert_max_num_queries, django_assert_num_queries
):
    for _number in range(3):
        makers.make_need(makers.make_household(village), state="to_verify")
    makers.sign_in(client, village.bureau)
    client.get("/desk/needs/")
    with django_assert_max_num_queries(20) as few:
        client.get("/desk/needs/")
    for _number in range(27):
        makers.make_need(makers.make_household(village, name="曾绝莲"), state="to_verify")
    with django_assert_num_queries(len(few.captured_queries)):
        page = client.get("/desk/needs/")
    assert "曾绝莲" not in page.content.decode()
    assert page.content.decode().count("曾*莲") == 27
