"""Which step may follow which, for planned visits, records and alerts."""

from portal.base.lifecycle import Lifecycle, Move
from services.visits.models import AlertState, PlannedState, Verdict

P, V, A = PlannedState, Verdict, AlertState

PLANNED = Lifecycle(
    check_in=Move(frozenset({P.PLANNED}), P.UNDER_WAY),
    record=Move(frozenset({P.UNDER_WAY}), P.RECORDED),
    miss=Move(frozenset({P.PLANNED, P.UNDER_WAY}), P.MISSED),
    stop=Move(frozenset({P.PLANNED}), P.CANCELLED),
    # What a phone brings late, made while it had no signal: also of a visit that was thought missed, or taken off since.
    bring=Move(frozenset({P.PLANNED, P.UNDER_WAY, P.MISSED, P.CANCELLED}), P.RECORDED),
    restore=Move(frozenset({P.CANCELLED}), P.PLANNED),
)

VERDICT = Lifecycle(
    confirm=Move(frozenset({V.SUBMITTED, V.FLAGGED}), V.CONFIRMED),
    send_back=Move(frozenset({V.SUBMITTED, V.FLAGGED}), V.RETURNED),
    flag=Move(frozenset({V.SUBMITTED}), V.FLAGGED),
    complete=Move(frozenset({V.SUBMITTED, V.RETURNED}), V.SUBMITTED),
)

ALERT = Lifecycle(
    acknowledge=Move(frozenset({A.OPEN}), A.ACKNOWLEDGED),
    close=Move(frozenset({A.ACKNOWLEDGED}), A.CLOSED),
)
