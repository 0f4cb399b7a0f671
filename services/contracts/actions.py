"""What changes a contract and its budget."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.memberships.models import Membership
from partners.network.models import Region
from partners.providers.models import Provider, ProviderState
from portal.base.audit import record
from portal.base.models import record_number
from portal.base.refused import Refused
from services.contracts.lifecycle import CONTRACT
from services.contracts.models import Contract, ContractLot, ContractPrice, ContractState, DrawDown
from services.contracts.terms import check_term


@transaction.atomic
def create_contract(
    *,
    provider: Provider,
    title: str,
    starts_on: date,
    ends_on: date,
    budget_fen: int,
    prices: Mapping[str, int],
    townships: Iterable[Region],
    by: Any,
    justification: str = "",
) -> Contract:
    """Write a draft contract: services with their unit prices in fen, in these townships, half-open dates."""
    check_term(starts_on, ends_on, justification)
    check_provider(provider, starts_on, prices, by)
    contract = Contract.objects.create(
        no=record_number("C"),
        provider=provider,
        title=title,
        starts_on=starts_on,
        ends_on=ends_on,
        multi_year_justification=justification,
        budget_fen=budget_fen,
        signed_by=by,
    )
    _write_lots(contract, prices, townships)
    record(by, "contract.created", contract, budget_fen=budget_fen)
    return contract


@transaction.atomic
def edit_contract(
    *,
    contract: Contract,
    provider: Provider,
    title: str,
    starts_on: date,
    ends_on: date,
    budget_fen: int,
    prices: Mapping[str, int],
    townships: Iterable[Region],
    by: Any,
    justification: str = "",
) -> Contract:
    """Rewrite a draft; refused when somebody else changed it meanwhile."""
    changed = Contract.objects.filter(
        pk=contract.pk, version=contract.version, state__in=CONTRACT.sources("edit")
    ).update(
        provider=provider,
        title=title,
        starts_on=starts_on,
        ends_on=ends_on,
        multi_year_justification=justification,
        budget_fen=budget_fen,
        version=F("version") + 1,
        updated_at=timezone.now(),
    )
    if not changed:
        raise _stale()
    check_term(starts_on, ends_on, justification)
    check_provider(provider, starts_on, prices, by)
    contract.lots.all().delete()
    contract.prices.all().delete()
    contract.refresh_from_db()
    _write_lots(contract, prices, townships)
    record(by, "contract.edited", contract, budget_fen=budget_fen)
    return contract


def check_provider(provider: Provider, day: date, services: Iterable[str], by: Any) -> None:
    """Only a live provider with valid papers, approved for these services, and not one's own."""
    if provider.state != ProviderState.LIVE:
        raise Refused("provider_not_live", _("这家机构现在不能签合同，请另选一家"), "provider")
    if provider.qualified_until is not None and provider.qualified_until < day:
        raise Refused("qualification_lapsed", _("这家机构的资质到时已过期，请先补材料"), "provider")
    lacking = set(services) - set(provider.services.values_list("service", flat=True))
    if lacking:
        raise Refused("service_not_approved", _("这家机构没有获准做其中的服务，请改选服务"), "provider")
    now = timezone.now()
    if Membership.objects.filter(provider=provider, user=by, valid_from__lte=now, valid_to__gt=now).exists():
        raise Refused("own_interest", _("您在这家机构任职，请由同事来办"), "provider")


def _write_lots(contract: Contract, prices: Mapping[str, int], townships: Iterable[Region]) -> None:
    towns = list(townships)
    if not prices or not towns:
        raise Refused("lots_empty", _("至少选一项服务和一个乡镇"), "townships")
    ContractPrice.objects.bulk_create(
        ContractPrice(
            contract=contract,
            service=service,
            unit_fen=fen,
            valid_from=contract.starts_on,
            valid_to=contract.ends_on,
        )
        for service, fen in prices.items()
    )
    ContractLot.objects.bulk_create(
        ContractLot(contract=contract, service=service, township=town) for service in prices for town in towns
    )


@transaction.atomic
def move_contract(*, contract: Contract, verb: str, by: Any, reason: str = "") -> Contract:
    """Activate, suspend, resume or terminate; the version of the page the person saw must still hold."""
    changed = Contract.objects.filter(
        pk=contract.pk, version=contract.version, state__in=CONTRACT.sources(verb)
    ).update(
        state=CONTRACT.moves[verb].target,
        version=F("version") + 1,
        updated_at=timezone.now(),
    )
    if not changed:
        raise _stale()
    contract.refresh_from_db()
    if verb == "activate":
        services = contract.prices.values_list("service", flat=True)
        check_provider(contract.provider, timezone.localdate(), services, by)
    if verb in {"suspend", "terminate"} and not reason.strip():
        raise Refused("reason_needed", _("请写明原因"), "reason")
    record(by, f"contract.{verb}", contract, purpose=reason[:200])
    return contract


@transaction.atomic
def change_price(*, contract: Contract, service: str, unit_fen: int, valid_from: date, by: Any) -> None:
    """A new price from a day on; days before it keep the old one."""
    changed = Contract.objects.filter(
        pk=contract.pk, version=contract.version, state__in=CONTRACT.sources("reprice")
    ).update(version=F("version") + 1, updated_at=timezone.now())
    if not changed:
        raise _stale()
    if valid_from < timezone.localdate():
        raise Refused("price_past", _("新单价只能从今天或以后算起"), "valid_from")
    current = contract.prices.filter(
        service=service, valid_from__lte=valid_from, valid_to__gt=valid_from
    ).first()
    if current is None:
        raise Refused("price_unknown", _("合同里没有这项服务，或日期不在合同期内"), "valid_from")
    until = current.valid_to
    if current.valid_from == valid_from:
        current.delete()
    else:
        current.valid_to = valid_from
        current.save(update_fields=["valid_to"])
    ContractPrice.objects.create(
        contract=contract, service=service, unit_fen=unit_fen, valid_from=valid_from, valid_to=until
    )
    record(by, "contract.repriced", contract, service=service, unit_fen=unit_fen, valid_from=str(valid_from))


def draw(
    *, contract: Contract, amount_fen: int, reference: str, by: Any = None, unit_fen: int | None = None
) -> DrawDown:
    """Draw from the budget, once for each reference: the same reference again gets the same line."""
    try:
        return _draw_new(contract, amount_fen, reference, by, unit_fen)
    except (IntegrityError, Refused):
        line = DrawDown.objects.filter(reference=reference).first()
        if line is None:
            raise
    if line.contract_id != contract.pk or line.amount_fen != amount_fen:
        raise Refused("reference_reused", _("这个编号已经记过另一笔，请核对"))
    return line


@transaction.atomic
def _draw_new(contract: Contract, amount_fen: int, reference: str, by: Any, unit_fen: int | None) -> DrawDown:
    drawn = Contract.objects.filter(
        pk=contract.pk, state=ContractState.ACTIVE, drawn_fen__lte=F("budget_fen") - amount_fen
    ).update(drawn_fen=F("drawn_fen") + amount_fen, updated_at=timezone.now())
    if not drawn:
        if Contract.objects.filter(pk=contract.pk, state=ContractState.ACTIVE).exists():
            raise Refused("budget_spent", _("合同余额不够这一笔"))
        raise Refused("contract_not_active", _("这份合同没有在履行，不能记账"))
    line = DrawDown.objects.create(
        contract=contract,
        amount_fen=amount_fen,
        unit_fen=amount_fen if unit_fen is None else unit_fen,
        reference=reference,
        drawn_by=by,
    )
    record(by, "contract.drawn", contract, amount_fen=amount_fen, reference=reference)
    return line


def last_day(contract: Contract) -> date:
    """The last day of the contract, as people read it."""
    return contract.ends_on - timedelta(days=1)


def _stale() -> Refused:
    return Refused("stale", _("这份合同刚被别人改过，请刷新后再看"))
