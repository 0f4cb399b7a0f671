"""Contracts: how long, at what price, by whom, and that the budget is drawn to the fen."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from partners.models import ServiceCode
from portal.base.models import AuditEvent
from portal.base.refused import Refused
from services.contracts import actions
from services.contracts.lifecycle import CONTRACT
from services.contracts.pricing import month_fen, unit_on
from services.contracts.terms import check_term, months_after
from services.models import ChecklistItem, Contract, ContractPrice, ContractState, DrawDown
from tests import makers

START = date(2026, 1, 1)


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        (date(2026, 1, 1), 12, date(2027, 1, 1)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 11, 30), 36, date(2029, 11, 30)),
    ],
)
def test_a_month_later_is_the_same_day_or_the_last_of_the_month(day, months, after):
    assert months_after(day, months) == after


@pytest.mark.parametrize(
    ("ends_on", "reason", "code"),
    [
        (date(2027, 1, 1), "", None),
        (date(2027, 1, 2), "", "term_unjustified"),
        (date(2027, 1, 2), "   ", "term_unjustified"),
        (date(2027, 1, 2), "内容固定，经费有保障", None),
        (date(2029, 1, 1), "内容固定，经费有保障", None),
        (date(2029, 1, 2), "内容固定，经费有保障", "term_long"),
        (START, "", "term_empty"),
    ],
)
def test_a_term_is_twelve_months_or_thirty_six_with_a_reason(ends_on, reason, code):
    found = None
    try:
        check_term(START, ends_on, reason)
    except Refused as refusal:
        found = refusal.code
    assert found == code


@pytest.mark.parametrize(
    ("day", "fen"),
    [
        (date(2025, 12, 31), None),
        (date(2026, 1, 1), 5800),
        (date(2026, 6, 30), 5800),
        (date(2026, 7, 1), 6000),
        (date(2026, 12, 31), 6000),
        (date(2027, 1, 1), None),
    ],
)
def test_the_price_is_the_one_of_the_day(day, fen):
    prices = [
        ContractPrice(service="cleaning", unit_fen=9900, valid_from=START, valid_to=date(2027, 1, 1)),
        ContractPrice(service="visit_care", unit_fen=5800, valid_from=START, valid_to=date(2026, 7, 1)),
        ContractPrice(
            service="visit_care", unit_fen=6000, valid_from=date(2026, 7, 1), valid_to=date(2027, 1, 1)
        ),
    ]
    assert unit_on(prices, "visit_care", day) == fen


def test_a_month_costs_its_visits():
    assert month_fen(5850, 8) == 46800


ALLOWED = {
    ("draft", "edit"),
    ("draft", "activate"),
    ("active", "suspend"),
    ("suspended", "resume"),
    ("active", "terminate"),
    ("suspended", "terminate"),
    ("active", "reprice"),
}


@pytest.mark.parametrize("state", ContractState.values)
@pytest.mark.parametrize("verb", CONTRACT.moves)
def test_only_the_listed_moves_are_allowed(state, verb):
    assert CONTRACT.allows(state, verb) is ((state, verb) in ALLOWED)


def draft(by=None, provider=None, **change):
    town = makers.make_region("township")
    values = {
        "provider": provider or makers.make_provider(),
        "title": "石潭镇照料服务",
        "starts_on": START,
        "ends_on": date(2027, 1, 1),
        "budget_fen": 12_000_000,
        "prices": {"visit_care": 5800},
        "townships": [town],
        "by": by or makers.make_post("bureau_staff", town.parent),
    }
    return actions.create_contract(**{**values, **change})


@pytest.mark.django_db
def test_a_draft_has_its_lots_and_prices_and_a_line_in_the_audit():
    contract = draft()
    assert contract.state == "draft"
    assert contract.lots.count() == 1
    assert contract.prices.get().unit_fen == 5800
    assert AuditEvent.objects.filter(verb="contract.created", object_no=contract.no).count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"state": "suspended"}, "provider_not_live"),
        ({"qualified_until": date(2025, 12, 31)}, "qualification_lapsed"),
        ({"services": ["cleaning"]}, "service_not_approved"),
    ],
)
def test_a_provider_that_may_not_gets_no_contract(change, code):
    with pytest.raises(Refused) as refused:
        draft(provider=makers.make_provider(**change))
    assert refused.value.code == code
    assert not Contract.objects.exists()


@pytest.mark.django_db
def test_nobody_signs_with_the_agency_they_work_for():
    provider = makers.make_provider()
    by = makers.make_member(provider, "manager")
    with pytest.raises(Refused) as refused:
        draft(provider=provider, by=by)
    assert refused.value.code == "own_interest"


@pytest.mark.django_db
def test_of_two_people_editing_one_draft_the_later_is_told():
    contract = draft()
    stale = Contract.objects.get(pk=contract.pk)
    terms = {
        "provider": contract.provider,
        "title": "新名称",
        "starts_on": START,
        "ends_on": date(2027, 1, 1),
        "budget_fen": 1,
        "prices": {"cleaning": 100},
        "townships": [lot.township for lot in contract.lots.all()],
        "by": contract.signed_by,
    }
    actions.edit_contract(contract=contract, **terms)
    with pytest.raises(Refused) as refused:
        actions.edit_contract(contract=stale, **{**terms, "title": "另一个"})
    assert refused.value.code == "stale"
    contract.refresh_from_db()
    assert contract.title == "新名称"
    assert contract.prices.get().service == "cleaning"


@pytest.mark.django_db
def test_a_step_is_taken_once_and_needs_its_reason():
    contract = draft()
    by = contract.signed_by
    actions.move_contract(contract=contract, verb="activate", by=by)
    with pytest.raises(Refused) as refused:
        actions.move_contract(contract=contract, verb="suspend", by=by)
    assert refused.value.code == "reason_needed"
    contract.refresh_from_db()
    assert contract.state == "active"
    actions.move_contract(contract=contract, verb="suspend", by=by, reason="年检")
    assert contract.state == "suspended"


@pytest.mark.django_db
def test_a_new_price_begins_on_its_day_and_the_old_one_ends_there():
    contract = makers.make_contract()
    day = timezone.localdate() + timedelta(days=10)
    actions.change_price(
        contract=contract, service="visit_care", unit_fen=6000, valid_from=day, by=makers.make_user()
    )
    prices = list(contract.prices.all())
    assert unit_on(prices, "visit_care", day - timedelta(days=1)) == 5800
    assert unit_on(prices, "visit_care", day) == 6000
    assert unit_on(prices, "cleaning", day) == 5800


@pytest.mark.django_db
def test_a_price_does_not_change_for_days_gone_by():
    contract = makers.make_contract()
    with pytest.raises(Refused) as refused:
        actions.change_price(
            contract=contract,
            service="visit_care",
            unit_fen=1,
            valid_from=timezone.localdate() - timedelta(days=1),
            by=makers.make_user(),
        )
    assert refused.value.code == "price_past"


@pytest.mark.django_db
def test_the_budget_is_drawn_to_the_last_fen_and_not_beyond():
    contract = makers.make_contract(budget_fen=10_000)
    actions.draw(contract=contract, amount_fen=9_999, reference="a")
    actions.draw(contract=contract, amount_fen=1, reference="b")
    with pytest.raises(Refused) as refused:
        actions.draw(contract=contract, amount_fen=1, reference="c")
    assert refused.value.code == "budget_spent"
    contract.refresh_from_db()
    assert contract.drawn_fen == 10_000 == sum(line.amount_fen for line in contract.drawdowns.all())


@pytest.mark.django_db
def test_the_same_reference_twice_is_one_line_with_the_same_answer():
    contract = makers.make_contract(budget_fen=5_800)
    first = actions.draw(contract=contract, amount_fen=5_800, reference="V-1")
    again = actions.draw(contract=contract, amount_fen=5_800, reference="V-1")
    assert again.pk == first.pk
    contract.refresh_from_db()
    assert contract.drawn_fen == 5_800
    with pytest.raises(Refused) as refused:
        actions.draw(contract=contract, amount_fen=5_700, reference="V-1")
    assert refused.value.code == "reference_reused"


@pytest.mark.django_db
def test_the_same_reference_while_money_is_left_draws_nothing_more():
    contract = makers.make_contract(budget_fen=50_000)
    actions.draw(contract=contract, amount_fen=5_800, reference="V-2")
    actions.draw(contract=contract, amount_fen=5_800, reference="V-2")
    contract.refresh_from_db()
    assert contract.drawn_fen == 5_800
    assert DrawDown.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["draft", "suspended", "terminated"])
def test_a_contract_that_is_not_under_way_pays_nothing(state):
    contract = makers.make_contract(state=state)
    with pytest.raises(Refused) as refused:
        actions.draw(contract=contract, amount_fen=1, reference="x")
    assert refused.value.code == "contract_not_active"


@pytest.mark.django_db
def test_the_database_itself_refuses_more_than_the_budget():
    contract = makers.make_contract(budget_fen=100)
    with pytest.raises(IntegrityError), transaction.atomic():
        Contract.objects.filter(pk=contract.pk).update(drawn_fen=101)


@pytest.mark.django_db
def test_the_four_checklists_are_there_in_both_languages():
    counts = {code: ChecklistItem.objects.filter(service=code).count() for code in ServiceCode.values}
    assert counts == {"visit_care": 24, "cleaning": 13, "medical_escort": 12, "psych_support": 10}
    assert ChecklistItem.objects.get(code="VC-03").name_zh == "饮食"
    assert not ChecklistItem.objects.filter(name_en="").exists()
