"""Looking behind a mask: a click, with a written ground where the table of fields asks for one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from portal.base.audit import record
from portal.base.refused import Refused
from services.recipients.access import Reason, explain, windows
from services.recipients.fields import CLICK, GROUND, shown
from services.recipients.looking import because
from services.recipients.models import Household, Unmasking

CAN_BE_UNMASKED = ("name", "id_number", "phone", "address", "health", "circle")


@transaction.atomic
def unmask(*, by: Any, household: Household, field: str, ground: str, at: datetime) -> Unmasking:
    """Note that somebody looks at a masked field now. Http404 where the field is not theirs to open.

    Refused: ground_empty.
    """
    reasons = explain(by, household)
    window = windows(by, [household], at)[household.pk]
    mode = shown(reasons, window).mode(field) if field in CAN_BE_UNMASKED else ""
    if mode not in {CLICK, GROUND}:
        raise Http404
    ground = ground.strip()
    if mode == GROUND and len(ground) < 4:
        raise Refused("ground_empty", _("请写明为什么要看，至少 4 个字"), field="ground")
    row = Unmasking.objects.create(
        household=household, user=by, field=field, ground=ground[:200], because=because(reasons), at=at
    )
    record(by, "household.unmasked", household, household=household, purpose=ground[:200], field=field)
    return row


def note_health_read(*, by: Any, household: Household, reasons: Sequence[Reason], at: datetime) -> None:
    """Health notes shown without a click leave a line too."""
    Unmasking.objects.create(household=household, user=by, field="health", because=because(reasons), at=at)
    record(by, "household.health_read", household, household=household, field="health")
