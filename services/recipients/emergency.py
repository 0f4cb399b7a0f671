"""Break-glass: one household for thirty minutes, with a written reason; another person reviews it afterwards."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.base.audit import record
from portal.base.models import record_number
from portal.base.outbox import post
from portal.base.refused import Refused
from portal.base.row_security import beyond
from services.recipients.access import EMERGENCY, close_file
from services.recipients.kin import is_kin
from services.recipients.models import Household, Unmasking
from services.recipients.opening import grant_person
from services.recipients.reviewers import tell_reviewers
from services.recipients.sight import SightCase, SightKind, SightVerdict
from services.recipients.why import field_labels

ASK = "services.ask_emergency"
LASTS = timedelta(minutes=30)
GROUND_AT_LEAST = 10
A_DAY = 5
SHOWN_LOOKS = 100


@transaction.atomic
def ask_emergency(*, by: Any, household_no: str, ground: str, at: datetime) -> SightCase:
    """Open one household to `by` for half an hour; those who review are told at once.

    Refused: ground_short, too_many, no_household (the same for near kin as for a number that never was),
    sees_already.
    """
    ground = ground.strip()
    if len(ground) < GROUND_AT_LEAST:
        raise Refused("ground_short", _("请写清楚出了什么事，至少 10 个字"), field="ground")
    used = SightCase.objects.filter(user=by, kind=SightKind.EMERGENCY, valid_from__gt=at - timedelta(days=1))
    if used.count() >= A_DAY:
        raise Refused("too_many", _("一天最多紧急查看 5 户。请打县里值班电话"))
    with beyond("emergency"):
        household = Household.objects.filter(no=household_no.strip().upper()).first()
    if household is None or is_kin(by, household.pk, at):
        raise Refused("no_household", _("没有这个编号的住户，请再核一遍"), field="no")
    if Household.objects.visible_to(by, at).filter(pk=household.pk).exists():
        raise Refused("sees_already", _("这户您现在就能看，不用紧急查看"), field="no")
    with beyond("emergency"):
        case = SightCase.objects.create(
            no=record_number("K"),
            kind=SightKind.EMERGENCY,
            user=by,
            household=household,
            ground=ground[:200],
            valid_from=at,
            valid_to=at + LASTS,
        )
    grant_person(
        household=household, user=by, cause=f"{EMERGENCY}:{case.no}", since=at, until=case.valid_to, by=by
    )
    record(by, "sight.emergency", case, household=household, purpose=case.ground)
    tell_reviewers(case, at)
    return case


@transaction.atomic
def end_emergency(*, by: Any, case: SightCase, at: datetime) -> None:
    """Give the sight back before its time. Refused: over."""
    won = SightCase.objects.filter(
        pk=case.pk, user=by, kind=SightKind.EMERGENCY, valid_from__lte=at, valid_to__gt=at
    ).update(valid_to=at, updated_at=at)
    if not won:
        raise Refused("over", _("这次紧急查看已经结束了"))
    close_file(cause=f"{EMERGENCY}:{case.no}", at=at)
    record(by, "sight.emergency_ended", case, household=case.household)


@transaction.atomic
def review_sight(*, by: Any, case: SightCase, verdict: str, finding: str, at: datetime) -> SightCase:
    """Say whether the sight was justified; never the person concerned, under any account of theirs.

    Refused: own_case, reviewed, verdict_unknown, finding_empty.
    """
    if case.user_id == by.pk or (by.identity_id is not None and case.user.identity_id == by.identity_id):
        raise Refused("own_case", _("自己的查看，要请另一个人来复核"))
    if verdict not in {SightVerdict.JUSTIFIED, SightVerdict.NOT_JUSTIFIED}:
        raise Refused("verdict_unknown", _("请选有没有道理"), field="verdict")
    finding = finding.strip()
    if len(finding) < 4:
        raise Refused("finding_empty", _("请写明看了什么、怎么定的，至少 4 个字"), field="finding")
    won = SightCase.objects.filter(pk=case.pk, verdict=SightVerdict.OPEN).update(
        verdict=verdict, finding=finding[:200], reviewed_by=by, reviewed_at=at, updated_at=at
    )
    if not won:
        raise Refused("reviewed", _("已经有人复核过了"))
    case.refresh_from_db()
    record(by, "sight.reviewed", case, household=case.household, purpose=case.finding, verdict=verdict)
    post(case.user, "sight_reviewed", case)
    return case


def running(user: Any, at: datetime) -> list[SightCase]:
    """The person's break-glasses under way, the one that ends first on top."""
    rows = SightCase.objects.filter(
        user=user, kind=SightKind.EMERGENCY, valid_from__lte=at, valid_to__gt=at
    ).select_related("household")
    return list(rows.order_by("valid_to"))


@dataclass(frozen=True)
class Look:
    """One look in a case, in words."""

    at: datetime
    household: Household
    what: str
    ground: str


def looks_in(case: SightCase) -> list[Look]:
    """What the person looked at in the span of the case, newest first; of an emergency only its household."""
    rows = Unmasking.objects.filter(user=case.user, at__gte=case.valid_from, at__lte=case.valid_to)
    if case.household_id is not None:
        rows = rows.filter(household=case.household_id)
    words = field_labels() | {"file": _("打开档案")}
    return [
        Look(row.at, row.household, str(words.get(row.field, row.field)), row.ground)
        for row in rows.select_related("household").order_by("-at", "-pk")[:SHOWN_LOOKS]
    ]
