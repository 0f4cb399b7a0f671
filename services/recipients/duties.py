"""Separation of duties: nobody assesses, assigns and settles one household alone.

Each room tells from its own rows who did its duty; every account of one human counts as that human.
"""

from collections.abc import Callable
from enum import Enum
from typing import Any

from django.utils.translation import gettext as _

from portal.base.refused import Refused
from portal.models import User
from services.recipients.models import Assessment, Household


class Duty(Enum):
    """The three that must not lie in one hand."""

    ASSESS = "assess"
    ASSIGN = "assign"
    SETTLE = "settle"


Reader = Callable[[list[int], Household], bool]
_readers: dict[Duty, list[Reader]] = {duty: [] for duty in Duty}


def register_duty(duty: Duty, reader: Reader) -> None:
    """Let a room say whether any of these users (by key) did a duty for a household."""
    if reader not in _readers[duty]:
        _readers[duty].append(reader)


def done_by(user: Any, household: Household) -> set[Duty]:
    """The duties that this human has done for this household."""
    keys = [user.pk]
    if user.identity_id is not None:
        keys = list(User.objects.filter(identity_id=user.identity_id).values_list("pk", flat=True))
    return {duty for duty, readers in _readers.items() if any(reader(keys, household) for reader in readers)}


def refuse_third_duty(user: Any, household: Household, duty: Duty) -> None:
    """Whoever did the other two leaves this one to another person. Refused: all_three_duties."""
    if set(Duty) - {duty} <= done_by(user, household):
        raise Refused("all_three_duties", _("这户的评估、派单、核账您办了两样，第三样请同事来办"))


def _assessed(keys: list[int], household: Household) -> bool:
    return Assessment.objects.filter(person__household=household, assessor__in=keys).exists()


register_duty(Duty.ASSESS, _assessed)
