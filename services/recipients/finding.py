"""Finding a household by a whole ID number: exact, within one's own sight, and always noted."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from portal.base.audit import record
from portal.base.models import AuditEvent
from portal.base.privacy import blind_indexes
from portal.base.refused import Refused
from services.recipients.models import Household
from services.recipients.people import ID_PURPOSE

FIND = "services.find_by_number"
SPAN = timedelta(hours=1)
AT_MOST = 30


def find_by_number(*, by: Any, number: str, ground: str, at: datetime) -> Household | None:
    """The household of the person with this ID number, if the door opens it to `by`; None otherwise.

    One out of sight and one that never was are noted and answered alike. Refused: too_many.
    """
    asked = AuditEvent.objects.filter(actor=by, verb="household.sought_by_number", at__gt=at - SPAN)
    if asked[:AT_MOST].count() >= AT_MOST:
        raise Refused("too_many", _("一小时最多找 30 次，请过一会儿再找"))
    rows = Household.objects.visible_to(by).filter(persons__id_blind__in=blind_indexes(number, ID_PURPOSE))
    found = rows.select_related("region__parent", "township").first()
    record(by, "household.sought_by_number", found, household=found, purpose=ground.strip()[:200])
    return found
