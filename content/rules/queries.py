"""Reading standards and rules. `services` may import this module of `content` and nothing else."""

from collections.abc import Callable, Iterable
from datetime import date

from django.utils.translation import gettext as _

from content.rules.counting import Step, register_count
from content.rules.facts import Facts, Span
from content.rules.figures import Figure, Figures, figures_of
from content.rules.judging import Judgement, answers, judge
from content.rules.logic import Answer, Reason
from content.rules.models import Standard
from partners.network.models import Region

__all__ = [
    "Answer",
    "area_names",
    "Facts",
    "Figure",
    "Figures",
    "Judgement",
    "Reason",
    "Span",
    "Step",
    "answers",
    "figures_by_area",
    "figures_of",
    "figures_on",
    "judge",
    "register_count",
]


def area_names(codes: Iterable[str]) -> dict[str, str]:
    """What the areas of standards are called, in one query; "" is the whole country."""
    wanted = set(codes)
    known = {region.code: str(region) for region in Region.objects.filter(code__in=wanted)}
    return {code: known.get(code, code) if code else _("全国") for code in wanted}


def figures_on(day: date, area: str) -> Figures:
    """The figures that hold on a day at a place (a region's code), in one query."""
    return figures_of(Standard.objects.filter(valid_from__lte=day, valid_to__gt=day), day, area)


def figures_by_area(day: date) -> Callable[[str], Figures]:
    """The figures of a day for any place, from one query."""
    rows = list(Standard.objects.filter(valid_from__lte=day, valid_to__gt=day))
    return lambda area: figures_of(rows, day, area)
