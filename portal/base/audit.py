"""Recording what happened. The sealer and the proof are in `sealing`."""

from typing import Any

from portal.base.models import AuditEvent


def record(
    by: Any, verb: str, obj: Any = None, *, household: Any = None, purpose: str = "", **detail: Any
) -> AuditEvent:
    """Append one audit row, inside the caller's transaction.

    `by` is a User or None (the system). `obj` and `household` are rows with a record number `no`.
    `detail` must be JSON and hold no name and no secret.
    """
    return AuditEvent.objects.create(
        actor=by,
        verb=verb,
        kind=obj._meta.model_name if obj is not None else "",
        object_no=str(getattr(obj, "no", "") or getattr(obj, "uid", "") or getattr(obj, "pk", ""))
        if obj is not None
        else "",
        household_no=household.no if household is not None else "",
        purpose=purpose,
        detail=detail,
    )
