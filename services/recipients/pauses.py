"""A household that nobody visits for a while: in hospital, away, refuses; and its return.

What this does to visits planned is in `services.casework.stopping`, in the same transaction.
"""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.base.audit import record
from portal.base.models import OPEN_END
from portal.base.refused import Refused
from services.recipients.lifecycle import HOUSEHOLD
from services.recipients.models import Household, HouseholdPause, PauseReason


def step_file(household: Household, verb: str, version: int) -> Household:
    """Take the file's next step if nobody changed it since. Refused: wrong_state, stale."""
    target = HOUSEHOLD.step(household.state, verb)
    won = Household.objects.filter(
        pk=household.pk, version=version, state__in=HOUSEHOLD.sources(verb)
    ).update(state=target, version=F("version") + 1)
    if not won:
        raise Refused("stale", _("这户的档案刚被别人改过。您填的还在，请核对后再按一次"))
    household.refresh_from_db()
    return household


@transaction.atomic
def pause_household(
    *,
    by: Any,
    household: Household,
    version: int,
    reason: str,
    words: str = "",
    expected_on: date | None = None,
    at: datetime,
) -> HouseholdPause:
    """Nobody goes there from now on. Refused: wrong_state, stale, words_empty, expected_past."""
    if reason == PauseReason.OTHER and not words.strip():
        raise Refused("words_empty", _("选“其他”要写明原因"), field="words")
    if expected_on is not None and expected_on < timezone.localdate(at):
        raise Refused("expected_past", _("恢复日期不能早于今天"), field="expected_on")
    step_file(household, "pause", version)
    row = HouseholdPause.objects.create(
        household=household,
        reason=reason,
        words=words.strip(),
        expected_on=expected_on,
        valid_from=at,
        paused_by=by,
    )
    record(by, "household.paused", household, household=household, reason=reason)
    return row


@transaction.atomic
def resume_household(*, by: Any, household: Household, version: int, at: datetime) -> HouseholdPause | None:
    """Visits may go there again; returns the pause that ends. Refused: wrong_state, stale."""
    step_file(household, "resume", version)
    row = household.pauses.filter(valid_to=OPEN_END).first()
    household.pauses.filter(valid_to=OPEN_END).update(valid_to=at, resumed_by=by)
    record(by, "household.resumed", household, household=household)
    return row


def standing_pause(household: Household) -> HouseholdPause | None:
    """The pause under way, if any."""
    return next((row for row in household.pauses.all() if row.valid_to == OPEN_END), None)
