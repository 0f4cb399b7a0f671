"""Looking in: noting that somebody was seen, opening an extra round, setting how often the rules ask."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.models import Region
from partners.network.queries import holders, path_after
from portal.base.audit import record
from portal.base.models import OPEN_END, record_number
from portal.base.outbox import post
from portal.base.refused import Refused
from portal.permissions.hats import places_for
from services.recipients.care_access import LOOK_IN, OPEN_ROUND, SET_RULES
from services.recipients.clock_models import CareClock, ClockStart, LookIn, LookInMode, VisitRound, VisitRule
from services.recipients.models import Household

EARLIEST = timedelta(days=31)


def note_seen(household_id: int, on: date, by_whom: str) -> None:
    """Set the clock of the rules to the newest day on which somebody was at the door."""
    later = CareClock.objects.filter(
        Q(last_seen_on__isnull=True) | Q(last_seen_on__lt=on), household_id=household_id
    )
    if later.update(last_seen_on=on, seen_by=by_whom):
        return
    CareClock.objects.bulk_create(
        [CareClock(household_id=household_id, last_seen_on=on, seen_by=by_whom)], ignore_conflicts=True
    )


def seen_too(source: Household, target: Household) -> None:
    """Whoever was seen in the one file was seen in the other: files that merge or split keep their clock."""
    clock = CareClock.objects.filter(household=source).first()
    if clock is not None and clock.last_seen_on is not None:
        note_seen(target.pk, clock.last_seen_on, clock.seen_by)


def note_risk(household: Household) -> None:
    """Copy to the clock whether the newest assessment of a living member found a high risk."""
    newest = [person.assessments.first() for person in household.persons.filter(died_on=None)]
    risky = any(row is not None and row.risk for row in newest)
    if not CareClock.objects.filter(household=household).update(high_risk=risky):
        CareClock.objects.bulk_create(
            [CareClock(household=household, high_risk=risky)], ignore_conflicts=True
        )


@dataclass(frozen=True)
class Seen:
    """What somebody found who looked in."""

    on: date
    mode: str
    found: str
    note: str = ""


@transaction.atomic
def look_in(*, by: Any, household: Household, seen: Seen, today: date) -> LookIn:
    """Note a look at somebody; only at the door it counts as seen. Refused: seen_future, seen_early, looked_twice."""
    if seen.on > today:
        raise Refused("seen_future", _("日期不能晚于今天"), field="on")
    if seen.on < today - EARLIEST:
        raise Refused("seen_early", _("一个月以前的不能补记"), field="on")
    try:
        with transaction.atomic():
            row = LookIn.objects.create(
                household=household, on=seen.on, mode=seen.mode, found=seen.found, note=seen.note, by=by
            )
    except IntegrityError:
        raise Refused("looked_twice", _("这天您已经记过一次"), field="on") from None
    if seen.mode == LookInMode.DOOR:
        note_seen(household.pk, seen.on, "look_in")
    record(by, "household.looked_in", household, household=household, mode=seen.mode, found=seen.found)
    return row


@transaction.atomic
def open_round(
    *, by: Any, kind: str, title: str, region: Region, opens_on: date, due_on: date, source: str
) -> VisitRound:
    """Everybody whom the rules concern in a region is to be seen once more (民发〔2022〕73号; festivals, weather).

    Refused: not_your_area, round_order.
    """
    places = places_for(by, OPEN_ROUND)
    if not any(path <= region.path < path_after(path) for path in places):
        raise Refused("not_your_area", _("这个地方不归您管，请另选"), field="region")
    if due_on < opens_on:
        raise Refused("round_order", _("看完的日期不能早于开始"), field="due_on")
    row = VisitRound.objects.create(
        no=record_number("L"), kind=kind, title=title, region=region, opens_on=opens_on, due_on=due_on,
        source=source, opened_by=by,
    )  # fmt: skip
    record(by, "round.opened", row, region=region.code, round_kind=kind, due=due_on.isoformat())
    _tell_round(row, by)
    return row


def _tell_round(row: VisitRound, by: Any) -> None:
    """The offices inside the region hear of it; the villages read it on their page."""
    at = timezone.now()
    path = row.region.path
    towns = Region.objects.filter(path__gte=path, path__lt=path_after(path), level="township")
    told = {row.region.path, *towns.values_list("path", flat=True)}
    people = {each.pk: each for place in sorted(told) for each in holders(LOOK_IN, place, at)}
    for person in people.values():
        if person.pk != by.pk:
            post(person, "round_opened", row)


@transaction.atomic
def set_visit_rule(
    *, by: Any, level: str, per_month: int, within_days: int, source: str, valid_from: date
) -> VisitRule:
    """A new figure from a day on; the one before it ends there. Refused: not_yours, rule_order, source_empty."""
    if not places_for(by, SET_RULES):
        raise Refused("not_yours", _("探访次数由县民政局定"))
    if not source.strip():
        raise Refused("source_empty", _("请写明依据的文件"), field="source")
    standing = VisitRule.objects.select_for_update().filter(level=level, valid_to=OPEN_END.date()).first()
    if standing is not None:
        if valid_from <= standing.valid_from:
            raise Refused("rule_order", _("要晚于现在这条的开始日"), field="valid_from")
        standing.valid_to = valid_from
        standing.save(update_fields=["valid_to", "updated_at"])
    row = VisitRule.objects.create(
        level=level, per_month=per_month, within_days=within_days, source=source.strip(),
        valid_from=valid_from, set_by=by,
    )  # fmt: skip
    record(by, "visit_rule.set", row, level=level, per_month=per_month, within_days=within_days)
    return row


@transaction.atomic
def set_first_day(*, by: Any, day: date, source: str, today: date) -> ClockStart:
    """From which day it counts that somebody was never seen. Refused: not_yours, start_future, source_empty."""
    if not places_for(by, SET_RULES):
        raise Refused("not_yours", _("从哪天起算由县民政局定"))
    if day > today:
        raise Refused("start_future", _("第一天不能晚于今天"), field="day")
    if not source.strip():
        raise Refused("source_empty", _("请写明为什么定这一天"), field="source")
    row = ClockStart.objects.create(day=day, source=source.strip(), set_by=by)
    record(by, "clock_start.set", row, day=day.isoformat(), purpose=row.source)
    return row
