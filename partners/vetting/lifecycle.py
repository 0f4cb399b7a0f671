"""The states of an application and who moves it: the applicant, the checker, the decider."""

from partners.organisations.models import BankState as B
from partners.vetting.models import ApplicationState as S
from partners.vetting.paper_models import PaperState as P
from portal.base.lifecycle import Lifecycle, Move

WAITING = frozenset({S.SUBMITTED})
OPEN = frozenset({S.DRAFT, S.SUBMITTED, S.RETURNED})

APPLICATION = Lifecycle(
    submit=Move(frozenset({S.DRAFT}), S.SUBMITTED),
    complete=Move(frozenset({S.RETURNED}), S.SUBMITTED),
    withdraw=Move(OPEN, S.WITHDRAWN),
    check=Move(WAITING, S.SUBMITTED),
    return_=Move(WAITING, S.RETURNED),
    approve=Move(WAITING, S.APPROVED),
    refuse=Move(WAITING, S.REFUSED),
)

PAPER = Lifecycle(
    accept=Move(frozenset({P.HANDED_IN}), P.ACCEPTED),
    refuse=Move(frozenset({P.HANDED_IN}), P.REFUSED),
    replace=Move(frozenset({P.HANDED_IN}), P.REFUSED),
)

BANK = Lifecycle(
    confirm=Move(frozenset({B.ASKED}), B.CONFIRMED),
    refuse=Move(frozenset({B.ASKED}), B.REFUSED),
    drop=Move(frozenset({B.ASKED}), B.REPLACED),
    replace=Move(frozenset({B.CONFIRMED}), B.REPLACED),
)

APPLICANTS = frozenset({"submit", "complete", "withdraw"})
OFFICES = frozenset({"check", "return_", "approve", "refuse"})
GIVES_REASON = frozenset({"return_", "refuse"})
