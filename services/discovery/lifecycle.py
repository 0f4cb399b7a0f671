"""The ways of a run and of what it found."""

from portal.base.lifecycle import Lifecycle, Move
from services.discovery.models import DiscoveryState as D
from services.discovery.models import RunState as R

RUN = Lifecycle(
    begin=Move(frozenset({R.QUEUED, R.RUNNING}), R.RUNNING),
    finish=Move(frozenset({R.RUNNING}), R.DONE),
)
DISCOVERY = Lifecycle(
    report=Move(frozenset({D.OPEN}), D.BEGUN),
    dismiss=Move(frozenset({D.OPEN}), D.DISMISSED),
    lapse=Move(frozenset({D.OPEN}), D.LAPSED),
    reopen=Move(frozenset({D.LAPSED}), D.OPEN),
)
