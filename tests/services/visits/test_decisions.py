"""Confirming draws the money once; nobody confirms their own visit."""

import pytest

from portal.base.refused import Refused
from portal.models import OutboxMessage
from services.models import Contract, ContractPrice, DrawDown, Verdict, VisitDecision, VisitRecord
from services.visits.decisions import confirm_visit, flag_visit, return_visit
from tests import makers
from tests.services.visits.cast import make_cast, make_record

pytestmark = pytest.mark.django_db


def test_confirming_draws_the_price_once():
    cast = make_cast()
    row = make_record(cast)
    stale = VisitRecord.objects.get(pk=row.pk)
    confirm_visit(row=row, by=cast.manager)
    with pytest.raises(Refused, match="wrong_state"):
        confirm_visit(row=stale, by=cast.manager)
    assert Contract.objects.get(pk=cast.contract.pk).drawn_fen == 58_00
    line = DrawDown.objects.get()
    assert (line.reference, line.amount_fen) == (f"visit:{row.no}", 58_00)
    assert VisitDecision.objects.get().verdict == Verdict.CONFIRMED
    assert OutboxMessage.objects.filter(topic="visit_confirmed", receiver=cast.worker).count() == 1


def test_a_spent_budget_refuses_and_the_record_stays_to_be_confirmed():
    cast = make_cast(budget_fen=57_99)
    row = make_record(cast)
    with pytest.raises(Refused, match="budget_spent"):
        confirm_visit(row=row, by=cast.manager)
    assert VisitRecord.objects.get().verdict == Verdict.SUBMITTED
    assert not DrawDown.objects.exists()
    assert not VisitDecision.objects.exists()


def test_without_a_price_for_the_day_nothing_is_confirmed():
    cast = make_cast()
    row = make_record(cast)
    ContractPrice.objects.filter(contract=cast.contract, service="visit_care").delete()
    with pytest.raises(Refused, match="price_unknown"):
        confirm_visit(row=row, by=cast.manager)
    assert VisitRecord.objects.get().verdict == Verdict.SUBMITTED


def test_a_voluntary_visit_is_confirmed_without_money():
    cast = make_cast()
    cast.task.contract = None
    cast.task.save(update_fields=["contract"])
    row = VisitRecord.objects.get(pk=make_record(cast).pk)
    confirm_visit(row=row, by=cast.manager)
    assert not DrawDown.objects.exists()


@pytest.mark.parametrize("action", ["confirm", "send_back", "flag"])
def test_nobody_judges_their_own_visit_nor_one_of_their_second_account(action):
    from partners.models import MemberRole
    from portal.models import Identity

    cast = make_cast()
    row = make_record(cast)
    makers.make_member(cast.task.provider, MemberRole.MANAGER, user=cast.worker)
    human = Identity.objects.create(name="测试")
    twin = makers.make_member(cast.task.provider, "manager", makers.make_user(identity=human))
    cast.worker.identity = human
    cast.worker.save(update_fields=["identity"])
    row = VisitRecord.objects.select_related("author").get(pk=row.pk)
    calls = {
        "confirm": lambda by: confirm_visit(row=row, by=by),
        "send_back": lambda by: return_visit(row=row, by=by, reason="缺"),
        "flag": lambda by: flag_visit(row=row, by=by, reason="怪"),
    }
    for person in (type(cast.worker).objects.get(pk=cast.worker.pk), twin):
        with pytest.raises(Refused, match="own_visit"):
            calls[action](person)
    calls[action](cast.manager)


def test_a_manager_of_another_agency_cannot_judge():
    cast = make_cast()
    row = make_record(cast)
    with pytest.raises(Refused, match="wrong_state"):
        confirm_visit(row=row, by=makers.make_member(makers.make_provider(), "manager"))
    assert VisitRecord.objects.get().verdict == Verdict.SUBMITTED


@pytest.mark.parametrize("action", [return_visit, flag_visit])
def test_sending_back_and_flagging_need_a_reason(action):
    cast = make_cast()
    row = make_record(cast)
    with pytest.raises(Refused, match="reason_needed"):
        action(row=row, by=cast.manager, reason="  ")
    assert VisitRecord.objects.get().verdict == Verdict.SUBMITTED
