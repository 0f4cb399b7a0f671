"""Counts of households, with small cells hidden from those who may not see the households behind them.

A hidden cell must not come back by subtraction: every row and column, its total included, hides none or
at least two, and those hidden in one line are together not small.
"""

from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.db.models.functions import Substr
from django.utils.translation import gettext as _

from partners.models import Region
from partners.network.queries import in_subtrees
from portal.base.row_security import beyond
from services.recipients.models import Household, HouseholdState, SelfCare

SMALL = 5
# How long a region's path is: four digits a level.
COUNTY, TOWNSHIP, VILLAGE = 4, 8, 12
HIDDEN = None
Table = list[list[int | None]]


def hide_small(table: list[list[int]]) -> Table:
    """The table with its total row and total column behind it, small cells and what would give them away hidden."""
    whole = [[*row, sum(row)] for row in table]
    if not whole:
        return []
    whole.append([sum(column) for column in zip(*whole, strict=True)])
    hidden = {(r, c) for r, row in enumerate(whole) for c, n in enumerate(row) if 0 < n < SMALL}
    lines = [[(r, c) for c in range(len(whole[0]))] for r in range(len(whole))]
    lines += [[(r, c) for r in range(len(whole))] for c in range(len(whole[0]))]
    changed = True
    while changed:
        changed = False
        for line in lines:
            more = _also_hidden(whole, line, hidden)
            if more:
                hidden |= more
                changed = True
    return [[HIDDEN if (r, c) in hidden else n for c, n in enumerate(row)] for r, row in enumerate(whole)]


def _also_hidden(
    whole: list[list[int]], line: list[tuple[int, int]], hidden: set[tuple[int, int]]
) -> set[tuple[int, int]]:
    """The smallest further cells of a line that hides too little; none where it hides nothing or enough."""
    gone = [cell for cell in line if cell in hidden]
    if not gone:
        return set()
    left = sorted((whole[r][c], r, c) for r, c in line if (r, c) not in hidden and whole[r][c] > 0)
    more: set[tuple[int, int]] = set()
    total = sum(whole[r][c] for r, c in gone)
    while left and (len(gone) + len(more) < 2 or total < SMALL):
        n, r, c = left.pop(0)
        more.add((r, c))
        total += n
    return more


@dataclass(frozen=True)
class Figures:
    """One table for a page: a line for each area, a column for each class, the totals behind."""

    heads: list[str]
    rows: list[tuple[str, list[int | None]]]
    exact: bool

    def lines(self) -> list[tuple[str, list[tuple[str, int | None]]]]:
        """The rows with the head of each number beside it, the total's last."""
        heads = [*self.heads, _("合计")]
        return [(area, list(zip(heads, numbers, strict=True))) for area, numbers in self.rows]


def figures_for(user: Any, places: list[str]) -> Figures:
    """Households on the register by area and self-care class.

    With places of one's own: exact, inside them alone, by village in a township. Without: the county by township, small cells hidden.
    """
    classes = list(SelfCare)
    if places:
        rows = Household.objects.visible_to(user).filter(in_subtrees(places, "region__path"))
    else:
        rows = Household.objects.all()
    counted: dict[tuple[str, str], int] = {}
    by_township = not places or any(len(path) == COUNTY for path in places)
    length = TOWNSHIP if by_township else VILLAGE
    found = rows.filter(state=HouseholdState.ACTIVE).annotate(area=Substr("region__path", 1, length))
    grouped = found.values("area", "self_care").annotate(n=Count("pk")).order_by()
    with beyond("counts") if not places else nullcontext():
        figures = list(grouped)
    for row in figures:
        counted[row["area"], row["self_care"]] = row["n"]
    areas = list(Region.objects.filter(path__in={key for key, _class in counted}).order_by("path"))
    plain = [[counted.get((region.path, code.value), 0) for code in classes] for region in areas]
    if places:
        whole = [[*row, sum(row)] for row in plain]
        total = [sum(column) for column in zip(*whole, strict=True)] or [0] * (len(classes) + 1)
        table: Table = [list(row) for row in [*whole, total]]
    else:
        table = hide_small(plain)
    names = [str(region) for region in areas]
    names += [_("合计")] if table else []
    return Figures([str(code.label) for code in classes], list(zip(names, table, strict=True)), bool(places))
