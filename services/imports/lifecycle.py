"""The way of a file: headings matched, checked, applied."""

from portal.base.lifecycle import Lifecycle, Move
from services.imports.models import BatchState as S

BATCH = Lifecycle(
    check=Move(frozenset({S.MAPPING, S.CHECKED}), S.CHECKING),
    finish_check=Move(frozenset({S.CHECKING}), S.CHECKED),
    apply=Move(frozenset({S.CHECKED}), S.APPLYING),
    finish_apply=Move(frozenset({S.APPLYING}), S.DONE),
    stop=Move(frozenset({S.MAPPING, S.CHECKING, S.CHECKED, S.APPLYING}), S.STOPPED),
)
