"""Setting how long a class of data is kept, from a day ahead on; until then the period before stays in force."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.base.audit import record
from portal.base.periods import add_months, day_start
from portal.base.refused import Refused
from services.privacy.models import RetentionRule
from services.privacy.retention import CLASSES, rule_on

LONGEST_MONTHS = 600
FARTHEST = timedelta(days=5 * 366)
SHORTEST_WORDS = 4
# 网络安全法第二十一条: records of access at least six months.
FLOORS = {"looks": 6}
CLEARED = tuple(kind for kind, data in CLASSES.items() if data.due is not None)


@dataclass(frozen=True)
class Outlook:
    """What a clearing on the new day would take: by the new period, and by the one in force then."""

    day: date
    due: int
    due_before: int
    months_before: int


def check_period(*, kind: str, months: int, valid_from: date, today: date) -> None:
    """Refused: kind_unknown, months_range, below_law, day_not_ahead, day_too_far."""
    if kind not in CLEARED:
        raise Refused("kind_unknown", _("请从列出的里面选"), field="kind")
    if not 1 <= months <= LONGEST_MONTHS:
        raise Refused("months_range", _("请填 1 到 %(most)s 个月") % {"most": LONGEST_MONTHS}, field="months")
    if months < FLOORS.get(kind, 1):
        raise Refused(
            "below_law", _("法律要求至少留 %(least)s 个月") % {"least": FLOORS[kind]}, field="months"
        )
    if valid_from <= today:
        raise Refused("day_not_ahead", _("新期限最早从明天起"), field="valid_from")
    if valid_from - today > FARTHEST:
        raise Refused("day_too_far", _("最远定到五年以后"), field="valid_from")


def outlook(*, kind: str, months: int, valid_from: date) -> Outlook:
    """What the new period would delete on its first day, of what is there now; it changes nothing."""
    before = rule_on(kind, valid_from - timedelta(days=1))
    return Outlook(
        valid_from,
        _due(kind, months, valid_from),
        _due(kind, before.months, valid_from) if before else 0,
        before.months if before else 0,
    )


def _due(kind: str, months: int, on: date) -> int:
    due = CLASSES[kind].due
    return due(day_start(add_months(on, -months))).count() if due is not None else 0


@transaction.atomic
def set_period(
    *, by: Any, kind: str, months: int, source: str, reason: str, valid_from: date, today: date
) -> RetentionRule:
    """Set a period from a day ahead on; the same day set again before it comes replaces what was set.

    Refused: those of `check_period`, source_empty, reason_empty.
    """
    check_period(kind=kind, months=months, valid_from=valid_from, today=today)
    if len(source.strip()) < SHORTEST_WORDS:
        raise Refused("source_empty", _("请写明依据哪份文件"), field="source")
    if len(reason.strip()) < SHORTEST_WORDS:
        raise Refused("reason_empty", _("请写明为什么改"), field="reason")
    before = rule_on(kind, valid_from - timedelta(days=1))
    row, made = RetentionRule.objects.update_or_create(
        kind=kind,
        valid_from=valid_from,
        defaults={"months": months, "source": source.strip()[:200], "set_by": by},
    )
    record(
        by, "retention.period_set" if made else "retention.period_replaced", row, purpose=reason.strip()[:200],
        data=kind, months=months, before=before.months if before else 0, valid_from=valid_from.isoformat(),
    )  # fmt: skip
    return row


def coming(today: date) -> list[RetentionRule]:
    """Periods that are set and not in force yet, the next first."""
    return list(
        RetentionRule.objects.filter(valid_from__gt=today)
        .select_related("set_by")
        .order_by("valid_from", "kind")
    )
