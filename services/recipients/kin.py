"""Near relatives: which files are shut to a person because a household is their own kin.

A tie is a hat of its own kind, so that it is read, remembered and forgotten with the others.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import Q

from portal.base.row_security import beyond
from portal.permissions.hats import Hat, hats
from portal.permissions.stamps import Watch
from services.recipients.sight import KinTie

# A tie holds for every account of one human, so it changes the stamp of them all.
WATCHES = (
    Watch(
        "services_kintie",
        ("user_id", "household_id", "valid_from", "valid_to"),
        "id = {row}.user_id OR identity_id IN (SELECT k.identity_id FROM portal_user k WHERE k.id = {row}.user_id)",
    ),
    Watch("portal_user", ("identity_id",), "id = {row}.id"),
)


def kin_hats(user: Any, at: datetime) -> Iterator[Hat]:
    """One hat for each household whose near kin this human is, under any account, now or later.

    Read whole whoever asks: a process remembers the hats of a person for everybody's questions.
    """
    mine = Q(user_id=user.pk)
    if user.identity_id is not None:
        mine |= Q(user__identity_id=user.identity_id)
    with beyond("hats"):
        ties = list(KinTie.objects.filter(mine, valid_to__gt=at))
    for tie in ties:
        yield Hat(
            role="near_kin",
            shut_household=tie.household_id,
            cause=f"kin:{tie.uid}",
            valid_from=tie.valid_from,
            valid_to=tie.valid_to,
        )


def shut_households(worn: Iterable[Hat]) -> frozenset[int]:
    """Keys of the households that these hats shut."""
    return frozenset(hat.shut_household for hat in worn if hat.shut_household is not None)


def is_kin(user: Any, household_id: int, at: datetime) -> bool:
    """Whether this human may have nothing to do with that household."""
    return household_id in shut_households(hats(user, at))
