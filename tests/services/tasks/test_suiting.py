"""Beside each volunteer stands what to weigh before choosing; to whom it may not be told, it is not told."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partners.models import VolunteerLimit, VolunteerTravel
from partners.volunteers.facts import Wishes
from portal.base.refused import Refused
from services.models import HouseholdRisk
from services.tasks import access, actions
from services.tasks.suiting import Work, conflicts, slot_of, suits
from tests import makers
from tests.partners.casting import make_paper
from tests.services.hours.scene import make_volunteer

CHINA = ZoneInfo("Asia/Shanghai")
ADULT = date(1990, 1, 1)


def span(day: int, hour: int, minutes: int = 60):
    """A visit in the last week of November 2026; the 28th is a Saturday."""
    start = datetime(2026, 11, day, hour, tzinfo=CHINA)
    return (start, start + timedelta(minutes=minutes))


def wishes(limits=(), times=("weekday_am", "weekday_pm", "weekend", "evening"), services=("visit_care",)):
    """Somebody who does everything, but for what is said."""
    return Wishes(towns=(), services=services, times=times, limits=limits)


@pytest.mark.parametrize(
    ("stated", "work", "words"),
    [
        (wishes(), Work("visit_care", frozenset({"dog", "infection"}), (span(28, 19),)), []),
        (wishes(("no_dogs",)), Work("visit_care", frozenset({"dog"})), ["他不去有狗的家，这户有狗"]),
        (wishes(("no_dogs",)), Work("visit_care", frozenset({"violence"})), []),
        (wishes(("no_infection",)), Work("visit_care", frozenset({"infection"})), ["他不去有传染风险的家，这户登记了"]),
        (wishes(("no_stairs",)), Work("visit_care", stairs="yes"), ["他不爬楼，这户要爬楼"]),
        (wishes(("no_stairs",)), Work("visit_care"), ["他不爬楼，这户要不要爬还不知道，先问"]),
        (wishes(("no_stairs",)), Work("visit_care", frozenset({"dog"}), stairs="no"), []),
        (wishes(), Work("visit_care", stairs="yes"), []),
        (wishes(("daytime",)), Work("visit_care", spans=(span(27, 9), span(27, 17))), []),
        (wishes(("daytime",)), Work("visit_care", spans=(span(27, 9), span(27, 19))), ["他只在白天去，11月27日 19:00的上门不在白天"]),
        (wishes(("daytime",)), Work("visit_care", spans=(span(27, 17, 90),)), ["他只在白天去，11月27日 17:00的上门不在白天"]),
        (wishes(("no_lifting",), services=("cleaning",)), Work("cleaning"), ["他不搬重的、不扶抱人，这项服务可能要"]),
        (wishes(("no_lifting",)), Work("visit_care"), []),
        (wishes(services=("cleaning",)), Work("visit_care"), ["他没报这项服务，先问他愿不愿意"]),
        (wishes(times=("weekend",)), Work("visit_care", spans=(span(28, 10), span(27, 10))), ["11月27日 10:00他没说有空"]),
    ],
)  # fmt: skip
def test_what_speaks_against_somebody_is_said_in_words(stated, work, words):
    assert conflicts(stated, work) == words


@pytest.mark.parametrize(
    ("day", "hour", "slot"),
    [
        (27, 6, ""), (27, 7, "weekday_am"), (27, 11, "weekday_am"), (27, 12, "weekday_pm"), (27, 17, "weekday_pm"),
        (27, 18, "evening"), (27, 20, ""), (28, 9, "weekend"), (28, 19, "evening"), (29, 14, "weekend"),
    ],
)  # fmt: skip
def test_a_moment_falls_into_a_time_of_week(day, hour, slot):
    assert slot_of(span(day, hour)[0]) == slot


@pytest.fixture
def scene(db):
    """A voluntary need with a dog at the door, and a volunteer who does not go to dogs."""
    need = makers.make_need(part="voluntary")
    town = need.household.township
    row = make_volunteer(town, birth_date=ADULT, times=["weekend"], skills="理发")
    VolunteerTravel.objects.create(volunteer=row, means="walk")
    for limit in ("no_dogs", "no_stairs"):
        VolunteerLimit.objects.create(volunteer=row, limit=limit)
    HouseholdRisk.objects.create(household=need.household, kind="dog", noted_by=makers.make_user())
    return {"need": need, "row": row, "town": town, "by": makers.make_post("township_cadre", town)}


def page_for(scene) -> str:
    client = makers.sign_in(Client(), scene["by"])
    return client.get(f"/desk/needs/{scene['need'].no}/volunteer/").content.decode()


def test_the_page_says_it_before_anybody_is_chosen(scene):
    page = page_for(scene)
    for words in (
        "没有车", "不爬楼", "他不去有狗的家，这户有狗", "有空：周末白天", "要先有还在期的意外险",
        "要有人一起去", "第一次去这一户",
    ):  # fmt: skip
        assert words in page, words
    HouseholdRisk.objects.update(valid_to=timezone.now())
    page = page_for(scene)
    assert "这户有狗" not in page and "意外险" not in page


def test_a_minor_and_somebody_untrained_are_named_before_they_are_chosen(scene):
    make_volunteer(scene["town"], birth_date=timezone.localdate() - timedelta(days=17 * 365))
    page = page_for(scene)
    assert "没满 18 岁；第一次去这一户" in page and "不能当陪同" in page


def test_an_agency_is_told_that_something_speaks_against_a_volunteer_and_not_what(scene):
    agency = makers.make_provider(townships=[scene["town"]])
    task = makers.make_task(makers.make_need(scene["need"].household, "placed", service="cleaning"), agency)
    task.state = "live"
    task.save()
    makers.make_assignment(task, makers.make_member(agency))
    page = makers.sign_in(Client(), makers.make_member(agency, "manager")).get(
        f"/agency/tasks/{task.no}/companion/"
    )
    text = page.content.decode()
    assert page.status_code == 200 and "可能不合适，请先问乡镇" in text
    for words in ("有狗", "不爬楼", "没有车", "理发", "周末"):
        assert words not in text, words


def test_a_station_that_sends_volunteers_reads_what_they_said(scene):
    station = makers.make_provider("station", townships=[scene["town"]])
    task = makers.make_task(makers.make_need(scene["need"].household, "placed", service="cleaning"), station)
    task.state = "live"
    task.save()
    lead = makers.make_assignment(task, makers.make_member(station))
    tomorrow = timezone.localtime() + timedelta(days=1)
    makers.make_planned(lead, starts_at=tomorrow.replace(hour=19, minute=0, second=0, microsecond=0))
    VolunteerLimit.objects.create(volunteer=scene["row"], limit="daytime")
    head = makers.make_member(station, "station_lead")
    page = makers.sign_in(Client(), head).get(f"/agency/tasks/{task.no}/companion/").content.decode()
    assert "不在白天" in page and "没有车" in page


@pytest.mark.parametrize(
    ("risk", "service", "paper", "code"),
    [
        ("dog", "visit_care", {}, ""),
        ("dog", "visit_care", None, "not_insured"),
        ("", "visit_care", None, ""),
        ("", "medical_escort", None, "not_insured"),
        ("", "medical_escort", {}, ""),
        ("site", "visit_care", {"valid_until": timezone.localdate() - timedelta(days=1)}, "not_insured"),
        ("site", "visit_care", {"state": "handed_in"}, "not_insured"),
        ("site", "visit_care", {"code": "liability"}, "not_insured"),
    ],
)
def test_nobody_is_sent_to_a_danger_without_insurance(db, risk, service, paper, code):
    need = makers.make_need(part="voluntary", service=service)
    town = need.household.township
    people = [make_volunteer(town, birth_date=ADULT) for _each in range(2)]
    if risk:
        HouseholdRisk.objects.create(household=need.household, kind=risk, noted_by=makers.make_user())
    for row in people if paper is not None else []:
        more = {"code": "accident", "valid_until": timezone.localdate(), **paper}
        make_paper(volunteer=row, issued_on=date(2025, 1, 1), **more)
    found = ""
    try:
        actions.place_with_volunteer(
            need=need, volunteer=people[0], companion=people[1], by=makers.make_post("township_cadre", town)
        )
    except Refused as refusal:
        found = refusal.code
    assert found == code


def test_the_page_asks_the_same_for_three_and_for_thirty(scene):

    counts = []
    for more in (2, 27):
        for _each in range(more):
            one = make_volunteer(scene["town"], birth_date=ADULT)
            VolunteerLimit.objects.create(volunteer=one, limit="daytime")
        with CaptureQueriesContext(connection) as asked:
            found = suits(scene["need"], access.volunteers_near(scene["need"]), timezone.now())
        counts.append(len(asked))
    assert len(found) == 30 and counts[0] == counts[1] <= 20
