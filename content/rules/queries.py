"""Reading standards and rules. `services` may import this module of `content` and nothing else."""

from collections.abc import Iterable
from datetime import date

from content.rules.facts import Facts, Span
from content.rules.figures import Figure, Figures
from content.rules.judging import Judgement, answers, judge
from content.rules.logic import Answer, Reason
from content.rules.models import Standard

__all__ = [
    "Answer",
    "Facts",
    "Figure",
    "Figures",
    "Judgement",
    "Reason",
    "Span",
    "answers",
    "figures_of",
    "figures_on",
    "judge",
]


def figures_of(rows: Iterable[Standard], day: date, area: str) -> Figures:
    """The figures of these rows that hold on a day at a place: the nearest area that covers it counts."""
    nearest: dict[str, Standard] = {}
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


def figures_on(day: date, area: str) -> Figures:
    """The figures that hold on a day at a place (a region's code), in one query."""
    return figures_of(Standard.objects.filter(valid_from__lte=day, valid_to__gt=day), day, area)
