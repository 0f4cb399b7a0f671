"""The one statement by which an offer is taken, and the switch that proves it is needed.

`settings.FAULTS` is empty everywhere but in tests: there a run without this guard must show that
several people win.
"""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import OperationalError
from django.db.models import F

from services.matching import access
from services.matching.lifecycle import OFFER
from services.matching.models import Offer
from services.tasks.lifecycle import NEED
from services.tasks.models import Need

PATIENCE = 6


def off() -> bool:
    """Whether a test has switched the guard off."""
    return "accept_without_guard" in settings.FAULTS


def patiently(act: Callable[..., Any], **more: Any) -> Any:
    """Run an action again when the database gave up waiting for a lock: the one before has ended by then."""
    for _turn in range(PATIENCE):
        try:
            return act(**more)
        except OperationalError as problem:
            if "lock" not in str(problem):
                raise
    return act(**more)


def take(offer: Offer, by: Any, at: datetime) -> bool:
    """Close the offer for `by` if it is open and theirs to answer: right, state and time in one statement."""
    if off():
        return _take_unguarded(offer, by, at)
    return bool(
        Offer.objects.filter(access.open_at(at), access.answerable_by(by, at))
        .filter(pk=offer.pk, version=offer.version)
        .update(
            state=OFFER.moves["accept"].target,
            version=F("version") + 1,
            answered_at=at,
            answered_by=by,
            updated_at=at,
        )
    )


def place(need_id: int, at: datetime) -> bool:
    """The need is placed, from the state that the offer gave it."""
    rows = Need.objects.filter(pk=need_id)
    if not off():
        rows = rows.filter(state__in=NEED.sources("place"))
    return bool(rows.update(state=NEED.moves["place"].target, version=F("version") + 1, updated_at=at))


def _take_unguarded(offer: Offer, by: Any, at: datetime) -> bool:
    """Look, then write: what must not be done, kept so that the race test has something to catch."""
    row = Offer.objects.get(pk=offer.pk)
    if not OFFER.allows(row.state, "accept") or row.expires_at <= at:
        return False
    time.sleep(0.002)
    row.state, row.answered_at, row.answered_by = OFFER.step(row.state, "accept"), at, by
    row.save(update_fields=["state", "answered_at", "answered_by", "updated_at"])
    return True
