"""When a class is verified again, and who is overdue. Interval by class from the dated table `ReverifyRule`.

Sources: 民发〔2021〕43号 (tekun), 民发〔2021〕57号 and 民发〔2012〕220号 (低保 A, B, C); county plan item 6.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import (
    Case,
    CharField,
    DateField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Concat, Greatest, Lower

from portal.base.periods import add_months, calendar_known, local_date, working_days_after
from services.assistance.models import ReverifyRule, Review, ReviewState
from services.recipients.clock import not_before
from services.recipients.models import CategoryKind, HouseholdState, PersonCategory
from services.recipients.standing_models import FOREVER

CHANGE_WORKDAYS = 10
OPEN = [ReviewState.RECEIVED, ReviewState.PROPOSED]


@dataclass(frozen=True)
class Interval:
    """How often a class is verified again."""

    months: int
    source: str


def intervals_on(day: date) -> dict[str, Interval]:
    """The intervals that hold on a day, by class."""
    rows = ReverifyRule.objects.filter(valid_from__lte=day, valid_to__gt=day)
    return {row.code: Interval(row.months, row.source) for row in rows}


def change_due(at: datetime) -> date:
    """Ten working days after a change was reported (民发〔2021〕43号: re-assessment of ability)."""
    return working_days_after(local_date(at), CHANGE_WORKDAYS)


def calendar_is_sure(due: date) -> bool:
    """Whether the holidays of the year of a deadline are known."""
    return calendar_known(due.year)


def months_before(day: date, months: int) -> date:
    """Who was verified before this day is overdue on `day`."""
    return add_months(day, -months)


def next_due(base: date, months: int) -> date:
    """By when a class verified on `base` is verified again."""
    return add_months(base, months)


def with_base(rows: QuerySet[PersonCategory]) -> Any:
    """Tekun and 低保 rows, each with `code`, `base` and `under_way`.

    `base` is the day it was last verified, here or by the office's own list; of whom nothing is known it is the start
    of the support, but not from before the file was opened here, nor from before the bureau's first day.
    """
    dibao = Concat(Value("dibao_"), Lower("dibao_class"), output_field=CharField())
    mine = Review.objects.filter(person=OuterRef("person"), code=OuterRef("code"))
    last = mine.filter(state=ReviewState.DECIDED).order_by("-decided_on").values("decided_on")[:1]
    known = Greatest(
        F("valid_from"),
        Coalesce(F("decided"), F("valid_from")),
        Coalesce(F("verified_on"), F("valid_from")),
        output_field=DateField(),
    )
    unknown = not_before("person__household__created_at", F("valid_from"))
    return (
        rows.annotate(code=Case(When(kind="tekun", then=Value("tekun")), default=dibao))
        .alias(decided=Subquery(last, output_field=DateField()))
        .annotate(
            base=Case(
                When(verified_on=None, decided=None, then=unknown), default=known, output_field=DateField()
            ),
            under_way=Exists(mine.filter(state__in=OPEN, cause="periodic")),
        )
    )


def standing(user: Any) -> Any:
    """Standing tekun and 低保 rows of the living in sight, with their base."""
    rows = PersonCategory.objects.visible_to(user).filter(
        kind__in=[CategoryKind.TEKUN, CategoryKind.DIBAO], valid_to=FOREVER, person__died_on=None
    )
    return with_base(rows.exclude(person__household__state=HouseholdState.CLOSED))


def overdue_condition(day: date) -> Q:
    """Those whose class is due again before this day, by the intervals of that day."""
    late = Q(pk__in=[])
    for code, interval in intervals_on(day).items():
        late |= Q(code=code, base__lt=months_before(day, interval.months))
    return late


def periodic_overdue(user: Any, day: date) -> QuerySet[PersonCategory]:
    """People whose re-verification is due and not yet opened, the longest without one first."""
    late = standing(user).filter(overdue_condition(day), under_way=False)
    return late.select_related("person__household__region__parent", "person__household__township").order_by(
        "base", "pk"
    )
