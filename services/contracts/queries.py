"""Reads for the contract pages."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from partners.providers.models import ServiceCode
from services.contracts.access import contracts_visible_to
from services.contracts.models import Contract, ContractPrice, ContractState
from services.contracts.pricing import unit_on

SOON = timedelta(days=30)


def listed(user: Any, state: str = "") -> QuerySet[Contract]:
    """The contracts of a list, those that end soonest first."""
    rows = contracts_visible_to(user).select_related("provider").prefetch_related("lots__township")
    if state in ContractState.values:
        rows = rows.filter(state=state)
    return rows.order_by("ends_on", "pk")


def standing(contract: Contract, on: date) -> str:
    """The word of the list of states for a contract on a day: an active one may be ending or over."""
    if contract.state == ContractState.ACTIVE:
        if on >= contract.ends_on:
            return "lapsed"
        return "lapsing" if on >= contract.ends_on - SOON else "live"
    return {"draft": "draft", "suspended": "paused", "terminated": "ended"}[contract.state]


@dataclass(frozen=True)
class ServiceRow:
    """One bought service of a contract: what it costs now, what it will, and where."""

    label: str
    code: str
    unit_fen: int | None
    coming: list[ContractPrice]
    townships: list[Any]


def service_rows(contract: Contract, on: date) -> list[ServiceRow]:
    """The services of a contract in the order of the plan."""
    prices = list(contract.prices.order_by("valid_from"))
    towns: dict[str, list[Any]] = {}
    for lot in contract.lots.select_related("township").order_by("township__path"):
        towns.setdefault(lot.service, []).append(lot.township)
    day = min(max(on, contract.starts_on), contract.ends_on - timedelta(days=1))
    return [
        ServiceRow(
            label=str(ServiceCode(code).label),
            code=code,
            unit_fen=unit_on(prices, code, day),
            coming=[row for row in prices if row.service == code and row.valid_from > day],
            townships=towns[code],
        )
        for code in ServiceCode.values
        if code in towns
    ]


def spent_percent(contract: Contract) -> int:
    """How much of the budget is drawn, in whole per cent."""
    return contract.drawn_fen * 100 // contract.budget_fen if contract.budget_fen else 0


def lot_words(contract: Contract) -> str:
    """Services and towns in one line for a list."""
    lots = list(contract.lots.all())
    services = [ServiceCode(code).label for code in ServiceCode.values if code in {x.service for x in lots}]
    towns = list(dict.fromkeys(str(x.township) for x in lots))
    shown = _("、").join(towns[:3])
    more = _("等 %(count)s 个乡镇") % {"count": len(towns)} if len(towns) > 3 else ""
    return f"{_('、').join(str(s) for s in services)}{_('；')}{shown}{more}"
