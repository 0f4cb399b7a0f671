"""Hours of the demo: those of the volunteers' visits, a request to put one right, a certificate, and a request for one."""

from datetime import date, datetime, timedelta
from typing import Any

from partners.models import Volunteer, VolunteerState
from services.hours.actions import ask_correction
from services.hours.certificates import Signatories, issue_certificate
from services.hours.ledger import Work, write
from services.hours.requests import ask_for_certificate
from services.models import HourEntry, HourKind, VisitRecord


def make_hours(users: dict[str, Any], records: list[VisitRecord], now: datetime, today: date) -> None:
    """The confirmed visits of volunteers in the ledger; volunteer-zhao asks for a correction and has a certificate."""
    volunteers = {row.user_id: row for row in Volunteer.objects.filter(state=VolunteerState.APPROVED)}
    for record in records:
        volunteer = volunteers.get(record.author_id)
        if volunteer is not None and record.verdict == "confirmed":
            task = record.planned.task
            work = Work(
                user=record.author, kind=HourKind.VOLUNTARY, service=task.need.service,
                township=task.need.household.township, starts_at=record.started_at, ends_at=record.ended_at,
                volunteer=volunteer, visit=record.uid,
            )  # fmt: skip
            write(work, "visit", users["bureau"])
    _papers(users, now, today)


def _papers(users: dict[str, Any], now: datetime, today: date) -> None:
    entry = HourEntry.objects.select_related("volunteer__user__identity").order_by("-day", "pk").first()
    if entry is None or entry.volunteer is None:
        return
    ask_correction(
        volunteer=entry.volunteer, service=entry.service, starts_at=entry.starts_at - timedelta(minutes=20),
        ends_at=entry.ends_at, words="忘了签到，其实早到了 20 分钟", entry=entry, at=now,
    )  # fmt: skip
    asker = (
        HourEntry.objects.exclude(volunteer=entry.volunteer)
        .filter(kind=HourKind.VOLUNTARY)
        .select_related("volunteer__user__identity", "volunteer__home")
        .order_by("-day", "pk")
        .first()
    )
    if asker is not None and asker.volunteer is not None:
        ask_for_certificate(
            volunteer=asker.volunteer, first=asker.day.replace(month=1, day=1), last=today, at=now
        )
    issue_certificate(
        volunteer=entry.volunteer, first=entry.day.replace(month=1, day=1), last=today,
        signed_by=Signatories("负责人（演示）", "经办人（演示）", "0731-55550000"), by=users["bureau"], at=now,
    )  # fmt: skip
