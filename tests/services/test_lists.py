"""Every list costs the same for thirty rows and for three hundred, and at most twenty queries."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from partners.models import Application, ApplicationKind, ApplicationState, ProviderKind
from portal.base.database import refresh_statistics
from portal.base.models import CalendarDay, ProtectedFile, record_number, uuid7
from services.models import (
    Alert,
    Assignment,
    CareAgreement,
    CarePlan,
    Contract,
    FileEnding,
    Household,
    HouseholdMove,
    ImpactAssessment,
    ImportBatch,
    Likeness,
    Need,
    NeedState,
    Offer,
    PlannedState,
    PlannedVisit,
    RegisterExport,
    Report,
    Review,
    SubjectRequest,
    Task,
    VisitRecord,
)
from tests import makers
from tests.services.care_cast import make_tekun

pytestmark = pytest.mark.django_db
MOST = 20


class County:
    """One township with its desks, an agency and a worker, and as many rows of everything as asked."""

    def __init__(self) -> None:
        self.village = makers.make_region()
        self.township = self.village.parent
        self.cadre = makers.make_post("township_cadre", self.township)
        self.bureau = makers.make_post("bureau_staff", self.township.parent)
        self.officer = makers.make_post("livelihood_officer", self.village)
        self.provider = makers.make_provider(townships=[self.township], capacity=1000)
        self.manager = makers.make_member(self.provider, "manager")
        self.worker = makers.make_member(self.provider)
        self.contract = makers.make_contract(self.provider, [self.township], budget_fen=10**9)

    def grow(self, count: int) -> None:
        """Add `count` rows to every list."""
        now = timezone.now()
        first = date(now.year, 1, 1) + timedelta(days=CalendarDay.objects.count())
        CalendarDay.objects.bulk_create(
            [CalendarDay(day=first + timedelta(days=n), works=True) for n in range(count)]
        )
        for n in range(count):
            household = makers.make_household(self.village)
            placed = makers.make_need(household, state=NeedState.PLACED)
            makers.make_need(household, state=NeedState.TO_VERIFY, service="cleaning")
            makers.make_need(household, state=NeedState.TO_MATCH, service="psych_support")
            offered = makers.make_need(household, state=NeedState.OFFERED, service="medical_escort")
            self._offer(offered, now)
            task = makers.make_task(placed, self.provider, contract=self.contract, state="live")
            assignment = makers.make_assignment(task, self.worker)
            self._visit(assignment, now - timedelta(days=2), n, recorded=True)
            self._visit(assignment, now + timedelta(minutes=1), n, recorded=False)
            self._papers(household, n, now)

    def _offer(self, need: Need, now) -> None:
        Offer.objects.create(
            no=record_number("O"), need=need, provider=self.provider, contract=self.contract, unit_fen=5800,
            sent_at=now, expires_at=now + timedelta(days=1), sent_by=self.bureau,
        )  # fmt: skip

    def _visit(self, assignment: Assignment, start, n: int, *, recorded: bool) -> None:
        planned = makers.make_planned(
            assignment, starts_at=start, state=PlannedState.RECORDED if recorded else PlannedState.PLANNED
        )
        if recorded:
            VisitRecord.objects.create(
                uid=uuid7(), no=record_number("R"), planned=planned, author=self.worker, epoch=1, started_at=start,
                ended_at=start + timedelta(minutes=40), payload_hash="0" * 64, receipt="0" * 64, answers={"VC-01": "normal"},
            )  # fmt: skip

    def _papers(self, household: Household, n: int, now) -> None:
        HouseholdMove.objects.create(
            household=household, no_then=household.no, name_masked="周*莲", from_region=household.region,
            to_region=household.region, from_township=household.township, to_township=household.township,
            moved_on=now.date(), reason="搬家", moved_by=self.cadre,
        )  # fmt: skip
        FileEnding.objects.create(
            household=household,
            kind="close",
            state="asked",
            done_by=self.officer,
            asked_by=self.cadre,
            asked_at=now,
        )
        file = ProtectedFile.objects.create(kind="x", content_type="text/csv", size=0, sha256="")
        ImportBatch.objects.create(
            no=record_number("I"),
            office=self.township,
            made_by=self.cadre,
            file=file,
            kind="csv",
            language="zh-hans",
        )
        pair = [makers.make_household(self.village).persons.get() for _each in range(2)]
        Likeness.objects.create(no=record_number("D"), one=pair[0], other=pair[1], kind="sound")
        for by, full in ((self.cadre, False), (self.bureau, True)):
            RegisterExport.objects.create(
                no=record_number("X"), region=self.township, asked_by=by, purpose="核对", language="zh-hans",
                full_names=full, state="waiting" if full else "queued",
            )  # fmt: skip
        Alert.objects.create(
            no=record_number("A"), household=household, level="r2", flag="no_food", raised_by=self.worker
        )
        Report.objects.create(
            no=record_number("R"), region=self.village, trouble="care", reported_by=self.officer, due_at=now
        )
        self._care(household, n)
        SubjectRequest.objects.create(
            no=record_number("Q"), kind="correct", person=household.persons.get(), way="spoken", due_on=now.date(),
            received_by=self.cadre,
        )  # fmt: skip
        ImpactAssessment.objects.create(
            no=record_number("I"), title="测试", occasion="other", purpose="测", risks="测", measures="测",
            conclusion="go", assessed_on=now.date(), assessed_by=self.bureau,
        )  # fmt: skip
        applicant = makers.make_user()
        Application.objects.create(
            no=record_number("A"), kind=ApplicationKind.VOLUNTEER, state=ApplicationState.SUBMITTED,
            applicant=applicant, township=self.township, submitted_at=now, due_on=now.date(),
        )  # fmt: skip
        makers.make_member(self.provider)
        makers.make_provider(ProviderKind.STATION, townships=[self.township], name=f"站{n}（虚构）")
        makers.make_contract(makers.make_provider(townships=[self.township]), [self.township])

    def _care(self, household: Household, n: int) -> None:
        """Nobody saw this person for long; papers of every kind wait."""
        today = timezone.localdate()
        person = make_tekun(household, since=today - timedelta(days=500 + n))
        CareAgreement.objects.create(
            no=record_number("X"), person=person, carer_name="甲", carer_tie="other", content="x", frequency="x",
            monthly_fen=1, starts_on=today, ends_on=today + timedelta(days=9), state="live", signed_on=today,
            drafted_by=self.cadre,
        )  # fmt: skip
        CarePlan.objects.create(
            no=record_number("J"), person=person, state="submitted", starts_on=today, drafted_by=self.worker,
            submitted_at=timezone.now(),
        )  # fmt: skip
        for state in ("received", "proposed"):
            Review.objects.create(
                no=record_number("G"), household=household, person=person, cause="change", said_by="village",
                kind="income", due_on=today, reported_by=self.officer, state=state,
            )  # fmt: skip


LISTS = [
    ("cadre", "services:care:unseen"),
    ("bureau", "services:care:unseen"),
    ("officer", "services:care:unseen"),
    ("cadre", "services:care:agreements"),
    ("bureau", "services:care:plans"),
    ("cadre", "services:reviews:list"),
    ("cadre", "services:casework:desk"),
    ("bureau", "services:casework:desk"),
    ("cadre", "services:recipients:list"),
    ("cadre", "services:imports:list"),
    ("cadre", "services:imports:likenesses"),
    ("cadre", "services:exports:list"),
    ("bureau", "services:recipients:list"),
    ("officer", "services:recipients:village"),
    ("officer", "services:intake:village"),
    ("cadre", "services:files:moves"),
    ("cadre", "services:files:endings"),
    ("cadre", "services:needs:list"),
    ("bureau", "services:matching:queue"),
    ("bureau", "services:contracts:list"),
    ("manager", "services:contracts:agency_list"),
    ("cadre", "services:tasks:desk_list"),
    ("bureau", "services:tasks:desk_list"),
    ("cadre", "services:matching:offers"),
    ("bureau", "services:matching:offers"),
    ("manager", "services:tasks:agency"),
    ("manager", "services:tasks:list"),
    ("manager", "services:visits:agency_list"),
    ("manager", "services:visits:agency_alerts"),
    ("manager", "partners:workers"),
    ("cadre", "services:visits:desk_list"),
    ("cadre", "services:visits:desk_alerts"),
    ("cadre", "partners:vetting"),
    ("bureau", "partners:network"),
    ("bureau", "partners:gaps_csv"),
    ("bureau", "partners:targets"),
    ("worker", "who"),
    ("worker", "portal:hats"),
    ("worker", "services:visits:today"),
    ("worker", "services:visits:schedule"),
    ("worker", "portal:inbox"),
    ("worker", "providers"),
    ("cadre", "services:privacy:requests"),
    ("bureau", "services:privacy:requests"),
    ("bureau", "services:privacy:retention"),
    ("bureau", "services:privacy:impacts"),
    ("worker", "services:privacy:own"),
    ("bureau", "portal:calendar"),
]


@pytest.fixture(scope="module")
def costs(django_db_setup, django_db_blocker):
    """The queries of every list at thirty rows and at three hundred."""
    from django.db import connection, transaction
    from django.test.utils import CaptureQueriesContext

    found: dict[tuple[str, str], list[tuple[int, int]]] = {}
    with django_db_blocker.unblock(), transaction.atomic():
        county = County()
        for more in (30, 270):
            county.grow(more)
            refresh_statistics()
            for who, name in LISTS:
                client = makers.sign_in(Client(), getattr(county, who))
                client.get(reverse(name))
                with CaptureQueriesContext(
                    connection,
                ) as asked:
                    status = client.get(reverse(name)).status_code
                found.setdefault((who, name), []).append((status, len(asked)))
        transaction.set_rollback(True)
    return found


@pytest.mark.parametrize(("who", "name"), LISTS)
def test_a_list_costs_no_more_for_ten_times_the_rows(costs, who, name):
    (status, few), (again, many) = costs[who, name]
    assert status == again == 200
    assert few == many <= MOST, f"{few} queries for 30 rows, {many} for 300"


def test_the_lists_were_really_full(django_db_setup, db):
    county = County()
    county.grow(2)
    assert Task.objects.filter(provider=county.provider).count() == 2
    assert PlannedVisit.objects.count() == 4
    assert Contract.objects.count() == 3
