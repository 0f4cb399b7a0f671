"""Asking for one record number after another that is not there for the asker: answered no further, and told.

Who guesses numbers learns nothing from a 404 that is the same for all of them; this stops the trying itself.
What a person may see stays open to them all the while, so that nobody is kept from their work.
"""

from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache

from portal.base.audit import record

SPAN = timedelta(minutes=10)
# By hand one mistypes a few numbers in ten minutes, and opens a dozen old links whose task has ended.
ALARM_AT = 25  # different numbers within the span: it is noted for the system administrator
STOP_AT = 40  # further ones are answered 429 until the span has moved on


def typed_nothing(request: Any, number: str) -> None:
    """A number that was typed or sent, not in the address, is nothing for the asker; it counts like one in an address."""
    request.typed_nothing = number


def _key(user: Any) -> str:
    return f"probing:{user.pk}"


def note_missed(*, by: Any, number: str, at: datetime) -> bool:
    """Note that `number` is nothing for this person; whether they must wait now. One number counts once."""
    since = (at - SPAN).timestamp()
    missed: dict[str, float] = {n: t for n, t in cache.get(_key(by), {}).items() if t > since}
    if number in missed:
        return len(missed) >= STOP_AT
    if len(missed) >= STOP_AT:
        missed.pop(min(missed, key=lambda each: missed[each]))  # still asking: the wait goes on
        stopped = True
    else:
        stopped = False
        if len(missed) + 1 == ALARM_AT:
            record(by, "sight.probing", count=ALARM_AT)
    missed[number] = at.timestamp()
    cache.set(_key(by), missed, int(SPAN.total_seconds()))
    return stopped
