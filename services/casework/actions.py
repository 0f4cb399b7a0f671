"""Verbs that span rooms: a verified report becomes a household's and raises its needs."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.base.refused import Refused
from services.intake.actions import tie_report
from services.intake.models import Report
from services.recipients.access import may_household
from services.recipients.models import Household
from services.tasks.access import VERIFY
from services.tasks.models import Need
from services.tasks.need_actions import raise_need


@transaction.atomic
def verify_report(
    *,
    by: Any,
    report: Report,
    version: int,
    household: Household,
    services: list[str],
    at: datetime | None = None,
) -> list[Need]:
    """Tie a report to its household and raise the needs found there.

    Refused: not_your_area, wrong_state, stale, need_open, household_not_active.
    """
    at = at or timezone.now()
    if not may_household(by, VERIFY, household):
        raise Refused("not_your_area", _("这户不归您管，请另选"), field="household")
    report = tie_report(by=by, report=report, version=version, household=household, at=at)
    return [
        raise_need(by=by, household=household, service=service, urgent=report.urgent, report=report, at=at)
        for service in services
    ]
