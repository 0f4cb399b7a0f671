"""The cast of the tests of hours: a volunteer with a task of their own, and the office."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from partners.models import ProviderKind, Volunteer, VolunteerState
from portal.base.models import uuid7
from services.hours.ledger import Work, write
from services.hours.models import HourKind
from services.models import HourEntry, VisitRecord
from tests import makers


@dataclass
class Office:
    """Who keeps, who certifies, and the volunteer."""

    town: Any
    volunteer: Volunteer
    cadre: Any
    bureau: Any
    other_cadre: Any


def make_volunteer(town: Any, **more: Any) -> Volunteer:
    """An approved volunteer of a township, with a badge."""
    provider = makers.make_provider(ProviderKind.VOLUNTEER, townships=[town], home=town, capacity=9)
    n = makers.serial()
    return Volunteer.objects.create(
        no=f"VO-{n:08d}", user=more.pop("user", None) or makers.make_user(), provider=provider,
        state=VolunteerState.APPROVED, home=town, services=["visit_care"], badge_no=f"ZY-{n:06d}", **more,
    )  # fmt: skip


def make_office() -> Office:
    """A township with its cadre, the bureau above, and a cadre elsewhere."""
    county = makers.make_region("county")
    town, other = makers.make_region("township", county), makers.make_region("township", county)
    return Office(
        town=town,
        volunteer=make_volunteer(town),
        cadre=makers.make_post("township_cadre", town),
        bureau=makers.make_post("bureau_staff", county),
        other_cadre=makers.make_post("township_cadre", other),
    )


def noon(days_ago: int = 1) -> datetime:
    """Twelve o'clock of a day gone by."""
    day = timezone.localtime() - timedelta(days=days_ago)
    return day.replace(hour=12, minute=0, second=0, microsecond=0)


def hours_for(volunteer: Volunteer, starts_at: datetime, minutes: int, **more: Any) -> HourEntry:
    """Voluntary minutes written by the ledger."""
    work = Work(
        user=volunteer.user, kind=HourKind.VOLUNTARY, service="visit_care", township=volunteer.home,
        starts_at=starts_at, ends_at=starts_at + timedelta(minutes=minutes), volunteer=volunteer, **more,
    )  # fmt: skip
    return write(work, "visit", None)


def a_record(task: Any, author: Any, starts_at: datetime, minutes: int = 60) -> VisitRecord:
    """A record handed in, waiting for its word."""
    assignment = task.assignments.filter(user=author).first() or makers.make_assignment(
        task, author, at=starts_at - timedelta(days=30)
    )
    planned = makers.make_planned(assignment, starts_at=starts_at, state="recorded")
    return VisitRecord.objects.create(
        no=f"R-{makers.serial():08d}", planned=planned, author=author, epoch=1, started_at=starts_at,
        ended_at=starts_at + timedelta(minutes=minutes), payload_hash="x", receipt="y", uid=uuid7(),
    )  # fmt: skip
