"""Looking at a file leaves a row; an insider who reads one file after another is slowed, and somebody is told.

One insert and one look at an index, whose reach is bounded by the limit itself: a read costs the same
for the first file of the day and for the hundredth.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.base.audit import record
from portal.base.models import record_number
from portal.base.refused import Refused
from services.recipients.access import Reason
from services.recipients.models import Household, Unmasking
from services.recipients.reviewers import tell_reviewers
from services.recipients.sight import SightCase, SightKind

FILE = "file"
SPAN = timedelta(minutes=10)
ALARM_AT = 40  # different files within the span: somebody is told
STOP_AT = 60  # no further file until the span has moved on
AGAIN = timedelta(minutes=5)  # the same file opened again within this time is one look


def because(reasons: Sequence[Reason]) -> str:
    """Why the door was open, in one line of codes: of the first reason."""
    if not reasons:
        return ""
    first = reasons[0]
    return f"{first.source}|{first.role}|{first.cause}"[:120]


def note_opened(*, by: Any, household: Household, reasons: Sequence[Reason], at: datetime) -> None:
    """Note that somebody opened a file, once for each few minutes. Refused: too_fast."""
    recent = set(
        Unmasking.objects.filter(user=by, field=FILE, at__gt=at - SPAN)
        .order_by("-at")
        .values_list("household_id", flat=True)[: STOP_AT + 1]
    )
    if household.pk not in recent and len(recent) >= STOP_AT:
        record(by, "sight.stopped", household, household=household, count=len(recent))
        raise Refused("too_fast", _("您看得太快了。为保护住户，请过 10 分钟再看"))
    again = Unmasking.objects.filter(user=by, household=household, field=FILE, at__gt=at - AGAIN)
    if household.pk in recent and again.exists():
        return
    Unmasking.objects.create(household=household, user=by, field=FILE, because=because(reasons), at=at)
    if household.pk not in recent and len(recent) + 1 == ALARM_AT:
        _alarm(by, len(recent) + 1, at)


@transaction.atomic
def _alarm(by: Any, count: int, at: datetime) -> None:
    """Open a case for another person to look at; one for each span."""
    if SightCase.objects.filter(user=by, kind=SightKind.SEQUENCE, valid_from__gt=at - SPAN).exists():
        return
    case = SightCase.objects.create(
        no=record_number("K"),
        kind=SightKind.SEQUENCE,
        user=by,
        files_read=count,
        valid_from=at - SPAN,
        valid_to=at,
    )
    record(by, "sight.sequence", case, count=count)
    tell_reviewers(case, at)
