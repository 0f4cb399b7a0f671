"""The bureau's own list of requirements: set, changed and ended from a day on, each with its effect looked at first."""

import hashlib
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.memberships.models import Membership
from partners.providers.models import Provider
from partners.vetting import parties
from partners.vetting.keeping import refresh_until
from partners.vetting.paper_models import OPEN_DAY, PartyKind, Requirement
from partners.vetting.standing import standing
from partners.vetting.standing_queries import Rules, party_kind, read_rules, subjects_of
from partners.volunteers.models import Volunteer
from portal.base.audit import record
from portal.base.models import record_number
from portal.base.outbox import post
from portal.base.periods import day_start, local_date
from portal.base.refused import Refused

STARTER = Path(__file__).parent / "data" / "requirements.toml"
MOST_NAMED = 50


@dataclass(frozen=True)
class Effect:
    """Who would not hold any more on the first day, though they hold by the present list; `seen` marks it."""

    fall: tuple[parties.Party, ...]
    rise: tuple[parties.Party, ...]
    asked: int

    @property
    def named(self) -> tuple[parties.Party, ...]:
        """Those shown by name."""
        return self.fall[:MOST_NAMED]

    @property
    def seen(self) -> str:
        """What the confirming tick stands for: exactly these people and no others."""
        text = ",".join(sorted(party.no for party in (*self.fall, *self.rise)))
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def everybody(kind: str) -> list[Any]:
    """All rows of this kind of partner that have not left."""
    if kind == PartyKind.VOLUNTEER:
        return list(parties.volunteers())
    if kind == PartyKind.WORKER:
        return list(parties.workers())
    return [row for row in parties.providers() if party_kind(row) == kind]


def effect_of(kind: str, before: Rules, after: Rules, on: date) -> Effect:
    """Compare the two lists on a day, for every partner of the kind."""
    rows = everybody(kind)
    old = subjects_of(rows, on=on, rules=before, everybody=True)
    new = subjects_of(rows, on=on, rules=after, everybody=True)
    at = day_start(on)
    fall, rise = [], []
    for row in rows:
        services = ["", *parties.Party(row).services] if not isinstance(row, Membership) else [""]
        was = all(standing(old[row.pk], at, service).holds for service in services)
        will = all(standing(new[row.pk], at, service).holds for service in services)
        if was and not will:
            fall.append(parties.Party(row))
        elif will and not was:
            rise.append(parties.Party(row))
    return Effect(tuple(fall), tuple(rise), len(rows))


def effect_of_setting(row: Requirement, replaced: Requirement | None) -> Effect:
    """What the list would do with this row in place of another, from its first day."""
    before = read_rules()
    kept = [
        _cut(r, row.valid_from) if replaced is not None and r.pk == replaced.pk else r for r in before.rows
    ]
    return effect_of(row.party, before, Rules((*kept, row)), row.valid_from)


def effect_of_ending(row: Requirement, on: date) -> Effect:
    """What the list would do without this row from a day on."""
    before = read_rules()
    kept = tuple(_cut(r, on) if r.pk == row.pk else r for r in before.rows)
    return effect_of(row.party, before, Rules(kept), on)


SAME = (
    "party", "organisation_kind", "service", "sort", "code", "name_zh", "name_en", "how", "validity", "months",
    "decided_by", "shown_to", "source", "valid_from",
)  # fmt: skip


def copy_of(row: Requirement) -> Requirement:
    """A new row that says the same; nothing is stored."""
    return Requirement(**{name: getattr(row, name) for name in SAME})


def _cut(row: Requirement, on: date) -> Requirement:
    """A copy that ends on a day."""
    copy = copy_of(row)
    copy.valid_to = on
    return copy


@transaction.atomic
def set_requirement(
    *, row: Requirement, by: Any, seen: str, replaces: Requirement | None = None, at: datetime | None = None
) -> Requirement:
    """Write a new requirement, or a changed one in place of another, from a day not yet begun.

    Refused: day_passed, effect_changed, stale, asked_already.
    """
    at = at or timezone.now()
    _refuse_past(row.valid_from, at)
    if seen != effect_of_setting(row, replaces).seen:
        raise Refused("effect_changed", _("影响到的人刚刚有变化，请再看一遍，再确认"))
    if replaces is not None:
        _end(replaces, row.valid_from, at)
    row.no, row.set_by, row.pk = record_number("RQ"), by, None
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise Refused("asked_already", _("同样对象、服务和代码的要求已经有了，请改那一条"), "code") from None
    _refresh(row.party, at)
    _noted(row, by, "requirement.changed" if replaces is not None else "requirement.set")
    return row


@transaction.atomic
def end_requirement(*, row: Requirement, on: date, by: Any, seen: str, at: datetime | None = None) -> None:
    """Ask it no more from a day on. Refused: day_passed, effect_changed, stale."""
    at = at or timezone.now()
    _refuse_past(on, at)
    if seen != effect_of_ending(row, on).seen:
        raise Refused("effect_changed", _("影响到的人刚刚有变化，请再看一遍，再确认"))
    _end(row, on, at)
    _refresh(row.party, at)
    _noted(row, by, "requirement.ended")


def starter_rows(on: date) -> list[Requirement]:
    """The list that comes with the platform, to begin with: each with its source, to be changed by the bureau."""
    with STARTER.open("rb") as file:
        listed = tomllib.load(file)["requirement"]
    return [Requirement(no=record_number("RQ"), valid_from=on, **line) for line in listed]


@transaction.atomic
def take_starter(*, by: Any, on: date, at: datetime | None = None) -> list[Requirement]:
    """Take the list that comes with the platform, where there is none yet. Refused: list_exists."""
    if Requirement.objects.exists():
        raise Refused("list_exists", _("已经有要求了，请在下面逐条改"))
    rows = starter_rows(on)
    for row in rows:
        row.set_by = by
    Requirement.objects.bulk_create(rows)
    for kind in PartyKind.values:
        _refresh(kind, at or timezone.now())
    record(by, "requirement.starter_taken", rows[0], count=len(rows))
    if by is not None:
        post(by, "requirements_changed", rows[0])
    return rows


def _refuse_past(day: date, at: datetime) -> None:
    if day < local_date(at):
        raise Refused("day_passed", _("只能从今天或以后起"), "valid_from")


def _end(row: Requirement, on: date, at: datetime) -> None:
    """Close the row on a day; one that would end before it began goes out of the list by ending where it began."""
    if on <= row.valid_from:
        raise Refused("day_passed", _("这条要求从那天才开始，请选晚一点的日子"), "valid_from")
    won = Requirement.objects.filter(pk=row.pk, version=row.version, valid_to=OPEN_DAY).update(
        valid_to=on, version=F("version") + 1, updated_at=at
    )
    if not won:
        raise Refused("stale", _("刚刚有人改过这条要求。请看最新情况。"))


def _refresh(kind: str, at: datetime) -> None:
    """The copies of all whom it concerns."""
    rows: Iterable[Provider | Volunteer | Membership] = everybody(kind) if kind != PartyKind.WORKER else ()
    for row in rows:
        refresh_until(row, at)


def _noted(row: Requirement, by: Any, verb: str) -> None:
    row.refresh_from_db()
    record(by, verb, row, party=row.party, code=row.code)
    post(by, "requirements_changed", row)
