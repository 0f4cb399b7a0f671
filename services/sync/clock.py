"""What the server believes of a phone's clock: bounded between two moments of its own. No queries.

The order of visits is that of their arrival, never that of a phone's clock (security 4.2).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

# So much may a phone's clock run away between its last contact and the door without anybody looking at it.
SLACK = timedelta(minutes=2)


@dataclass(frozen=True)
class Told:
    """What the phone wrote down: its own clock at the door, and at its last contact with the server.

    `mono` is how long the phone knows it ran since that contact, until the end: a lower bound, it stops in sleep.
    """

    started_wall: datetime
    ended_wall: datetime
    last_server: datetime | None = None
    last_wall: datetime | None = None
    mono: timedelta | None = None


@dataclass(frozen=True)
class Believed:
    """The span that counts, and whether a person should look at it."""

    started_at: datetime
    ended_at: datetime
    suspect: bool


def believe(told: Told, *, issued_at: datetime | None, received_at: datetime) -> Believed:
    """Correct a visit's span by the phone's error at its last contact, then keep it between the server's moments."""
    server = told.last_server
    lied = server is not None and server > received_at + SLACK
    if lied:
        server = None
    moments = [moment for moment in (issued_at, server) if moment is not None and moment <= received_at]
    earliest = max(moments) if moments else None
    shift = server - told.last_wall if server is not None and told.last_wall is not None else timedelta(0)
    started, ended = _add(told.started_wall, shift), _add(told.ended_wall, shift)
    if server is not None and told.mono is not None:
        ran = _add(server, max(told.mono, timedelta(0)))
        lied = lied or ran > ended + SLACK
        ended = max(ended, ran)
    kept_start, kept_end = (_bounded(moment, earliest, received_at) for moment in (started, ended))
    kept_end = max(kept_start, kept_end)
    moved = max(abs(kept_start - started), abs(kept_end - ended)) > SLACK
    return Believed(kept_start, kept_end, suspect=lied or moved or ended < started)


def _bounded(moment: datetime, earliest: datetime | None, latest: datetime) -> datetime:
    moment = min(moment, latest)
    return moment if earliest is None else max(moment, earliest)


def _add(moment: datetime, span: timedelta) -> datetime:
    """A sum that stays a moment, however wild the phone's clock is."""
    try:
        return moment + span
    except OverflowError:
        return moment
