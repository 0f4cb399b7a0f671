"""What a visit costs on a day, and what a month of visits may cost: decisions on values."""

from collections.abc import Iterable
from datetime import date

from services.contracts.models import ContractPrice


def unit_on(prices: Iterable[ContractPrice], service: str, day: date) -> int | None:
    """The price in fen of one visit of `service` on `day`; None where the contract names none."""
    fits = (p for p in prices if p.service == service and p.valid_from <= day < p.valid_to)
    return next((price.unit_fen for price in fits), None)


def month_fen(unit_fen: int, visits_per_month: int) -> int:
    """What a month of a need costs."""
    return unit_fen * visits_per_month
