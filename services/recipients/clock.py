"""The visits the rules require: which figure holds on a day, and whom nobody has seen within it.

Sources: 民发〔2019〕124号 (care of dispersed tekun), 民发〔2022〕73号 (every month at least), and the dated
table `VisitRule`. What is bought is another clock (`services.casework.bought`).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, Count, DateField, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Greatest, TruncDate

from partners.network.queries import in_subtrees, path_after
from portal.base.periods import age_on
from services.recipients.clock_models import ClockStart, VisitLevel, VisitRound, VisitRule
from services.recipients.models import (
    CategoryKind,
    Household,
    HouseholdState,
    Person,
    PersonCategory,
    SelfCare,
    SupportMode,
)
from services.recipients.standing_models import FOREVER

ALONE_AND_OLD = 80


@dataclass(frozen=True)
class Required:
    """What the rules ask for one household on a day."""

    level: str
    per_month: int
    within_days: int
    source: str


@dataclass(frozen=True)
class Standing:
    """How one household stands to the clock of the rules."""

    required: Required | None
    last_seen_on: date | None
    due_on: date | None
    late_days: int
    rounds: tuple[VisitRound, ...] = ()
    since: date | None = None


def rules_on(day: date) -> dict[str, Required]:
    """The figures that hold on a day, by level. Read once a page."""
    rows = VisitRule.objects.filter(valid_from__lte=day, valid_to__gt=day)
    return {row.level: Required(row.level, row.per_month, row.within_days, row.source) for row in rows}


def rounds_on(day: date) -> list[VisitRound]:
    """The extra rounds that are open or over since less than a month."""
    since = day - timedelta(days=31)
    rows = VisitRound.objects.filter(opens_on__lte=day, due_on__gte=since).select_related("region")
    return list(rows.order_by("due_on", "pk"))


def first_day() -> date | None:
    """The first day that counts, where the bureau has set one."""
    row = ClockStart.objects.first()
    return row.day if row else None


def born_by(day: date) -> date:
    """Who was born on this day or before is of the age at which living alone is a high risk."""
    year = day.year - ALONE_AND_OLD
    return date(year, 2, 28) if (day.month, day.day) == (2, 29) else day.replace(year=year)


def level_of(self_care: str, *, flagged: bool, alone: bool, birth_date: date | None, on: date) -> str:
    """The level whose figure holds: high risk first, else the self-care class."""
    old = birth_date is not None and age_on(birth_date, on) >= ALONE_AND_OLD
    return VisitLevel.HIGH_RISK if flagged or (alone and old) else VisitLevel(self_care)


def dispersed_people() -> Any:
    """The standing rows of dispersed tekun support of living people."""
    return PersonCategory.objects.filter(
        kind=CategoryKind.TEKUN, mode=SupportMode.DISPERSED, valid_to=FOREVER, person__died_on=None
    )


def concerned() -> QuerySet[Household]:
    """The households whom the rules concern: on the register, with a living dispersed tekun member."""
    standing = dispersed_people()
    return Household.objects.filter(
        state=HouseholdState.ACTIVE, pk__in=standing.values("person__household_id")
    )


def not_before(opened: str, started: Any) -> Greatest:
    """From which day a clock counts of whom nothing is known: the start, the file's opening, or the bureau's first day.

    `opened` names the instant at which the file was opened; the latest of the three counts.
    """
    first = Coalesce(
        Subquery(ClockStart.objects.values("day")[:1]), Value(date.min), output_field=DateField()
    )
    return Greatest(started, TruncDate(opened), first, output_field=DateField())


def with_clock(rows: QuerySet[Household], day: date) -> Any:
    """Each household with `level`, `last_seen` and `since`.

    `since` is the day it was last seen; who was never seen counts from the start of the support, but not from
    before the file was opened here, nor from before the bureau's first day.
    """
    living = Person.objects.filter(household=OuterRef("pk"), died_on=None)
    alone = living.order_by().values("household").annotate(n=Count("pk")).values("n")
    oldest = living.order_by("birth_date").values("birth_date")[:1]
    began = dispersed_people().filter(person__household=OuterRef("pk"))
    started = Subquery(began.order_by("valid_from").values("valid_from")[:1])
    return rows.alias(members=Subquery(alone), oldest=Subquery(oldest)).annotate(
        last_seen=F("care_clock__last_seen_on"),
        since=Coalesce(
            F("care_clock__last_seen_on"),
            not_before("created_at", started),
            output_field=DateField(),
        ),
        level=Case(
            When(care_clock__high_risk=True, then=Value(VisitLevel.HIGH_RISK.value)),
            When(members=1, oldest__lte=born_by(day), then=Value(VisitLevel.HIGH_RISK.value)),
            default=F("self_care"),
        ),
    )


def late_condition(day: date, rules: dict[str, Required], rounds: list[VisitRound]) -> Q:
    """Nobody was there within what the rule or a finished extra round requires, as a condition on `with_clock` rows."""
    late = Q(pk__in=[])
    for level, required in rules.items():
        late |= Q(level=level, since__lt=day - timedelta(days=required.within_days))
    for each in rounds:
        if each.due_on < day:
            unseen = Q(last_seen__isnull=True) | Q(last_seen__lt=each.opens_on)
            late |= in_subtrees([each.region.path], "region__path") & unseen
    return late


def unseen_by(user: Any, day: date) -> QuerySet[Household]:
    """The households in this person's sight that nobody has seen within what the rules require, the longest first."""
    return unseen_with(user, day, rules_on(day), rounds_on(day))


def unseen_with(
    user: Any, day: date, rules: dict[str, Required], rounds: list[VisitRound]
) -> QuerySet[Household]:
    """The same with the rules and rounds already read."""
    rows = with_clock(Household.objects.visible_to(user).filter(pk__in=concerned().values("pk")), day)
    return rows.filter(late_condition(day, rules, rounds)).order_by("since", "pk")


def standing_of(
    *, region_path: str, level: str, since: date | None, last_seen: date | None, day: date,
    rules: dict[str, Required], rounds: list[VisitRound],
) -> Standing:  # fmt: skip
    """How a household stands: by when somebody must be there, how many days late, which rounds still want it."""
    required = rules.get(level)
    wanted = tuple(
        each
        for each in rounds
        if each.region.path <= region_path < path_after(each.region.path)
        and (last_seen is None or last_seen < each.opens_on)
    )
    dates = [each.due_on for each in wanted]
    if required and since:
        dates.append(since + timedelta(days=required.within_days))
    due = min(dates, default=None)
    late = max(0, (day - due).days) if due else 0
    return Standing(required, last_seen, due, late, wanted, since)


def standing_of_row(row: Any, day: date, rules: dict[str, Required], rounds: list[VisitRound]) -> Standing:
    """The standing of one row of `with_clock`."""
    return standing_of(
        region_path=row.region.path, level=row.level, since=row.since, last_seen=row.last_seen, day=day,
        rules=rules, rounds=rounds,
    )  # fmt: skip


def standing_of_household(household: Household, day: date) -> Standing | None:
    """The standing of one household; None where the rules do not concern it."""
    rows = with_clock(concerned().filter(pk=household.pk), day).select_related("region")
    row = rows.first()
    return standing_of_row(row, day, rules_on(day), rounds_on(day)) if row else None


def class_words(level: str) -> str:
    """自理, 半失能, 失能, 没评估 or 高风险."""
    return str(VisitLevel(level).label if level in VisitLevel.values else SelfCare(level).label)
