"""A volunteer who must not go alone: asked anew for every visit, told in time, and at the door told what to do."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from partners.models import Course, ProviderSuspension, Volunteer
from partners.training.loading import load_courses
from partners.vetting.supervising import settle_states
from portal.base.models import uuid7
from portal.base.periods import add_months
from portal.base.refused import Refused
from portal.base.relay import relay
from portal.models import InboxItem, OutboxMessage
from services.models import Assignment, PlannedVisit, TaskState, VisitDoubt
from services.tasks import actions as task_actions
from services.visits.actions import check_in, record_visit
from services.visits.company import alone_now, coming, without_company
from services.visits.going_alone import tell_alone
from tests import makers
from tests.partners.training.test_training import passed
from tests.services.hours.scene import make_volunteer
from tests.services.visits.cast import AT_THE_DOOR, a_report

pytestmark = pytest.mark.django_db
ADULT = date(1990, 1, 1)


@dataclass
class Pair:
    """Two volunteers on the way to a household for the first time."""

    lead: Volunteer
    company: Volunteer
    beside: Assignment
    planned: PlannedVisit
    cadre: Any
    town: Any


def make_pair(*, days: int = 0, **lead: Any) -> Pair:
    """A voluntary task with somebody along, and a visit today or in some days."""
    need = makers.make_need(part="voluntary", state="placed")
    town = need.household.township
    first = make_volunteer(town, **({"birth_date": ADULT} | lead))
    second = make_volunteer(town, birth_date=ADULT)
    task = makers.make_task(need, first.provider, state=TaskState.LIVE)
    sent = makers.make_assignment(task, first.user)
    beside = makers.make_assignment(task, second.user, part="companion")
    planned = makers.make_planned(sent, starts_at=timezone.now() + timedelta(days=days))
    cadre = makers.make_post("township_cadre", town)
    return Pair(first, second, beside, planned, cadre, town)


def stop(volunteer: Volunteer, start: Any, end: Any = None) -> None:
    """The bureau stops a volunteer from then on."""
    far = timezone.now() + timedelta(days=900)
    ProviderSuspension.objects.create(
        provider=volunteer.provider, by=makers.make_user(), reason="查", valid_from=start, valid_to=end or far
    )
    settle_states(timezone.now(), volunteer.provider)


def _nothing(pair):
    """As it was arranged."""


def _stopped(pair):
    stop(pair.company, timezone.now() - timedelta(hours=1))


def _stopped_before_the_visit(pair):
    stop(pair.company, pair.planned.starts_at - timedelta(hours=1))


def _stopped_until_the_visit(pair):
    stop(pair.company, timezone.now() - timedelta(hours=1), pair.planned.starts_at - timedelta(hours=1))


def _stopped_after_it(pair):
    stop(pair.company, pair.planned.starts_at + timedelta(days=1))


def _off_the_task(pair):
    Assignment.objects.filter(pk=pair.beside.pk).update(valid_to=timezone.now())


def _left(pair):
    Volunteer.objects.filter(pk=pair.company.pk).update(state="ended")


def _closed(pair):
    pair.company.user.is_active = False
    pair.company.user.save()


def _too_young(pair):
    Volunteer.objects.filter(pk=pair.company.pk).update(
        birth_date=timezone.localdate() - timedelta(days=6000)
    )


def _course_runs_out(pair):
    """The one along learned it eleven months and three weeks ago: it holds today, and not on the day."""
    load_courses()
    for course in Course.objects.all():
        passed(pair.lead.user, course, timezone.localdate() - timedelta(days=30))
        passed(pair.company.user, course, add_months(timezone.localdate(), -course.validity_months))


def _been_there(pair):
    """The first visit is over, and the company gone."""
    makers.make_planned(
        pair.planned.assignment, starts_at=timezone.now() - timedelta(hours=20), state="recorded",
        checked_in_at=timezone.now() - timedelta(hours=20),
    )  # fmt: skip
    _off_the_task(pair)


LOST = [
    (_nothing, ""),
    (_stopped, "first_visit_alone"),
    (_stopped_before_the_visit, "first_visit_alone"),
    (_stopped_until_the_visit, ""),
    (_stopped_after_it, ""),
    (_off_the_task, "first_visit_alone"),
    (_left, "first_visit_alone"),
    (_closed, "first_visit_alone"),
    (_too_young, "first_visit_alone"),
    (_course_runs_out, "first_visit_alone"),
    (_been_there, ""),
]


@pytest.mark.parametrize(("change", "code"), LOST)
def test_the_rule_is_asked_again_whatever_became_of_the_company(change, code):
    pair = make_pair(days=3)
    change(pair)
    found = alone_now(PlannedVisit.objects.get(pk=pair.planned.pk), timezone.now())
    assert [why.code for why in found] == ([code] if code else [])


def test_a_minor_needs_company_every_time():
    pair = make_pair(days=3, birth_date=timezone.localdate() - timedelta(days=6000))
    _been_there(pair)
    assert [why.code for why in alone_now(pair.planned, timezone.now())] == ["minor_alone"]


def test_an_agencys_worker_is_never_asked():
    assignment = makers.make_assignment(makers.make_task(state=TaskState.LIVE), makers.make_user())
    assert alone_now(makers.make_planned(assignment), timezone.now()) == []


def test_the_township_and_the_volunteer_are_told_once_for_each_loss():
    pair = make_pair(days=3)
    assert tell_alone() == 0
    _stopped(pair)
    assert [tell_alone(), tell_alone()] == [1, 0]
    relay()
    for person, topic in ((pair.cadre, "visit_alone"), (pair.lead.user, "visit_company_gone")):
        assert InboxItem.objects.filter(receiver=person, message__topic=topic).count() == 1
    other = make_volunteer(pair.town, birth_date=ADULT)
    task_actions.add_companion(task=pair.planned.task, volunteer=other, by=pair.cadre)
    assert tell_alone() == 0
    Assignment.objects.filter(user=other.user).update(valid_to=timezone.now())
    assert tell_alone() == 1


def test_the_desk_shows_it_and_leads_to_where_it_is_mended():
    pair = make_pair(days=3)
    client = makers.sign_in(Client(), pair.cadre)
    assert "要两个人去的上门都有人陪" in client.get("/desk/").content.decode()
    _off_the_task(pair)
    url = reverse("services:tasks:desk_detail", args=[pair.planned.task.no])
    assert url in client.get("/desk/").content.decode()
    page = client.get(url).content.decode()
    assert "接下来的上门要两个人" in page and "第一次去这一户" in page
    minor = make_volunteer(pair.town, birth_date=timezone.localdate() - timedelta(days=6000))
    other = make_volunteer(pair.town, birth_date=ADULT)
    mend = reverse("services:tasks:desk_companion", args=[pair.planned.task.no])
    version = pair.planned.task.version
    assert pair.lead.badge_no not in client.get(mend).content.decode()  # nobody is their own company
    assert client.post(mend, {"volunteer": minor.no, "version": version}).status_code == 422
    assert client.post(mend, {"volunteer": other.no, "version": version}).status_code == 302
    assert "接下来的上门要两个人" not in client.get(url).content.decode()


def test_another_township_sees_and_hears_nothing():
    pair = make_pair(days=3)
    _off_the_task(pair)
    stranger = makers.make_post("township_cadre", makers.make_region("township", pair.town.parent))
    tell_alone()
    assert not OutboxMessage.objects.filter(receiver=stranger).exists()
    client = makers.sign_in(Client(), stranger)
    assert pair.planned.task.no not in client.get("/desk/").content.decode()
    assert (
        client.get(reverse("services:tasks:desk_companion", args=[pair.planned.task.no])).status_code == 404
    )


def test_an_agencys_task_has_no_such_steps_at_the_desk():
    need = makers.make_need(state="placed")
    task = makers.make_task(need, makers.make_provider(), state=TaskState.LIVE)
    client = makers.sign_in(Client(), makers.make_post("township_cadre", need.household.township))
    for word in ("companion", "dates"):
        assert client.get(reverse(f"services:tasks:desk_{word}", args=[task.no])).status_code == 404


def test_the_township_sets_the_dates_of_a_volunteers_task():
    pair = make_pair(days=3)
    client = makers.sign_in(Client(), pair.cadre)
    day = timezone.localdate() + timedelta(days=9)
    sent = {"version": pair.planned.task.version, "days": day.isoformat(), "clock": "10:00", "minutes": "60"}
    sent["month"] = f"{timezone.localdate():%Y-%m}"
    assert client.post(f"/desk/tasks/{pair.planned.task.no}/dates/", sent).status_code == 302
    assert PlannedVisit.objects.filter(task=pair.planned.task, day=day).count() == 1


def test_at_the_door_one_is_told_what_to_do_and_whoever_is_in_already_is_not_refused():
    pair = make_pair()
    _stopped(pair)
    client = makers.sign_in(Client(), pair.lead.user)
    page = client.get(reverse("services:visits:visit", args=[pair.planned.no])).content.decode()
    assert "须两人同行，现在没有人陪您" in page and "请先别进门" in page
    with pytest.raises(Refused) as refusal:
        check_in(planned=pair.planned, by=pair.lead.user, fix=AT_THE_DOOR)
    assert (refusal.value.code, refusal.value.field) == ("company_needed", "company_ground")
    here = {"lat": AT_THE_DOOR.lat, "lng": AT_THE_DOOR.lng, "accuracy": 10}
    url = reverse("services:visits:check_in", args=[pair.planned.no])
    assert client.post(url, here).status_code == 422
    assert client.post(url, here | {"company_ground": "村主任陪着"}).status_code == 302
    pair.planned.refresh_from_db()
    handed = record_visit(planned=pair.planned, by=pair.lead.user, uid=uuid7(), report=a_report())
    assert handed.created and handed.record.verdict == "flagged"
    assert [row.kind for row in VisitDoubt.objects.all()] == ["company"]
    relay()
    assert InboxItem.objects.filter(receiver=pair.cadre, message__topic="visit_doubted").count() == 1
    desk = makers.sign_in(Client(), pair.cadre)
    record_page = reverse("services:visits:desk_record", args=[handed.record.no])
    assert "村主任陪着" in desk.get(record_page).content.decode()
    assert desk.post(reverse("services:visits:desk_confirm", args=[handed.record.no])).status_code == 302
    receipt = client.get(reverse("services:visits:receipt", args=[pair.planned.no])).content.decode()
    assert "没有丢" in receipt


def test_with_valid_company_nothing_is_asked_and_nothing_flagged():
    pair = make_pair()
    planned = check_in(planned=pair.planned, by=pair.lead.user, fix=AT_THE_DOOR, company_ground="多余的话")
    handed = record_visit(planned=planned, by=pair.lead.user, uid=uuid7(), report=a_report())
    assert (handed.record.verdict, planned.company_ground, VisitDoubt.objects.count()) == ("submitted", "", 0)


def test_company_lost_during_the_visit_changes_nothing():
    pair = make_pair()
    planned = check_in(planned=pair.planned, by=pair.lead.user, fix=AT_THE_DOOR)
    stop(pair.company, timezone.now())
    handed = record_visit(planned=planned, by=pair.lead.user, uid=uuid7(), report=a_report())
    assert handed.record.verdict == "submitted"


def test_many_visits_are_asked_about_in_the_same_statements(django_assert_max_num_queries):
    for _each in range(6):
        _off_the_task(make_pair(days=2))
    now = timezone.now()
    with django_assert_max_num_queries(8):
        assert len(without_company(coming(PlannedVisit.objects.all(), now), now)) == 6


@pytest.mark.parametrize(
    ("birth_date", "courses", "shown"), [(ADULT, False, False), (ADULT, True, True), ("minor", False, True)]
)
def test_the_badge_says_who_goes_by_two(birth_date, courses, shown):
    born = timezone.localdate() - timedelta(days=6000) if birth_date == "minor" else birth_date
    row = make_volunteer(makers.make_region("township"), birth_date=born)
    if courses:
        load_courses()
    page = makers.sign_in(Client(), row.user).get("/my/badge/").content.decode()
    public = Client().get(f"/verify/{row.badge_no}/").content.decode()
    assert ("须两人同行" in page, "须两人同行" in public) == (shown, shown)
