"""The states of a review: received, proposed by the township, decided by another person in writing."""

from portal.base.lifecycle import Lifecycle, Move
from services.assistance.models import ReviewState as S

REVIEW = Lifecycle(
    propose=Move(frozenset({S.RECEIVED}), S.PROPOSED),
    send_back=Move(frozenset({S.PROPOSED}), S.RECEIVED),
    decide=Move(frozenset({S.PROPOSED}), S.DECIDED),
    withdraw=Move(frozenset({S.RECEIVED}), S.WITHDRAWN),
)
