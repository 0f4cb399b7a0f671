"""What a visitor must know before the door, and the lines that one worker leaves for the next."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from portal.base.audit import record
from portal.base.models import OPEN_END
from portal.base.refused import Refused
from services.recipients.models import HandoverNote, Household, HouseholdRisk

LONGEST_NOTE = 500


@transaction.atomic
def note_risk(*, by: Any, household: Household, kind: str, words: str, at: datetime) -> HouseholdRisk:
    """Warn every visitor of this from now on. Refused: risk_known."""
    try:
        with transaction.atomic():
            row = HouseholdRisk.objects.create(
                household=household, kind=kind, words=words.strip(), noted_by=by, valid_from=at
            )
    except IntegrityError:
        if not HouseholdRisk.objects.filter(household=household, kind=kind, valid_to=OPEN_END).exists():
            raise
        raise Refused("risk_known", _("这项风险已经登记，不用再登"), field="kind") from None
    record(by, "risk.noted", row, household=household, kind=kind)
    return row


@transaction.atomic
def end_risk(*, by: Any, row: HouseholdRisk, reason: str, at: datetime) -> HouseholdRisk:
    """The danger is over. Refused: reason_empty, risk_over."""
    if not reason.strip():
        raise Refused("reason_empty", _("请写明原因"), field="reason")
    ended = HouseholdRisk.objects.filter(pk=row.pk, valid_to=OPEN_END).update(
        valid_to=at, ended_by=by, end_reason=reason.strip()[:200]
    )
    if not ended:
        raise Refused("risk_over", _("这项风险已经解除了"))
    row.refresh_from_db()
    record(by, "risk.ended", row, household=row.household, kind=row.kind, purpose=row.end_reason)
    return row


@transaction.atomic
def write_handover(*, by: Any, household: Household, words: str) -> HandoverNote:
    """Leave a line for whoever comes next. Refused: words_empty, words_long."""
    words = words.strip()
    if not words:
        raise Refused("words_empty", _("请写要交接的话"), field="words")
    if len(words) > LONGEST_NOTE:
        raise Refused("words_long", _("太长了，请写在 500 字以内"), field="words")
    row = HandoverNote.objects.create(household=household, author=by, words=words)
    record(by, "handover.written", row, household=household)
    return row


@transaction.atomic
def strike_handover(*, by: Any, row: HandoverNote, at: datetime) -> HandoverNote:
    """Strike out one's own line, or one in the area whose files one keeps. Refused: handover_struck."""
    if not HandoverNote.objects.filter(pk=row.pk, struck_at=None).update(struck_at=at, struck_by=by):
        raise Refused("handover_struck", _("这条已经划掉了"))
    row.refresh_from_db()
    record(by, "handover.struck", row, household=row.household)
    return row


def standing_risks(household: Household) -> list[HouseholdRisk]:
    """What a visitor must know now; reads the prefetched rows where there are any."""
    return [row for row in household.risks.all() if row.valid_to == OPEN_END]


def standing_handovers(household: Household) -> list[HandoverNote]:
    """The lines that were not struck out, newest first."""
    return [row for row in household.handovers.all() if row.struck_at is None]
