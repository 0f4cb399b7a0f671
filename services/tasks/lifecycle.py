"""The states of a need and of a task, as tables of moves."""

from portal.base.lifecycle import Lifecycle, Move
from services.tasks.models import NeedState, TaskState

_N = NeedState
_T = TaskState

NEED = Lifecycle(
    verify=Move(frozenset({_N.TO_VERIFY}), _N.TO_MATCH),
    offer=Move(frozenset({_N.TO_MATCH}), _N.OFFERED),
    unoffer=Move(frozenset({_N.OFFERED}), _N.TO_MATCH),
    place=Move(frozenset({_N.TO_MATCH, _N.OFFERED}), _N.PLACED),
    vacate=Move(frozenset({_N.PLACED}), _N.TO_MATCH),
    pause=Move(frozenset({_N.TO_MATCH, _N.PLACED}), _N.PAUSED),
    resume=Move(frozenset({_N.PAUSED}), _N.TO_MATCH),
    close=Move(frozenset({_N.TO_VERIFY, _N.TO_MATCH, _N.PLACED, _N.PAUSED}), _N.CLOSED),
    # what the correction of a mistaken death does
    recheck=Move(frozenset({_N.CLOSED}), _N.TO_VERIFY),
    rematch=Move(frozenset({_N.CLOSED}), _N.TO_MATCH),
    rest=Move(frozenset({_N.CLOSED}), _N.PAUSED),
    stand=Move(frozenset({_N.CLOSED}), _N.PLACED),
)

TASK = Lifecycle(
    assign=Move(frozenset({_T.UNASSIGNED}), _T.LIVE),
    reassign=Move(frozenset({_T.LIVE}), _T.LIVE),
    release=Move(frozenset({_T.LIVE}), _T.UNASSIGNED),
    accompany=Move(frozenset({_T.LIVE}), _T.LIVE),
    plan=Move(frozenset({_T.LIVE}), _T.LIVE),
    pause=Move(frozenset({_T.LIVE}), _T.PAUSED),
    resume=Move(frozenset({_T.PAUSED}), _T.LIVE),
    reopen=Move(frozenset({_T.PAUSED}), _T.UNASSIGNED),  # resumed after the one who went had left
    end=Move(frozenset({_T.UNASSIGNED, _T.LIVE, _T.PAUSED}), _T.ENDED),
    restore=Move(frozenset({_T.ENDED}), _T.UNASSIGNED),  # its household's death was a mistake
)
