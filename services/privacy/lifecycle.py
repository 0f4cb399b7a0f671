"""The states of a request."""

from portal.base.lifecycle import Lifecycle, Move
from services.privacy.models import RequestState as S

REQUEST = Lifecycle(
    answer=Move(frozenset({S.RECEIVED}), S.DONE),
    refuse=Move(frozenset({S.RECEIVED}), S.REFUSED),
    erase=Move(frozenset({S.RECEIVED}), S.DONE),
)
