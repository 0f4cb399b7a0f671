"""Two at the same moment, with real transactions: one wins and the rest are told; each guard has a control."""

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connections
from django.db.models import F
from django.utils import timezone

from partners.memberships import actions as memberships
from partners.memberships import invitations
from partners.memberships.actions import end_membership, heads_at
from partners.models import Application, BankAccount, Membership, Provider
from partners.vetting import actions, bank
from portal.base.refused import Refused
from portal.models import AuditEvent, OutboxMessage, User
from services.hours import certificates
from services.models import HourCertificate
from tests import makers
from tests.partners.casting import apply_as_organisation, make_cast
from tests.partners.vetting.test_bank import NUMBER, asked
from tests.services.hours.scene import hours_for, make_office, noon
from tests.services.hours.test_certificates import issue

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
PAUSE = 0.3


def at_once(*calls):
    """Run each in a thread of its own from one barrier on; "" or the code of the refusal, counted."""
    barrier = threading.Barrier(len(calls))

    def run(call):
        barrier.wait()
        try:
            call()
        except Refused as refusal:
            return refusal.code
        except IntegrityError:
            return "database"
        finally:
            connections.close_all()
        return ""

    with ThreadPoolExecutor(len(calls)) as pool:
        return Counter(pool.map(run, calls))


def audited(verb):
    """Rows of the audit with this verb."""
    return AuditEvent.objects.filter(verb=verb).count()


def slowly(real):
    """The same deed with a breath before it, so that the other has read what it read."""

    def slow(*args, **more):
        time.sleep(PAUSE)
        return real(*args, **more)

    return slow


# Two heads leave one organisation.


def both_heads_leave():
    """The two heads of an agency let themselves go at once; returns the answers and how many heads are left."""
    provider = makers.make_provider()
    heads = [makers.make_member(provider, "manager") for _n in range(2)]

    def leaving(user):
        row = Membership.objects.select_related("provider", "user").get(user=user)
        by = User.objects.get(pk=user.pk)
        return lambda: end_membership(membership=row, by=by)

    answers = at_once(*(leaving(user) for user in heads))
    return answers, heads_at(provider, timezone.now()).count()


def test_of_two_heads_who_leave_at_once_one_stays(monkeypatch):
    monkeypatch.setattr(memberships, "move", slowly(memberships.move))
    assert both_heads_leave() == ({"": 1, "last_head": 1}, 1)
    assert (audited("membership.ended"), OutboxMessage.objects.filter(topic="membership_ended").count()) == (
        1,
        1,
    )


@pytest.mark.only("postgresql")
def test_without_the_lock_on_the_organisation_nobody_would_be_left(monkeypatch):
    monkeypatch.setattr(memberships, "move", slowly(memberships.move))
    monkeypatch.setattr(Provider.objects, "select_for_update", Provider.objects.all, raising=False)
    assert both_heads_leave() == ({"": 2}, 0)


# Two people decide on one application.


@pytest.fixture
def checked():
    """An organisation's application that the township has looked at, and the two who may decide."""
    cast = make_cast()
    application = apply_as_organisation(cast)
    actions.check_application(application=application, by=cast.cadre)
    return application.pk, [cast.bureau, cast.second_bureau]


def deciding(checked):
    """One approves and the other refuses at the same moment, both from the page as it was."""
    pk, (first, second) = checked
    shown = [Application.objects.get(pk=pk) for _n in range(2)]
    said = {"reason": "不合要求", "ground": "第六条"}
    return at_once(
        lambda: actions.approve_application(application=shown[0], by=first),
        lambda: actions.refuse_application(application=shown[1], by=second, **said),
    )


def test_of_two_who_decide_on_one_application_one_is_told_that_it_is_done(checked):
    assert deciding(checked) == {"": 1, "stale": 1}
    assert audited("application.approved") + audited("application.refuse") == 1
    told = OutboxMessage.objects.filter(topic__in=["application_approved", "application_refused"])
    assert told.count() == 1
    assert Membership.objects.count() == audited("application.approved")


def test_without_the_conditional_update_both_would_have_decided(checked, monkeypatch):
    def overwrite(application, verb, by, **fields):
        state = actions.APPLICATION.step(application.state, verb)
        Application.objects.filter(pk=application.pk).update(state=state, version=F("version") + 1, **fields)
        application.refresh_from_db()

    monkeypatch.setattr(actions, "_move", overwrite)
    assert deciding(checked) == {"": 2}
    assert audited("application.approved") + audited("application.refuse") == 2


# One invitation is accepted twice.


def accepting(times):
    """Somebody says yes so often at the same moment, from pages shown before."""
    provider = makers.make_provider()
    head, known = makers.make_member(provider, "manager"), makers.make_user(name="走走")
    row = invitations.invite_known(provider=provider, username=known.username, name="走走", by=head)
    shown = [
        Membership.objects.select_related("provider", "user", "invited_by").get(pk=row.pk)
        for _n in range(times)
    ]
    return at_once(
        *(lambda row=row: invitations.accept_invitation(membership=row, by=row.user) for row in shown)
    )


def begun():
    """Audit rows and messages of somebody's beginning."""
    return audited("membership.begun"), OutboxMessage.objects.filter(topic="membership_begun").count()


def test_an_invitation_accepted_five_times_at_once_begins_once():
    assert accepting(5) == {"": 1, "stale": 4}
    assert begun() == (1, 1)


def test_without_the_conditional_update_it_would_begin_five_times(monkeypatch):
    def overwrite(membership, verb, at, **fields):
        Membership.objects.filter(pk=membership.pk).update(
            state=invitations.MembershipState.JOINED, version=F("version") + 1, **fields
        )
        membership.refresh_from_db()

    monkeypatch.setattr(invitations, "move", overwrite)
    assert accepting(5) == {"": 5}
    assert begun()[0] == 5


# One number for two certificates.


def issuing(times):
    """So many certificates at the same moment; returns the answers and the numbers given."""
    office = make_office()
    hours_for(office.volunteer, noon(2), 90)
    answers = at_once(*[lambda: issue(office)] * times)
    return answers, sorted(HourCertificate.objects.values_list("serial", flat=True))


def test_five_certificates_at_once_have_five_numbers_without_a_gap():
    assert issuing(5) == ({"": 5}, [1, 2, 3, 4, 5])
    assert audited("certificate.issued") == 5


@pytest.mark.only("postgresql")
def test_without_the_counter_two_would_have_one_number_but_for_the_database(monkeypatch):
    def read_the_last(year):
        last = HourCertificate.objects.filter(year=year).order_by("-serial").first()
        time.sleep(PAUSE)
        return year, (last.serial if last is not None else 0) + 1

    monkeypatch.setattr(certificates, "_next_number", read_the_last)
    answers, numbers = issuing(5)
    assert answers["database"] >= 1, "the second guard: a number is there once"
    assert len(numbers) == len(set(numbers)) == answers[""]


# Both persons confirm one bank account.


def confirming():
    """Two of the bureau type the number of one account at the same moment."""
    cast = make_cast()
    _manager, row = asked(cast)
    shown = [BankAccount.objects.select_related("organisation__provider").get(pk=row.pk) for _n in range(2)]
    return at_once(
        lambda: bank.confirm_bank(row=shown[0], typed=NUMBER, by=cast.bureau),
        lambda: bank.confirm_bank(row=shown[1], typed=NUMBER, by=cast.second_bureau),
    )


def test_an_account_that_two_confirm_at_once_is_confirmed_once():
    assert confirming() == {"": 1, "stale": 1}
    assert BankAccount.objects.filter(state="confirmed").count() == 1
    assert audited("bank.confirm") == 1
    assert OutboxMessage.objects.filter(topic="bank_answered").count() == 1


def test_without_the_conditional_update_two_would_have_confirmed_it(monkeypatch):
    def overwrite(row, verb, by, at):
        state = bank.BANK.step(row.state, verb)
        BankAccount.objects.filter(pk=row.pk).update(state=state, decided_by=by, decided_at=at)
        bank.record(by, f"bank.{verb}", row)
        return row

    monkeypatch.setattr(bank, "_move", overwrite)
    assert confirming() == {"": 2}
    assert audited("bank.confirm") == 2
