"""What the matrix knows of hours: a volunteer of 花石镇 with a line, a request and a certificate."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from partners.models import Volunteer
from portal.models import User
from services.hours.actions import ask_correction
from services.hours.certificates import Signatories, issue_certificate
from services.hours.requests import ask_for_certificate
from tests import makers
from tests.services.hours.scene import hours_for


def hour_rows(people: dict[str, User], huashi: Any) -> dict[str, dict[str, Any]]:
    provider = makers.make_provider("volunteer", townships=[huashi], name="志愿者")
    Volunteer.objects.filter(user=people["volunteer-zhao"]).update(provider=provider)
    row = Volunteer.objects.get(user=people["volunteer-zhao"])
    start = timezone.now() - timedelta(days=2)
    entry = hours_for(row, start, 60)
    today = timezone.localdate()
    correction = ask_correction(
        volunteer=row, service="visit_care", starts_at=start, ends_at=start + timedelta(minutes=90), words="少记半小时",
        entry=entry,
    )  # fmt: skip
    certificate = issue_certificate(
        volunteer=row, first=today - timedelta(days=9), last=today, signed_by=Signatories("甲", "乙", "0731"),
        by=people["bureau"],
    )  # fmt: skip
    asked = ask_for_certificate(volunteer=row, first=today - timedelta(days=9), last=today)
    return {
        "asked_certificate": {"zhao": asked},
        "volunteer": {"zhao": row},
        "hours": {"zhao": entry},
        "correction": {"zhao": correction},
        "certificate": {"zhao": certificate},
    }
