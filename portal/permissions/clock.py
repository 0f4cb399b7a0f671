"""How long a login lasts: twelve hours at most; half an hour without a move for those with two factors."""

import time

from django.http import HttpRequest

from portal.permissions.hats import hats

LONGEST = 12 * 3600
IDLE = 30 * 60
NOTE_EVERY = 60


def session_over(request: HttpRequest) -> bool:
    """Whether this login has run out; notes the move otherwise, at most once a minute."""
    now = int(time.time())
    started, seen = request.session.get("started"), request.session.get("seen")
    if started is None or seen is None:
        request.session["started"] = request.session["seen"] = now
        return False
    if now - started >= LONGEST:
        return True
    if now - seen >= IDLE and any(hat.rules.two_factor for hat in hats(request.user)):
        return True
    if now - seen >= NOTE_EVERY:
        request.session["seen"] = now
    return False
