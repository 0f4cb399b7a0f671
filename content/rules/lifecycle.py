"""The ways of a proposed standard."""

from content.rules.models import ChangeState as S
from portal.base.lifecycle import Lifecycle, Move

CHANGE = Lifecycle(
    publish=Move(frozenset({S.PROPOSED}), S.PUBLISHED),
    refuse=Move(frozenset({S.PROPOSED}), S.REFUSED),
    withdraw=Move(frozenset({S.PROPOSED}), S.WITHDRAWN),
)
