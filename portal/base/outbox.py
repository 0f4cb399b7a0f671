"""Telling others: a row written with its cause; the relay in `relay` delivers it."""

from typing import Any

from portal.base.models import OutboxMessage


def post(
    receiver: Any, topic: str, obj: Any, *, household: Any = None, urgent: bool = False, dedupe: str = ""
) -> None:
    """Write one message for `receiver` (a User) in the caller's transaction; a repeat is one message.

    `topic` names the words of the message (`portal.base.topics`), `obj` is a row with a record number or a uid.
    """
    no = str(getattr(obj, "no", "") or obj.uid)
    OutboxMessage.objects.bulk_create(
        [
            OutboxMessage(
                dedupe_key=dedupe or f"{topic}:{no}:{getattr(obj, 'version', 0)}:{receiver.pk}",
                topic=topic,
                receiver=receiver,
                kind=obj._meta.model_name,
                object_no=no,
                household_no=household.no if household is not None else "",
                urgent=urgent,
            )
        ],
        ignore_conflicts=True,
    )
