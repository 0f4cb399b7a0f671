"""What waits for a person: who decides, what follows, and that until then it counts for nothing."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.base.refused import Refused
from portal.models import AuditEvent, OutboxMessage
from services.models import (
    DrawDown,
    HourEntry,
    InboxState,
    SyncInbox,
    VisitAmendment,
    VisitDoubt,
    VisitRecord,
)
from services.sync import access
from services.sync.review import decide, tell_late
from services.visits.decisions import confirm_visit
from tests import makers
from tests.services.sync.phone import Phone, inbox
from tests.services.sync.test_rows import QUARANTINED
from tests.services.visits.cast import make_cast

pytestmark = pytest.mark.django_db
# Of these a record exists already, or its household is no more.
STAY_EVIDENCE = {"second_visit"}


@pytest.fixture
def cast():
    """One planned visit of two hours ago."""
    return make_cast(starts_at=timezone.now() - timedelta(hours=2))


@pytest.fixture
def phone(cast):
    """The worker's phone."""
    return Phone(cast.worker)


def brought(cast, phone, meanwhile):
    """A visit that arrives after something changed."""
    said = phone.visit(cast.planned, phone.ticket(cast.planned))
    meanwhile(cast)
    phone.send(said)
    return inbox(said)


def quarantined(cast, phone):
    """One that a reassignment sent to a person."""
    return brought(cast, phone, QUARANTINED[0][0])


COUNTING = [row for row in QUARANTINED if row[1] not in STAY_EVIDENCE]


@pytest.mark.parametrize(("meanwhile", "reason"), COUNTING, ids=[row[0].__name__ for row in COUNTING])
def test_approved_it_is_a_record_to_be_confirmed_like_any_other(cast, phone, meanwhile, reason):
    row = brought(cast, phone, meanwhile)
    assert (DrawDown.objects.count(), HourEntry.objects.count(), VisitRecord.objects.count()) == (0, 0, 0)
    decide(row=row, approve=True, ground="问过本人，去了", by=cast.cadre)
    record = VisitRecord.objects.get()
    assert (record.author, record.epoch, record.started_at) == (cast.worker, row.epoch, row.started_at)
    assert (DrawDown.objects.count(), HourEntry.objects.count()) == (0, 0)
    assert AuditEvent.objects.filter(verb="sync.approved", actor=cast.cadre).count() == 1
    assert OutboxMessage.objects.filter(topic="brought_counts", receiver=cast.worker).count() == 1


@pytest.mark.parametrize(("meanwhile", "reason"), QUARANTINED, ids=[row[0].__name__ for row in QUARANTINED])
def test_refused_it_stays_as_evidence_and_touches_nothing(cast, phone, meanwhile, reason):
    row = brought(cast, phone, meanwhile)
    before = VisitRecord.objects.count()
    decide(row=row, approve=False, ground="没人见过他", by=cast.cadre)
    row.refresh_from_db()
    assert (row.state, row.raw != "", row.ground) == (InboxState.REFUSED, True, "没人见过他")
    assert (VisitRecord.objects.count(), DrawDown.objects.count()) == (before, 0)


def test_an_approved_visit_draws_its_price_once_confirmed(cast, phone):
    decide(row=quarantined(cast, phone), approve=True, ground="去了", by=cast.cadre)
    confirm_visit(row=VisitRecord.objects.get(), by=cast.manager)
    assert DrawDown.objects.count() == 1


def test_a_second_record_of_one_visit_is_never_approved(cast, phone):
    row = brought(
        cast, phone, dict(zip([r[1] for r in QUARANTINED], QUARANTINED, strict=True))["second_visit"][0]
    )
    with pytest.raises(Refused) as refused:
        decide(row=row, approve=True, ground="也去了", by=cast.cadre)
    row.refresh_from_db()
    assert (refused.value.code, row.state) == ("already_recorded", InboxState.QUARANTINED)


def test_the_author_their_agency_and_strangers_decide_nothing(cast, phone):
    row = quarantined(cast, phone)
    makers.make_post("township_cadre", cast.household.township, user=cast.worker)
    others = makers.make_post(
        "township_cadre", makers.make_region("township", cast.household.township.parent)
    )
    for person in (cast.worker, cast.manager, others):
        with pytest.raises(Refused) as refused:
            decide(row=row, approve=True, ground="算", by=person)
        assert refused.value.code == "wrong_state"
    assert decide(row=row, approve=True, ground="算", by=cast.bureau).state == InboxState.APPROVED


@pytest.mark.parametrize(("ground", "times", "code"), [("  ", 1, "reason_needed"), ("算", 2, "wrong_state")])
def test_a_decision_has_a_reason_and_is_made_once(cast, phone, ground, times, code):
    row = quarantined(cast, phone)
    for _n in range(times - 1):
        decide(row=row, approve=False, ground=ground, by=cast.cadre)
    with pytest.raises(Refused) as refused:
        decide(row=row, approve=True, ground=ground, by=cast.bureau)
    assert refused.value.code == code


def test_a_variant_approved_is_laid_over_the_first(cast, phone):
    said = phone.visit(cast.planned, phone.ticket(cast.planned))
    phone.send(said, said | {"note": "改了"})
    decide(row=inbox(said), approve=True, ground="后一份对", by=cast.cadre)
    assert (VisitRecord.objects.get().note, VisitAmendment.objects.get().note) == ("都好", "改了")


def test_a_hard_conflict_approved_is_laid_over_and_a_withdrawal_is_flagged(cast, phone):
    said = phone.visit(cast.planned, phone.ticket(cast.planned))
    phone.send(said, phone.amendment(said["visit_id"]))
    second, gone = (
        phone.amendment(said["visit_id"], note="又一句"),
        phone.amendment(said["visit_id"], withdrawn=True),
    )
    phone.send(second, gone)
    for each in (second, gone):
        decide(row=inbox(each), approve=True, ground="算", by=cast.cadre)
    assert [row.note for row in VisitAmendment.objects.order_by("pk")] == ["补一句", "又一句"]
    assert VisitDoubt.objects.get().kind == "withdrawn"


def test_what_cannot_be_read_or_names_no_household_is_not_approved(cast, phone):
    broken, guess = (
        phone.visit(cast.planned, phone.ticket(cast.planned), form=99),
        phone.visit(make_cast().planned, ""),
    )
    phone.send(broken, guess)
    SyncInbox.objects.filter(item=broken["visit_id"]).update(planned=cast.planned)
    codes = []
    for said in (broken, guess):
        with pytest.raises(Refused) as refused:
            decide(row=inbox(said), approve=True, ground="算", by=cast.bureau)
        codes.append(refused.value.code)
    assert codes == ["cannot_read", "no_target"]
    assert (
        decide(row=inbox(guess), approve=False, ground="乱填的", by=cast.bureau).state == InboxState.REFUSED
    )


def test_after_seven_days_the_county_is_told_once(cast, phone):
    row = quarantined(cast, phone)
    assert tell_late() == 0
    late = timezone.now() + timedelta(days=7, minutes=1)
    assert (tell_late(at=late), tell_late(at=late)) == (1, 0)
    told = OutboxMessage.objects.filter(topic="brought_late")
    assert [(each.receiver, each.object_no, each.urgent) for each in told] == [(cast.bureau, row.no, True)]


def test_an_amendment_without_its_visit_is_looked_at_after_thirty_days(cast, phone):
    phone.send(phone.amendment(str(inbox_free_id())))
    now = timezone.now()
    assert not SyncInbox.objects.filter(access.waiting_condition(now)).exists()
    assert SyncInbox.objects.filter(access.waiting_condition(now + timedelta(days=31))).exists()


def inbox_free_id():
    """An id of a visit that never came."""
    from portal.base.models import uuid7

    return uuid7()


def test_the_desk_shows_ages_and_the_words_and_decides(cast, phone):
    row = quarantined(cast, phone)
    SyncInbox.objects.filter(pk=row.pk).update(received_at=timezone.now() - timedelta(days=9))
    client = makers.sign_in(Client(), cast.cadre)
    page = client.get(reverse("services:sync:desk_list")).content.decode()
    assert "等了 9 天" in page
    assert "超过七天" in page
    item = reverse("services:sync:desk_item", args=[row.no])
    assert "都好" in client.get(item).content.decode()
    to = reverse("services:sync:desk_decide", args=[row.no])
    assert client.post(to, {"counts": "yes"}).status_code == 422
    assert client.post(to, {"counts": "yes", "ground": "去了"}).status_code == 302
    assert VisitRecord.objects.get().no in client.get(item).content.decode()


def test_the_agency_reads_of_its_own_people_and_of_no_household(cast, phone):
    quarantined(cast, phone)
    phone.send(phone.visit(cast.planned, ""), phone.visit(cast.planned, ""))
    phone.seq += 3
    phone.send(phone.visit(cast.planned, ""))
    page = makers.sign_in(Client(), cast.manager).get(reverse("services:sync:agency_list")).content.decode()
    assert "没有这次上门的凭证" in page
    assert "测试手机里有 3 份没传上来" in page
    assert cast.household.name not in page
    other = makers.sign_in(Client(), make_cast().manager).get(reverse("services:sync:agency_list"))
    assert "没传上来" not in other.content.decode()


@pytest.mark.parametrize("area", ["desk", "agency"])
def test_a_list_of_thirty_costs_as_many_questions_as_one_of_three(cast, phone, queries_of, area):
    client = makers.sign_in(Client(), {"desk": cast.cadre, "agency": cast.manager}[area])
    address = reverse(f"services:sync:{area}_list")
    phone.send(*(phone.visit(cast.planned, "") for _n in range(3)))
    queries_of(client, address)
    few = queries_of(client, address)
    phone.send(*(phone.visit(cast.planned, "") for _n in range(27)))
    assert queries_of(client, address) == few <= 20
