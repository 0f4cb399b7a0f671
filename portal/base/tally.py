"""Counting tries, so that limits hold over all processes without any server but the database.

One row for each thing counted, changed by conditional updates alone: of two who take the last turn at
once, one gets it. What is counted (a number, an address) is stored as a keyed fingerprint.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from portal.base.models import Tally
from portal.base.privacy import blind_index


@dataclass(frozen=True)
class Limit:
    """At most `most` turns in each span of `seconds`, which begins with the first."""

    name: str
    most: int
    seconds: int


def _key(limit: Limit, what: str) -> str:
    return f"{limit.name}:{blind_index(what, 'tally')}"


def take(limit: Limit, what: str, *, at: datetime | None = None) -> bool:
    """Take one turn; False when none is left, and then nothing is counted."""
    if limit.most < 1:
        return False
    at = at or timezone.now()
    key = _key(limit, what)
    rows = Tally.objects.filter(key=key)
    until = at + timedelta(seconds=limit.seconds)
    for _once_more in range(3):
        if rows.filter(until__gt=at, count__lt=limit.most).update(count=F("count") + 1):
            return True
        if rows.filter(until__lte=at).update(count=1, until=until):
            return True
        row = rows.first()
        if row is None and _begin(key, until):
            return True
        if row is not None and row.count >= limit.most:
            return False
        # Another process began the row at this moment: count there.
    return False


def _begin(key: str, until: datetime) -> bool:
    try:
        with transaction.atomic():
            Tally.objects.create(key=key, count=1, until=until)
    except IntegrityError:
        return False
    return True


def give_back(limit: Limit, what: str) -> None:
    """Take one turn back: it was no wrong try after all."""
    Tally.objects.filter(key=_key(limit, what), count__gt=0).update(count=F("count") - 1)


def left(limit: Limit, what: str, *, at: datetime | None = None) -> int:
    """How many turns are left in the present span."""
    row = Tally.objects.filter(key=_key(limit, what), until__gt=at or timezone.now()).first()
    return limit.most - row.count if row is not None else limit.most


def sweep_tallies() -> int:
    """Remove spans that are over; returns how many."""
    return Tally.objects.filter(until__lte=timezone.now()).delete()[0]
