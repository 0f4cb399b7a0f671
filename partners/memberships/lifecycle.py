"""The states of a membership, as a table of moves."""

from partners.memberships.models import MembershipState as S
from portal.base.lifecycle import Lifecycle, Move

_INVITED, _JOINED = frozenset({S.INVITED}), frozenset({S.JOINED})

MEMBERSHIP = Lifecycle(
    renew=Move(_INVITED, S.INVITED),
    withdraw=Move(_INVITED, S.ENDED),
    decline=Move(_INVITED, S.ENDED),
    expire=Move(_INVITED, S.ENDED),
    join=Move(_INVITED, S.JOINED),
    plan_end=Move(_JOINED, S.JOINED),
    end=Move(_JOINED, S.ENDED),
)
