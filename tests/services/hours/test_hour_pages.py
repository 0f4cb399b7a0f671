"""The pages of hours: one's own, a request for correction and its answer, the office's list."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.base.refused import Refused
from portal.models import AuditEvent, OutboxMessage
from services.hours import actions
from services.hours.lifecycle import CERTIFICATE, CORRECTION
from services.hours.queries import sums_of
from services.models import HourCertificate, HourCorrection, HourEntry, StarLevel
from tests import makers
from tests.services.hours.scene import hours_for, make_office, make_volunteer, noon

pytestmark = pytest.mark.django_db
ALLOWED = {("asked", "accept"), ("asked", "refuse"), ("asked", "withdraw")}


@pytest.mark.parametrize("state", ["asked", "accepted", "refused", "withdrawn"])
@pytest.mark.parametrize("verb", CORRECTION.moves)
def test_only_the_listed_moves_of_a_correction_are_allowed(state, verb):
    assert CORRECTION.allows(state, verb) is ((state, verb) in ALLOWED)


def test_a_certificate_can_only_be_revoked_and_once():
    assert CERTIFICATE.allows("issued", "revoke") and not CERTIFICATE.allows("revoked", "revoke")
    assert set(CERTIFICATE.moves) == {"revoke"}


@pytest.fixture
def office():
    return make_office()


def url(name, *args):
    return reverse(f"services:hours:{name}", args=args)


def typed(**more):
    start = timezone.localtime(noon(1))
    given = {
        "day": start.date().isoformat(),
        "starts": "12:00",
        "ends": "13:30",
        "service": "visit_care",
        "words": "少记了半小时",
    }
    return {**given, **more}


def test_a_volunteer_asks_the_office_corrects_and_both_are_told_once(office, client):
    entry = hours_for(office.volunteer, noon(1), 60)
    makers.sign_in(client, office.volunteer.user)
    assert client.post(url("correct", entry.uid), typed()).status_code == 302
    row = HourCorrection.objects.get()
    assert OutboxMessage.objects.filter(topic="correction_asked", receiver=office.cadre).count() == 1
    assert row.due_on > timezone.localdate()
    makers.sign_in(client, office.cadre)
    assert client.get(url("correction", row.no)).status_code == 200
    answer = {"verdict": "accept", "answer": "核对过签到，是的", "version": row.version}
    assert client.post(url("correction", row.no), answer).status_code == 302
    assert list(HourEntry.objects.order_by("pk").values_list("minutes", "cause")) == [
        (60, "visit"), (-60, "taken_back"), (90, "correction"),
    ]  # fmt: skip
    assert sums_of(office.volunteer.user)["voluntary"] == 90
    assert AuditEvent.objects.filter(verb="hours.correction_accepted").count() == 1
    assert OutboxMessage.objects.filter(topic="correction_answered").count() == 1


def test_a_refusal_needs_a_reason_and_changes_no_hours(office):
    entry = hours_for(office.volunteer, noon(1), 60)
    row = ask(office, entry=entry)
    with pytest.raises(Refused) as refusal:
        actions.answer_correction(correction=row, accept=False, answer="", by=office.cadre)
    assert refusal.value.code == "answer_empty"
    actions.answer_correction(correction=row, accept=False, answer="签到时间是对的", by=office.cadre)
    assert HourEntry.objects.get() == entry
    row.refresh_from_db()
    assert (row.state, row.answered_by) == ("refused", office.cadre)


def ask(office, **more):
    given = {"volunteer": office.volunteer, "service": "visit_care", "starts_at": noon(1),
             "ends_at": noon(1) + timedelta(minutes=90), "words": "少记了半小时"}  # fmt: skip
    return actions.ask_correction(**{**given, **more})


def test_an_accepted_correction_that_overlaps_leaves_everything_as_it_was(office):
    hours_for(office.volunteer, noon(1), 60)
    row = ask(office)
    with pytest.raises(Refused) as refusal:
        actions.answer_correction(correction=row, accept=True, answer="核对过了", by=office.cadre)
    assert refusal.value.code == "hours_overlap"
    row.refresh_from_db()
    assert (row.state, HourEntry.objects.count()) == ("asked", 1)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"ends_at": noon(1)}, "ends_before"),
        ({"ends_at": noon(1) + timedelta(hours=13)}, "too_long"),
        ({"starts_at": noon(-1), "ends_at": noon(-1) + timedelta(hours=1)}, "future"),
        ({"words": "少"}, "words_empty"),
    ],
)
def test_a_request_that_cannot_be_is_refused(office, change, code):
    with pytest.raises(Refused) as refusal:
        ask(office, **change)
    assert refusal.value.code == code
    assert not HourCorrection.objects.exists()


def test_one_open_request_a_line_and_nobody_answers_their_own(office):
    entry = hours_for(office.volunteer, noon(1), 60)
    row = ask(office, entry=entry)
    with pytest.raises(Refused) as twice:
        ask(office, entry=entry)
    assert twice.value.code == "already_asked"
    with pytest.raises(Refused) as own:
        actions.answer_correction(correction=row, accept=True, answer="我自己说的", by=office.volunteer.user)
    assert own.value.code == "own_hours"
    actions.withdraw_correction(correction=row, by=office.volunteer.user)
    assert ask(office, entry=entry).state == "asked"


def test_a_bad_form_keeps_what_was_typed(office, client):
    makers.sign_in(client, office.volunteer.user)
    page = client.post(url("correct_missing"), typed(ends="11:00"))
    assert page.status_code == 422
    assert "结束要晚于开始" in page.content.decode() and "少记了半小时" in page.content.decode()


def test_a_cadre_elsewhere_sees_neither_request_nor_volunteer(office, client):
    row = ask(office)
    makers.sign_in(client, office.other_cadre)
    for page in (url("correction", row.no), url("volunteer", office.volunteer.no)):
        assert client.get(page).status_code == 404


def test_the_bureau_issues_and_revokes_on_the_page(office, client):
    hours_for(office.volunteer, noon(2), 90)
    makers.sign_in(client, office.bureau)
    day = timezone.localdate()
    form = {
        "first": (day - timedelta(days=9)).isoformat(),
        "last": day.isoformat(),
        "responsible": "甲",
        "handler": "乙",
        "contact": "0731-1",
    }
    client.post(url("issue", office.volunteer.no), form)
    row = HourCertificate.objects.get()
    assert row.no in client.get(url("certificate", row.no)).content.decode()
    assert client.post(url("issue", office.volunteer.no), form | {"first": "bad"}).status_code == 422
    client.post(url("revoke", row.no), {"why": "时长记错了"})
    row.refresh_from_db()
    assert row.state == "revoked"
    makers.sign_in(client, office.cadre)
    assert client.post(url("issue", office.volunteer.no), form).status_code == 404


def test_the_levels_change_from_a_day_ahead_and_must_rise(office, client):
    makers.sign_in(client, office.bureau)
    tomorrow = timezone.localdate() + timedelta(days=1)
    form = {"valid_from": tomorrow.isoformat()} | {f"hours{n}": n * 50 for n in range(1, 6)}
    assert client.post(url("levels"), form | {"hours5": 10}).status_code == 422
    assert client.post(url("levels"), form | {"valid_from": "2020-02-02"}).status_code == 422
    assert client.post(url("levels"), form).status_code == 302
    assert StarLevel.objects.filter(valid_from=tomorrow).count() == 5
    assert client.get(url("levels")).status_code == 200


def test_lists_cost_the_same_for_three_and_thirty_rows(office, client, queries_of):
    pages = [
        (office.volunteer.user, url("own")),
        (office.cadre, url("desk")),
        (office.cadre, url("volunteer", office.volunteer.no)),
    ]

    def costs():
        found = []
        for who, page in pages:
            makers.sign_in(client, who)
            client.get(page)
            found.append(queries_of(client, page))
        return found

    for n in range(3):
        hours_for(office.volunteer, noon(n + 1), 60)
    first = costs()
    for n in range(17):
        hours_for(office.volunteer, noon(n + 5), 60)
        make_volunteer(office.town)
    assert costs() == first
    assert max(first) <= 20
