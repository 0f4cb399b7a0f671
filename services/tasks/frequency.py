"""How often and how long, where nobody says otherwise: visiting care follows the self-care class."""

from datetime import datetime, timedelta

from partners.providers.models import ServiceCode
from services.recipients.models import SelfCare

_CARE_VISITS = {
    SelfCare.ABLE: 1,
    SelfCare.PARTIAL: 2,
    SelfCare.UNABLE: 4,
    # Nobody is visited less for want of an assessment.
    SelfCare.NOT_ASSESSED: 2,
}
_OTHER_VISITS = {ServiceCode.CLEANING: 2, ServiceCode.MEDICAL_ESCORT: 1, ServiceCode.PSYCH_SUPPORT: 2}
_MINUTES = {
    ServiceCode.VISIT_CARE: 60,
    ServiceCode.CLEANING: 90,
    ServiceCode.MEDICAL_ESCORT: 240,
    ServiceCode.PSYCH_SUPPORT: 50,
}
URGENT, NORMAL = timedelta(hours=24), timedelta(days=3)


def default_visits(service: str, self_care: str) -> int:
    """Visits a month of a service for somebody of this class."""
    if service == ServiceCode.VISIT_CARE:
        return _CARE_VISITS[SelfCare(self_care)]
    return _OTHER_VISITS[ServiceCode(service)]


def default_minutes(service: str) -> int:
    """Minutes of one visit."""
    return _MINUTES[ServiceCode(service)]


def due_from(at: datetime, *, urgent: bool) -> datetime:
    """By when the next step of a need is to be taken."""
    return at + (URGENT if urgent else NORMAL)
