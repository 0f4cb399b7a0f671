"""The states of a household file."""

from portal.base.lifecycle import Lifecycle, Move
from services.recipients.models import HouseholdState as S

HOUSEHOLD = Lifecycle(
    pause=Move(frozenset({S.ACTIVE}), S.PAUSED),
    resume=Move(frozenset({S.PAUSED}), S.ACTIVE),
    close=Move(frozenset({S.ACTIVE, S.PAUSED}), S.CLOSED),
)
