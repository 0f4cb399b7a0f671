"""The bank account of an organisation: stated by its head, compared with the paper by a second person of the bureau."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.network.access import office_holders
from partners.network.models import Region
from partners.organisations.models import BankAccount, BankState, Organisation
from partners.vetting.access import DECIDE, same_human
from partners.vetting.lifecycle import BANK
from partners.vetting.parties import Party
from partners.vetting.supervising import objection
from portal.base.audit import record
from portal.base.models import record_number
from portal.base.outbox import post
from portal.base.refused import Refused
from portal.permissions.hats import teams_for


def digits_of(text: str) -> str:
    """An account number as it is compared: figures only, whatever was typed between them."""
    return "".join(sign for sign in text if sign.isdigit() and sign.isascii())


@transaction.atomic
def ask_bank(
    *, organisation: Organisation, holder: str, bank: str, account: str, by: Any, at: datetime | None = None
) -> BankAccount:
    """State a new account; one that still waits is replaced, the one in use stays until the new one is confirmed.

    Refused: not_yours, account_form.
    """
    at = at or timezone.now()
    if organisation.provider.team_id not in teams_for(by, "partners.manage_team"):
        raise Refused("not_yours", _("您不管这家机构"))
    number = digits_of(account)
    if not 8 <= len(number) <= 32:
        raise Refused("account_form", _("账号应是 8 到 32 位数字，请照开户证明填"), "account")
    BankAccount.objects.filter(organisation=organisation, state=BankState.ASKED).update(
        state=BANK.moves["drop"].target, version=F("version") + 1, updated_at=at
    )
    row = BankAccount.objects.create(
        no=record_number("BA"), organisation=organisation, holder=holder, bank=bank, account=number, asked_by=by,
        asked_at=at,
    )  # fmt: skip
    record(by, "bank.asked", row)
    place = Party(organisation.provider).place[:4]
    county = Region.objects.filter(path=place).first()
    for person in office_holders(DECIDE, county, at) if county is not None else ():
        post(person, "bank_to_confirm", organisation.provider, dedupe=f"bank_to_confirm:{row.no}:{person.pk}")
    return row


@transaction.atomic
def confirm_bank(*, row: BankAccount, typed: str, by: Any, at: datetime | None = None) -> BankAccount:
    """The second person types the number from the paper; only the same number counts, and the old one goes.

    Refused: not_yours, own_case, wrong_state, differs, stale.
    """
    at = at or timezone.now()
    _may(row, by)
    if digits_of(typed) != row.account:
        raise Refused("differs", _("和机构填的账号不一样。请照开户证明再输一遍，还不一样就不认可"), "typed")
    BankAccount.objects.filter(organisation=row.organisation_id, state=BankState.CONFIRMED).update(
        state=BANK.moves["replace"].target, version=F("version") + 1, updated_at=at
    )
    return _move(row, "confirm", by, at)


@transaction.atomic
def refuse_bank(*, row: BankAccount, by: Any, at: datetime | None = None) -> BankAccount:
    """Not the number on the paper; the one in use stays. Refused: not_yours, own_case, wrong_state, stale."""
    _may(row, by)
    return _move(row, "refuse", by, at or timezone.now())


def _may(row: BankAccount, by: Any) -> None:
    no = objection(by, Party(row.organisation.provider))
    if no is not None:
        raise no
    if same_human(by, row.asked_by):
        raise Refused("own_case", _("这是您自己填的，要由别人来核对"))


def _move(row: BankAccount, verb: str, by: Any, at: datetime) -> BankAccount:
    target = BANK.step(row.state, verb)
    won = BankAccount.objects.filter(
        pk=row.pk, version=row.version, state__in=BANK.sources(verb)
    ).exclude(asked_by=by).update(
        state=target, decided_by=by, decided_at=at, version=F("version") + 1, updated_at=at
    )  # fmt: skip
    if not won:
        raise Refused("stale", _("刚刚有人办过。请看最新情况。"))
    row.refresh_from_db()
    record(by, f"bank.{verb}", row)
    post(row.asked_by, "bank_answered", row.organisation.provider, dedupe=f"bank_answered:{row.no}:{verb}")
    return row
