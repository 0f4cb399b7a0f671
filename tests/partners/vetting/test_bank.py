"""A bank account counts only when a second person typed the same number from the paper."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from partners.models import BankAccount, Organisation
from partners.vetting import bank
from portal.permissions.hats import forget_hats
from tests import makers
from tests.partners.casting import approved_organisation, make_cast
from tests.partners.vetting.test_papers import refused

pytestmark = pytest.mark.django_db
NUMBER = "6222 0000 1111 7741"


def asked(cast):
    """An organisation whose manager stated an account."""
    application = approved_organisation(cast)
    organisation = Organisation.objects.get(pk=application.organisation_id)
    row = bank.ask_bank(
        organisation=organisation, holder="测试", bank="测试银行", account=NUMBER, by=application.applicant
    )
    return application.applicant, row


WHO = [
    ("bureau", NUMBER, ""),
    ("bureau", "6222000011117741", ""),
    ("bureau", "6222000011117742", "differs"),
    ("bureau", "", "differs"),
    ("cadre", NUMBER, "not_yours"),
    ("outsider", NUMBER, "not_yours"),
]


@pytest.mark.parametrize(("who", "typed", "code"), WHO)
def test_who_confirms_an_account_and_how(who, typed, code):
    cast = make_cast()
    _manager, row = asked(cast)
    assert refused(bank.confirm_bank, row=row, typed=typed, by=getattr(cast, who)) == code
    row.refresh_from_db()
    assert (row.state == "confirmed") is (not code)


def test_nobody_confirms_what_they_stated_or_their_own_organisation():
    cast = make_cast()
    manager, row = asked(cast)
    makers.make_post("bureau_staff", cast.county, user=manager)
    forget_hats(manager)
    assert refused(bank.confirm_bank, row=row, typed=NUMBER, by=manager) == "own_case"
    makers.make_member(row.organisation.provider, user=cast.bureau)
    assert refused(bank.confirm_bank, row=row, typed=NUMBER, by=cast.bureau) == "own_case"
    assert refused(bank.confirm_bank, row=row, typed=NUMBER, by=cast.second_bureau) == ""


def test_the_old_account_is_used_until_the_new_one_is_confirmed():
    cast = make_cast()
    manager, first = asked(cast)
    bank.confirm_bank(row=first, typed=NUMBER, by=cast.bureau)
    more = {"organisation": first.organisation, "holder": "测试", "bank": "另一家", "by": manager}
    second = bank.ask_bank(account="8888999900001111", **more)
    third = bank.ask_bank(account="8888999900002222", **more)
    states = lambda: [BankAccount.objects.get(pk=row.pk).state for row in (first, second, third)]  # noqa: E731 - asked twice
    assert states() == ["confirmed", "replaced", "asked"]
    bank.confirm_bank(row=third, typed="8888999900002222", by=cast.bureau)
    assert states() == ["replaced", "replaced", "confirmed"]


def test_only_the_own_head_states_an_account():
    cast = make_cast()
    _manager, row = asked(cast)
    other = makers.make_member(makers.make_provider(), role="manager")
    more = {"organisation": row.organisation, "holder": "x", "bank": "x"}
    assert refused(bank.ask_bank, account=NUMBER, by=other, **more) == "not_yours"
    assert refused(bank.ask_bank, account="12ab", by=_manager, **more) == "account_form"


@pytest.mark.parametrize("same", [True, False])
def test_the_database_itself_wants_two_people(same):
    cast = make_cast()
    manager, row = asked(cast)
    by = manager if same else cast.bureau
    rows = BankAccount.objects.filter(pk=row.pk)
    try:
        with transaction.atomic():
            rows.update(state="confirmed", decided_by=by, decided_at=timezone.now())
    except IntegrityError:
        assert same
    assert (rows.get().state == "confirmed") is not same


def test_pages_never_show_the_number_only_its_end(client):
    cast = make_cast()
    manager, row = asked(cast)
    makers.sign_in(client, manager)
    page = client.get("/agency/qualification/bank/").content.decode()
    assert "**** 7741" in page
    assert row.account not in page
    makers.sign_in(client, cast.bureau)
    path = f"/desk/vetting/partners/{row.organisation.provider.no}/bank/"
    page = client.get(path).content.decode()
    assert row.account not in page
    assert client.post(path, {"typed": "1"}).status_code == 422
    assert client.post(path, {"typed": NUMBER}).status_code == 302
    assert client.get(path).status_code == 404
