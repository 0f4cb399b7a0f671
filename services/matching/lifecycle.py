"""The states of an offer."""

from portal.base.lifecycle import Lifecycle, Move
from services.matching.models import OfferState as S

OFFER = Lifecycle(
    accept=Move(frozenset({S.WAITING}), S.ACCEPTED),
    decline=Move(frozenset({S.WAITING}), S.DECLINED),
    withdraw=Move(frozenset({S.WAITING}), S.WITHDRAWN),
    expire=Move(frozenset({S.WAITING}), S.EXPIRED),
)
