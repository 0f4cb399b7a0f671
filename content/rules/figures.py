"""The figures that hold on a day at a place: a plain value, read once and given to the rules."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from portal.base.money import yuan_short


@dataclass(frozen=True)
class Figure:
    """An amount in fen a month, or years of age, with its paper."""

    amount: int
    valid_from: date
    document: str = ""
    anchor: str = ""
    source: str = ""


@dataclass(frozen=True)
class Figures:
    """Kind of standard -> figure. What the county has not entered is not there."""

    known: Mapping[str, Figure] = field(default_factory=dict)

    def amount(self, kind: str) -> int | None:
        """The amount, or None where nobody entered one."""
        figure = self.known.get(kind)
        return figure.amount if figure else None

    def dibao(self, rural: bool | None) -> tuple[int, int] | None:
        """Least and most of the minimum living standards that may apply, in fen; None where one is missing."""
        wanted = ["dibao_rural", "dibao_urban"]
        if rural is not None:
            wanted = ["dibao_rural" if rural else "dibao_urban"]
        amounts = [self.amount(kind) for kind in wanted]
        found = [amount for amount in amounts if amount is not None]
        return (min(found), max(found)) if len(found) == len(wanted) else None

    def words(self) -> dict[str, str]:
        """The figures as sentences of the rules name them."""
        elder, minor = self.amount("elder_age"), self.amount("minor_age")
        return {
            "elder": str(elder) if elder is not None else _("规定的年龄（问窗口）"),
            "minor": str(minor) if minor is not None else _("规定的年龄（问窗口）"),
        }


def in_yuan(fen: int) -> str:
    """An amount for a sentence: 650 元."""
    return _("%(yuan)s 元") % {"yuan": yuan_short(fen)}


def figures_of(rows: Iterable[Any], day: date, area: str) -> Figures:
    """The figures of these rows that hold on a day at a place: the nearest area that covers it counts."""
    nearest: dict[str, Any] = {}
    for row in rows:
        if not (row.valid_from <= day < row.valid_to and area.startswith(row.area)):
            continue
        held = nearest.get(row.kind)
        if held is None or len(row.area) > len(held.area):
            nearest[row.kind] = row
    return Figures(
        {
            kind: Figure(row.amount, row.valid_from, row.document, row.anchor, row.source)
            for kind, row in nearest.items()
        }
    )
