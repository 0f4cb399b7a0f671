"""The states of a household file, of its ending, of a care agreement and of a care plan."""

from portal.base.lifecycle import Lifecycle, Move
from services.recipients.care_models import AgreementState as A
from services.recipients.care_models import PlanState as P
from services.recipients.ending_models import EndingState as E
from services.recipients.models import HouseholdState as S

HOUSEHOLD = Lifecycle(
    pause=Move(frozenset({S.ACTIVE}), S.PAUSED),
    resume=Move(frozenset({S.PAUSED}), S.ACTIVE),
    close=Move(frozenset({S.ACTIVE, S.PAUSED}), S.CLOSED),
    # what a correction does, and nothing else
    reopen=Move(frozenset({S.CLOSED}), S.ACTIVE),
    reopen_paused=Move(frozenset({S.CLOSED}), S.PAUSED),
)

# A death or closing entered by mistake: one asks, another undoes it or says that it was right.
ENDING = Lifecycle(
    ask=Move(frozenset({E.STANDS}), E.ASKED),
    keep=Move(frozenset({E.ASKED}), E.STANDS),
    undo=Move(frozenset({E.STANDS, E.ASKED}), E.UNDONE),
)

# The care agreement: drafted, shown to the parties, signed, in force until its term or its end.
AGREEMENT = Lifecycle(
    change=Move(frozenset({A.DRAFT}), A.DRAFT),
    submit=Move(frozenset({A.DRAFT}), A.TO_SIGN),
    send_back=Move(frozenset({A.TO_SIGN}), A.DRAFT),
    sign=Move(frozenset({A.TO_SIGN}), A.LIVE),
    lapse=Move(frozenset({A.LIVE}), A.LAPSED),
    end=Move(frozenset({A.DRAFT, A.TO_SIGN, A.LIVE}), A.ENDED),
    # what the correction of a mistaken death does
    restore=Move(frozenset({A.ENDED}), A.LIVE),
    redraft=Move(frozenset({A.ENDED}), A.DRAFT),
)

# The care plan: one writes it, another approves it; a newly approved one replaces the one before.
PLAN = Lifecycle(
    change=Move(frozenset({P.DRAFT}), P.DRAFT),
    submit=Move(frozenset({P.DRAFT}), P.SUBMITTED),
    send_back=Move(frozenset({P.SUBMITTED}), P.DRAFT),
    approve=Move(frozenset({P.SUBMITTED}), P.APPROVED),
    replace=Move(frozenset({P.APPROVED}), P.REPLACED),
    end=Move(frozenset({P.DRAFT, P.SUBMITTED, P.APPROVED}), P.ENDED),
    # what the correction of a mistaken death does
    restore=Move(frozenset({P.ENDED}), P.APPROVED),
    redraft=Move(frozenset({P.ENDED}), P.DRAFT),
)
