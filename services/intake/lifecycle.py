"""The states of a report."""

from portal.base.lifecycle import Lifecycle, Move
from services.intake.models import ReportState as S

REPORT = Lifecycle(
    verify=Move(frozenset({S.RECEIVED}), S.VERIFIED),
    add_note=Move(frozenset({S.RECEIVED}), S.RECEIVED),
    close=Move(frozenset({S.RECEIVED, S.VERIFIED}), S.CLOSED),
)
