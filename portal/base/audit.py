"""Recording what happened. The sealer and the proof are in `sealing`."""

import hashlib
from typing import Any

from portal.base.models import AuditEvent, AuditWords


def words_mark(words: AuditWords) -> str:
    """What an audit row keeps of the reason typed for it."""
    return hashlib.sha256(f"{words.uid}|{words.text}".encode()).hexdigest()


def record(
    by: Any, verb: str, obj: Any = None, *, household: Any = None, purpose: str = "", **detail: Any
) -> AuditEvent:
    """Append one audit row, inside the caller's transaction.

    `by` is a User or None (the system). `obj` and `household` are rows with a record number `no`.
    `detail` must be JSON and hold no name and no secret; `purpose` is what somebody typed, and can be erased.
    """
    words = AuditWords(text=str(purpose)) if purpose else None
    event = AuditEvent.objects.create(
        actor=by,
        verb=verb,
        kind=obj._meta.model_name if obj is not None else "",
        object_no=str(getattr(obj, "no", "") or getattr(obj, "uid", "") or getattr(obj, "pk", ""))
        if obj is not None
        else "",
        household_no=household.no if household is not None else "",
        purpose_mark=words_mark(words) if words is not None else "",
        detail=detail,
    )
    if words is not None:
        words.event = event
        words.save(force_insert=True)
    return event
