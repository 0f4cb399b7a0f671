"""The way of an export: agreed to where names show in full, made, gone."""

from portal.base.lifecycle import Lifecycle, Move
from services.exports.models import ExportState as S

EXPORT_MOVES = Lifecycle(
    agree=Move(frozenset({S.WAITING}), S.QUEUED),
    refuse=Move(frozenset({S.WAITING}), S.REFUSED),
    finish=Move(frozenset({S.QUEUED}), S.READY),
    fail=Move(frozenset({S.QUEUED}), S.FAILED),
    expire=Move(frozenset({S.READY}), S.GONE),
)
