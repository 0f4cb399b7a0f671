"""A suspension against visits: judged by the time of the visit, never of its upload; nothing is cut off, nothing is lost."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from partners.models import ProviderSuspension
from partners.vetting import supervising
from partners.vetting.parties import Party
from portal.base.models import uuid7
from portal.base.refused import Refused
from portal.base.relay import relay
from portal.models import AuditEvent, InboxItem
from services.models import CareClock, DrawDown, PlannedVisit, TaskState, VisitDoubt, VisitRecord
from services.visits.actions import record_visit
from services.visits.decisions import confirm_visit, return_visit
from services.visits.doubts import covers, settle_doubt
from tests import makers
from tests.partners.casting import make_paper, make_requirement
from tests.services.hours.scene import make_volunteer
from tests.services.visits.cast import a_report, arrive, make_cast

pytestmark = pytest.mark.django_db
WHY = {"ground": "合同第九条", "reason": "连续三次漏访", "appeal": "60 日内申请复议"}
NOW = timezone.now()
# Stopped from two hours ago until half an hour ago.
START, END = NOW - timedelta(hours=2), NOW - timedelta(minutes=30)
SECOND = timedelta(seconds=1)


def under_way(kind: str):
    """Somebody of an agency, or a volunteer, who has been at this door before and is inside now."""
    if kind == "organisation":
        cast = make_cast()
        return cast.planned, cast.worker, cast.household, cast
    need = makers.make_need(part="voluntary", state="placed")
    row = make_volunteer(need.household.township, birth_date=NOW.date() - timedelta(days=12000))
    task = makers.make_task(need, row.provider, state=TaskState.LIVE)
    sent = makers.make_assignment(task, row.user, at=NOW - timedelta(days=9))
    before = NOW - timedelta(days=2)
    makers.make_planned(sent, starts_at=before, state="recorded", checked_in_at=before)
    return makers.make_planned(sent, starts_at=NOW), row.user, need.household, None


def begin(planned: PlannedVisit, at) -> PlannedVisit:
    """Checked in at that moment."""
    PlannedVisit.objects.filter(pk=planned.pk).update(state="under_way", checked_in_at=at)
    return PlannedVisit.objects.select_related("task__provider", "task__need__household").get(pk=planned.pk)


def stop(provider, start, end=None):
    """The bureau stopped it from then on."""
    ProviderSuspension.objects.create(
        provider=provider, by=makers.make_user(), ground="合同", reason="查", valid_from=start,
        valid_to=end or NOW + timedelta(days=30),
    )  # fmt: skip
    supervising.settle_states(timezone.now(), provider)
    provider.refresh_from_db()


BEGAN = [
    (START - timedelta(minutes=1), False),
    (START - SECOND, False),
    (START, True),
    (START + SECOND, True),
    (END - SECOND, True),
    (END, False),
    (END + SECOND, False),
]


@pytest.mark.parametrize("kind", ["organisation", "volunteer"])
@pytest.mark.parametrize(("began", "doubted"), BEGAN)
@pytest.mark.parametrize("late", [timedelta(0), timedelta(minutes=20), timedelta(hours=20)])
def test_the_visits_own_time_decides_and_its_upload_never(kind, began, doubted, late):
    planned, who, _household, _cast = under_way(kind)
    stop(planned.task.provider, START, END)
    planned = begin(planned, began)
    sent_in = max(began + SECOND, NOW) + late
    handed = record_visit(planned=planned, by=who, uid=uuid7(), report=a_report(), at=sent_in)
    assert handed.created and handed.record.receipt
    assert handed.record.verdict == ("flagged" if doubted else "submitted")
    assert VisitDoubt.objects.filter(record=handed.record, kind="stopped").exists() is doubted
    again = record_visit(
        planned=planned, by=who, uid=handed.record.uid, report=a_report(), at=sent_in + SECOND
    )
    assert (again.created, again.record.receipt) == (False, handed.record.receipt)
    assert VisitRecord.objects.count() == 1 and VisitDoubt.objects.count() == int(doubted)


MINUTES = st.integers(0, 5000)


@given(st.lists(st.tuples(MINUTES, MINUTES), max_size=5), MINUTES)
def test_a_moment_is_doubted_exactly_within_a_suspension(pairs, minute):
    spans = [(START + timedelta(minutes=min(p)), START + timedelta(minutes=max(p))) for p in pairs]
    within = {m for p in pairs for m in range(min(p), max(p))}
    moment = START + timedelta(minutes=minute)
    assert covers(spans, moment) is (minute in within)
    assert covers(reversed(spans), moment) is covers(spans, moment)


@pytest.mark.parametrize("kind", ["organisation", "volunteer"])
def test_a_suspension_at_once_does_not_cut_the_visit_under_way(kind):
    planned, who, household, cast = under_way(kind)
    client = makers.sign_in(Client(), who)
    if cast is not None:
        arrive(cast)
    else:
        begin(planned, NOW - timedelta(minutes=10))
    url = reverse("services:visits:visit", args=[planned.no])
    assert client.get(url).status_code == 200
    bureau = makers.make_post("bureau_staff", household.township.parent)
    provider = planned.task.provider
    provider.home = household.township
    provider.save()
    party = Party(who.volunteer) if kind == "volunteer" else Party(provider)
    moment = timezone.now()
    supervising.suspend(party=party, start=moment, end=None, by=bureau, at=moment, **WHY)
    page = client.get(url)
    assert page.status_code == 200 and "正在做的这次可以做完" in page.content.decode()
    assert household.address not in page.content.decode()
    assert "把这次做完" in client.get("/my/today/").content.decode()
    assert client.get(f"/desk/households/{household.no}/").status_code in (403, 404)
    assert client.get("/my/schedule/").status_code == 403
    sent = {"uid": str(uuid7()), "note": "都好", "rest": "on"}
    answer = client.post(reverse("services:visits:hand_in", args=[planned.no]), sent)
    assert answer.status_code == 302, answer.context["form"].errors
    receipt = client.get(answer["Location"])
    assert receipt.status_code == 200 and "收到了" in receipt.content.decode()
    assert VisitRecord.objects.get().verdict == "submitted" and not VisitDoubt.objects.exists()
    assert client.get(url).status_code == 404


def test_the_api_takes_the_visit_of_somebody_stopped_meanwhile():
    cast = make_cast()
    client = makers.sign_in(Client(), cast.worker)
    arrive(cast)
    stop(cast.task.provider, timezone.now())
    body = {"uid": str(uuid7()), "visit": cast.planned.no, "answers": {"VC-01": {"state": "normal"}}}
    first = client.post("/api/v1/visits", body, content_type="application/json")
    again = client.post("/api/v1/visits", body, content_type="application/json")
    assert first.status_code == 201, first.content
    assert VisitRecord.objects.get().verdict == "submitted"
    assert again.status_code in (200, 404)  # the receipt of a visit that is over is on its page


def test_who_is_stopped_and_at_no_door_has_no_page_and_begins_nothing():
    cast = make_cast()
    client = makers.sign_in(Client(), cast.worker)
    assert client.get("/my/today/").status_code == 200
    stop(cast.task.provider, timezone.now())
    assert client.get("/my/today/").status_code == 403
    check_in = reverse("services:visits:check_in", args=[cast.planned.no])
    assert client.post(check_in, {"ground": "没信号"}).status_code == 404
    cast.planned.refresh_from_db()
    assert cast.planned.state == "planned"


def test_a_day_later_the_hat_is_gone_too():
    cast = make_cast()
    begin(cast.planned, timezone.now() - timedelta(hours=25))
    stop(cast.task.provider, timezone.now())
    assert makers.sign_in(Client(), cast.worker).get("/my/today/").status_code == 403


def test_lapsed_papers_stop_no_visit():
    cast = make_cast()
    today = timezone.localdate()
    make_requirement("organisation", "liability", sort="insurance", validity="date")
    make_paper("liability", provider=cast.task.provider, valid_until=today - timedelta(days=1))
    cast.task.provider.qualified_until = today - timedelta(days=1)
    cast.task.provider.save()
    client = makers.sign_in(Client(), cast.worker)
    place = {"lat": 27.72, "lng": 112.82, "accuracy": 9}
    assert client.post(reverse("services:visits:check_in", args=[cast.planned.no]), place).status_code == 302
    sent = {"uid": str(uuid7()), "rest": "on"}
    assert client.post(reverse("services:visits:hand_in", args=[cast.planned.no]), sent).status_code == 302
    assert VisitRecord.objects.get().verdict == "submitted"


@pytest.fixture
def doubted():
    """A record of a visit begun while the agency was stopped; the agency works again."""
    cast = make_cast()
    stop(cast.task.provider, START, END)
    planned = begin(cast.planned, START + timedelta(minutes=5))
    row = record_visit(planned=planned, by=cast.worker, uid=uuid7(), report=a_report()).record
    return cast, row, VisitDoubt.objects.get()


def code_of(call, **more) -> str:
    """The code of a refusal; empty where there is none."""
    try:
        call(**more)
    except Refused as refusal:
        return refusal.code
    return ""


def test_the_bureau_is_told_and_until_it_has_spoken_nobody_confirms_and_nothing_counts(doubted):
    cast, row, _doubt = doubted
    relay()
    assert InboxItem.objects.filter(receiver=cast.bureau, message__topic="visit_doubted").count() == 1
    assert code_of(confirm_visit, row=row, by=cast.manager) == "doubt_open"
    assert not DrawDown.objects.exists()
    clock = CareClock.objects.filter(household=cast.household).first()
    assert clock is None or clock.last_seen_on != timezone.localdate(row.started_at)
    manager = makers.sign_in(Client(), cast.manager)
    page = manager.get(reverse("services:visits:agency_record", args=[row.no])).content.decode()
    assert "县民政局认可了，才能确认和结算" in page


@pytest.mark.parametrize(("word", "confirmed"), [("yes", True), ("no", False)])
def test_the_bureau_decides_and_says_why(doubted, word, confirmed):
    cast, row, doubt = doubted
    desk = makers.sign_in(Client(), cast.bureau)
    page = reverse("services:visits:desk_record", args=[row.no])
    assert "这次上门算不算" in desk.get(page).content.decode()
    url = reverse("services:visits:desk_doubt", args=[row.no])
    assert desk.post(url, {"accept": word, "reason": " "}).status_code == 422
    assert desk.post(url, {"accept": word, "reason": "停用通知当天才到"}).status_code == 302
    assert desk.post(url, {"accept": word, "reason": "再来一次"}).status_code == 404
    doubt.refresh_from_db()
    assert (doubt.accepted, doubt.settled_by) == (word == "yes", cast.bureau)
    row = VisitRecord.objects.get(pk=row.pk)
    assert (code_of(confirm_visit, row=row, by=cast.manager) == "") is confirmed
    assert DrawDown.objects.exists() is confirmed
    relay()
    topic = "visit_counts" if confirmed else "visit_counts_not"
    assert InboxItem.objects.filter(receiver=cast.worker, message__topic=topic).count() == 1
    assert AuditEvent.objects.filter(verb="visit.doubt_settled").count() == 1
    assert "停用通知当天才到" in desk.get(page).content.decode()


@pytest.mark.parametrize("who", ["cadre", "manager", "worker", "outsider", "elsewhere"])
def test_nobody_else_decides(doubted, who):
    cast, row, doubt = doubted
    person = {
        "outsider": makers.make_user,
        "elsewhere": lambda: makers.make_post("bureau_staff", makers.make_region("county")),
    }.get(who, lambda: getattr(cast, who))()
    url = reverse("services:visits:desk_doubt", args=[row.no])
    answer = makers.sign_in(Client(), person).post(url, {"accept": "yes", "reason": "算"})
    assert answer.status_code == 404
    assert code_of(settle_doubt, doubt=doubt, accept=True, reason="算", by=person) == "wrong_state"
    doubt.refresh_from_db()
    assert doubt.accepted is None


def test_a_doubted_record_may_be_sent_back_and_one_without_doubt_is_confirmed_as_ever(doubted):
    cast, row, _doubt = doubted
    assert code_of(return_visit, row=row, by=cast.manager, reason="补一下") == ""
    other = make_cast()
    planned = begin(other.planned, timezone.now() - timedelta(minutes=30))
    clean = record_visit(planned=planned, by=other.worker, uid=uuid7(), report=a_report()).record
    assert code_of(confirm_visit, row=clean, by=other.manager) == ""


def test_one_who_stops_and_also_does_the_visit_does_not_decide_about_it(doubted):
    cast, row, doubt = doubted
    makers.make_post("bureau_staff", cast.household.township.parent, cast.worker)
    assert code_of(settle_doubt, doubt=doubt, accept=True, reason="算", by=cast.worker) == "wrong_state"
