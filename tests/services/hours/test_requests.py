"""Requests for a certificate: one at a time, by a day, answered by exactly one, never one's own; and the term by date."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from portal.base.periods import local_date, working_days_after
from portal.base.refused import Refused
from portal.models import AuditEvent, Identity, OutboxMessage
from services.hours.certificates import Signatories, issue_certificate
from services.hours.lifecycle import REQUEST
from services.hours.requests import (
    ask_for_certificate,
    issue_requested,
    refuse_request,
    set_certificate_term,
    withdraw_request,
)
from services.models import CertificateRequest, CertificateTerm, HourCertificate, RequestedState
from tests import makers
from tests.services.hours.scene import hours_for, make_office, make_volunteer, noon

pytestmark = pytest.mark.django_db
ALLOWED = {("asked", "issue"), ("asked", "refuse"), ("asked", "withdraw")}
SIGNED = Signatories("张负责", "李经办", "0731-55550000")


@pytest.mark.parametrize("state", RequestedState.values)
@pytest.mark.parametrize("verb", REQUEST.moves)
def test_only_the_listed_moves_are_allowed(state, verb):
    assert REQUEST.allows(state, verb) is ((state, verb) in ALLOWED)


@pytest.fixture
def office():
    scene = make_office()
    hours_for(scene.volunteer, noon(2), 90)
    return scene


def ask(office, **more):
    today = timezone.localdate()
    given = {"volunteer": office.volunteer, "first": today - timedelta(days=30), "last": today}
    return ask_for_certificate(**{**given, **more})


def issue(office, row, **more):
    today = timezone.localdate()
    given = {"first": today - timedelta(days=30), "last": today, "signed_by": SIGNED, "by": office.bureau}
    return issue_requested(request=row, **{**given, **more})


def refuse(office, row, **more):
    given = {"answer": "三月的时长还没核对完", "mend": "先请人更正三月的时长", "by": office.bureau}
    return refuse_request(request=row, **{**given, **more})


def test_asking_starts_the_clock_of_that_day_and_tells_who_issues(office):
    row = ask(office)
    today = local_date(row.asked_at)
    assert row.due_on == working_days_after(today, 5)
    assert OutboxMessage.objects.filter(topic="certificate_asked").count() == 1
    assert OutboxMessage.objects.get(topic="certificate_asked").receiver == office.bureau
    assert AuditEvent.objects.filter(verb="certificate_request.asked", object_no=row.no).count() == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"first": date(2020, 1, 1), "last": date(2020, 2, 1)}, "no_hours"),
        ({"last": date(2000, 1, 1)}, "ends_before"),
        ({"last": timezone.localdate() + timedelta(days=2)}, "future"),
    ],
)
def test_days_without_hours_or_in_the_future_are_refused(office, change, code):
    with pytest.raises(Refused) as refusal:
        ask(office, **change)
    assert refusal.value.code == code
    assert not CertificateRequest.objects.exists()


def test_a_second_one_is_refused_while_one_is_open_and_the_database_holds_it(office):
    first = ask(office)
    with pytest.raises(Refused) as refusal:
        ask(office)
    assert refusal.value.code == "already_asked"
    with pytest.raises(IntegrityError), transaction.atomic():
        CertificateRequest.objects.create(
            no="CR-1", volunteer=office.volunteer, first=first.first, last=first.last, due_on=first.due_on
        )
    withdraw_request(request=first, by=office.volunteer.user)
    assert ask(office).state == "asked"


def test_issuing_answers_the_request_with_one_row_of_each_kind(office):
    row = issue(office, ask(office))
    assert (row.state, row.decided_by, row.certificate.minutes) == ("issued", office.bureau, 90)
    told = AuditEvent.objects.filter(verb__startswith="certificate").exclude(verb="certificate_request.asked")
    assert [(one.verb, one.detail["request"]) for one in told] == [("certificate.issued", row.no)]
    messages = OutboxMessage.objects.filter(receiver=office.volunteer.user)
    assert [one.topic for one in messages] == ["certificate_issued"]
    with pytest.raises(Refused) as refusal:
        issue(office, row)
    assert refusal.value.code == "wrong_state"


def test_an_issue_that_fails_leaves_the_request_open_and_no_gap(office):
    row = ask(office)
    with pytest.raises(Refused) as refusal:
        issue(office, row, first=date(2020, 1, 1), last=date(2020, 2, 1))
    assert refusal.value.code == "no_hours"
    row.refresh_from_db()
    assert row.state == "asked"
    assert issue(office, row).certificate.serial == 1


def test_who_read_an_older_version_does_not_answer(office):
    row = ask(office)
    stale = CertificateRequest.objects.get(pk=row.pk)
    refuse(office, row)
    with pytest.raises(Refused) as refusal:
        issue(office, stale)
    assert refusal.value.code == "wrong_state"
    assert not HourCertificate.objects.exists()


@pytest.mark.parametrize(
    ("change", "code"), [({"answer": "不"}, "answer_empty"), ({"mend": " "}, "mend_empty")]
)
def test_a_refusal_says_why_and_how_to_mend_it(office, change, code):
    row = ask(office)
    with pytest.raises(Refused) as refusal:
        refuse(office, row, **change)
    assert refusal.value.code == code
    row.refresh_from_db()
    assert row.state == "asked"
    refuse(office, row)
    assert (
        OutboxMessage.objects.filter(topic="certificate_refused", receiver=office.volunteer.user).count() == 1
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        CertificateRequest.objects.filter(pk=row.pk).update(mend="")


def test_nobody_answers_their_own_request_under_any_account(office, client):
    human = Identity.objects.create(name="周志愿")
    for user in (office.volunteer.user, office.bureau):
        user.identity = human
        user.save()
    row = ask(office)
    for act in (issue, refuse):
        with pytest.raises(Refused) as refusal:
            act(office, row)
        assert refusal.value.code == "own_hours"
    makers.sign_in(client, office.bureau)
    assert client.get(url("request", row.no)).status_code == 404
    other = makers.make_post("bureau_staff", office.town.parent)
    assert issue(office, row, by=other).state == "issued"


def test_while_one_waits_none_is_issued_beside_it(office):
    row = ask(office)
    given = {"volunteer": office.volunteer, "first": row.first, "last": row.last, "signed_by": SIGNED}
    with pytest.raises(Refused) as refusal:
        issue_certificate(**given, by=office.bureau)
    assert refusal.value.code == "asked_for"
    withdraw_request(request=row, by=office.volunteer.user)
    assert issue_certificate(**given, by=office.bureau).state == "issued"


def test_only_the_volunteer_withdraws(office):
    row = ask(office)
    with pytest.raises(Refused):
        withdraw_request(request=row, by=office.bureau)
    withdraw_request(request=row, by=office.volunteer.user)
    assert OutboxMessage.objects.filter(topic="certificate_unasked", receiver=office.bureau).count() == 1


def test_a_new_term_counts_for_who_asks_from_that_day_on(office):
    before = ask(office)
    tomorrow = timezone.localdate() + timedelta(days=1)
    set_certificate_term(by=office.bureau, working_days=2, source="县里的服务指南", valid_from=tomorrow)
    before.refresh_from_db()
    assert before.due_on == working_days_after(timezone.localdate(), 5)
    withdraw_request(request=before, by=office.volunteer.user)
    later = ask(office, at=timezone.now() + timedelta(days=1))
    assert later.due_on == working_days_after(tomorrow, 2)
    with pytest.raises(Refused) as refusal:
        set_certificate_term(by=office.bureau, working_days=3, source="又一份", valid_from=tomorrow)
    assert refusal.value.code == "rule_order"
    with pytest.raises(Refused) as refusal:
        set_certificate_term(by=office.cadre, working_days=3, source="又一份", valid_from=date(2030, 1, 1))
    assert refusal.value.code == "not_yours"
    assert CertificateTerm.objects.count() == 2


def url(name, *args):
    return reverse(f"services:hours:{name}", args=args)


def test_the_pages_go_from_asking_to_the_answer(office, client):
    makers.sign_in(client, office.volunteer.user)
    today = timezone.localdate()
    typed = {"first": today.replace(month=1, day=1).isoformat(), "last": today.isoformat()}
    assert client.post(url("ask_certificate"), {**typed, "last": ""}).status_code == 422
    assert client.post(url("ask_certificate"), typed).status_code == 302
    own = client.get(url("own")).content.decode()
    assert "以前办好" in own and "要一份证明" not in own
    row = CertificateRequest.objects.get()
    makers.sign_in(client, office.bureau)
    assert row.no in client.get(url("requests")).content.decode()
    assert row.no in client.get(url("desk")).content.decode()
    assert "去办" in client.get(url("volunteer", office.volunteer.no)).content.decode()
    assert client.get(url("request", row.no)).status_code == 200
    bad = client.post(url("request_refuse", row.no), {"answer": "三月还没核对完", "mend": ""})
    assert bad.status_code == 422
    good = {"answer": "三月还没核对完", "mend": "先请人更正三月的"}
    assert client.post(url("request_refuse", row.no), good).status_code == 302
    assert row.no in client.get(url("requests") + "?done=1").content.decode()
    makers.sign_in(client, office.volunteer.user)
    own = client.get(url("own")).content.decode()
    assert "三月还没核对完" in own and "先请人更正三月的" in own and "要一份证明" in own
    client.post(url("ask_certificate"), typed)
    row = CertificateRequest.objects.get(state="asked")
    makers.sign_in(client, office.bureau)
    signed = {**typed, "responsible": "张", "handler": "李", "contact": "0731-55550000"}
    assert client.post(url("request_issue", row.no), signed).status_code == 302
    row.refresh_from_db()
    assert row.certificate.no in client.get(url("request", row.no)).content.decode()


def test_what_is_late_says_so_on_both_pages(office, client):
    row = ask(office)
    CertificateRequest.objects.filter(pk=row.pk).update(due_on=timezone.localdate() - timedelta(days=3))
    makers.sign_in(client, office.bureau)
    assert "超 2 天" in client.get(url("requests")).content.decode()
    makers.sign_in(client, office.volunteer.user)
    assert "已经过了" in client.get(url("own")).content.decode()


def test_the_list_has_what_is_due_first_and_asks_as_many_questions_for_many(
    office, client, django_assert_max_num_queries
):
    makers.sign_in(client, office.bureau)
    client.get(url("requests"))  # what a process reads once
    counted = []
    for wanted in (3, 27):
        for n in range(wanted):
            other = make_volunteer(office.town)
            hours_for(other, noon(2), 30)
            row = ask(office, volunteer=other)
            CertificateRequest.objects.filter(pk=row.pk).update(due_on=row.due_on + timedelta(days=n % 5))
        with django_assert_max_num_queries(20) as seen:
            page = client.get(url("requests"))
        counted.append(len(seen))
    days = [each["row"].due_on for each in page.context["rows"]]
    assert days == sorted(days) and len(days) == 30
    assert counted[0] == counted[1]


def test_the_bureau_changes_the_term_on_the_page_of_rules(office, client):
    makers.sign_in(client, office.bureau)
    rules = reverse("services:care:rules")
    assert "志愿服务记录证明" in client.get(rules).content.decode()
    typed = {"working_days": "3", "valid_from": "2030-01-01", "source": "县里的服务指南"}
    assert client.post(reverse("services:care:term_new"), typed).status_code == 302
    assert "县里的服务指南" in client.get(rules).content.decode()
    assert client.post(reverse("services:care:term_new"), {**typed, "working_days": "0"}).status_code == 422


class Requests(RuleBasedStateMachine):
    """Asking and answering in any order: the table holds, one at most is open, each move leaves one row of each kind."""

    @initialize()
    def begin(self) -> None:
        self.run_of = transaction.atomic()
        self.run_of.__enter__()
        self.office = make_office()
        hours_for(self.office.volunteer, noon(2), 90)
        self.model: dict[str, str] = {}
        self.moves = 0

    @rule()
    def asks(self) -> None:
        try:
            row = ask(self.office)
        except Refused as refusal:
            assert refusal.code == "already_asked" and "asked" in self.model.values()
        else:
            assert "asked" not in self.model.values()
            self.model[row.no] = "asked"
            self.moves += 1

    @rule(
        n=st.integers(0, 3),
        verb=st.sampled_from(["issue", "refuse", "withdraw"]),
        who=st.sampled_from(["bureau", "self"]),
    )
    def answers(self, n: int, verb: str, who: str) -> None:
        numbers = sorted(self.model, reverse=True)
        if n >= len(numbers):
            return
        row = CertificateRequest.objects.get(no=numbers[n])
        by = self.office.bureau if who == "bureau" else self.office.volunteer.user
        acts = {
            "issue": lambda: issue(self.office, row, by=by),
            "refuse": lambda: refuse(self.office, row, by=by),
            "withdraw": lambda: withdraw_request(request=row, by=by),
        }
        may = self.model[row.no] == "asked" and (who == "self") is (verb == "withdraw")
        try:
            with transaction.atomic():
                acts[verb]()
        except Refused:
            assert not may
        else:
            assert may
            self.model[row.no] = REQUEST.moves[verb].target
            self.moves += 1

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.run_of.__exit__(None, None, None)

    @invariant()
    def rows_are_as_the_model_says(self) -> None:
        if not hasattr(self, "model"):
            return
        assert dict(CertificateRequest.objects.values_list("no", "state")) == self.model
        issued = list(self.model.values()).count("issued")
        assert HourCertificate.objects.count() == issued
        assert AuditEvent.objects.filter(verb__startswith="certificate").count() == self.moves
        assert OutboxMessage.objects.filter(topic__startswith="certificate_").count() == self.moves


def test_the_way_of_requests_holds_in_any_order():
    run_state_machine_as_test(
        Requests, settings=settings(max_examples=20, stateful_step_count=15, deadline=None)
    )
