"""Writing the ledger: an entry with its span, or with the reason why it counts nothing; a counter-entry takes it back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from partners.providers.models import ProviderKind
from partners.volunteers.models import Volunteer
from portal.base.periods import local_date
from portal.base.row_security import beyond
from services.hours.models import HourCause, HourEntry, HourKind, HourSpan
from services.hours.rules import too_long, whole_minutes
from services.tasks.models import Assignment, AssignmentPart
from services.visits.models import Verdict, VisitRecord


@dataclass(frozen=True)
class Work:
    """Who did what, where and from when to when."""

    user: Any
    kind: str
    service: str
    township: Any
    starts_at: datetime
    ends_at: datetime
    volunteer: Volunteer | None = None
    provider: Any = None
    visit: Any = None


def person_key(user: Any) -> int:
    """The human behind a login: all accounts of one identity share their time."""
    return user.identity_id or -user.pk


def write(work: Work, cause: str, by: Any) -> HourEntry:
    """Write an entry; where the time is taken or too long, one that counts nothing and says why."""
    if too_long(work.starts_at, work.ends_at):
        return _entry(work, HourCause.TOO_LONG, by, 0)
    minutes = whole_minutes(work.starts_at, work.ends_at)
    if not minutes:
        return _entry(work, cause, by, 0)
    try:
        with transaction.atomic():
            entry = _entry(work, cause, by, minutes)
            HourSpan.objects.create(
                entry=entry,
                person=person_key(work.user),
                starts_at=work.starts_at,
                ends_at=work.ends_at,
                visit=work.visit,
            )
            return entry
    except IntegrityError:
        return _entry(work, HourCause.OVERLAP, by, 0)


def _entry(work: Work, cause: str, by: Any, minutes: int) -> HourEntry:
    return HourEntry.objects.create(
        user=work.user,
        kind=work.kind,
        volunteer=work.volunteer,
        provider=work.provider,
        service=work.service,
        township=work.township,
        day=local_date(work.starts_at),
        starts_at=work.starts_at,
        ends_at=work.ends_at,
        minutes=minutes,
        cause=cause,
        visit=work.visit,
        by=by,
    )


def take_back(entry: HourEntry, by: Any) -> HourEntry:
    """Write the counter-entry and free the time. The first line stays as it is."""
    HourSpan.objects.filter(entry=entry).delete()
    return HourEntry.objects.create(
        user_id=entry.user_id,
        kind=entry.kind,
        volunteer_id=entry.volunteer_id,
        provider_id=entry.provider_id,
        service=entry.service,
        township_id=entry.township_id,
        day=entry.day,
        starts_at=entry.starts_at,
        ends_at=entry.ends_at,
        minutes=-entry.minutes,
        cause=HourCause.TAKEN_BACK,
        visit=entry.visit,
        reverses=entry,
        by=by,
    )


def follow_verdict(row: VisitRecord, by: Any, at: datetime) -> None:
    """A confirmed record gives hours to who went; any other word takes back what it gave. In the decision's transaction."""
    with beyond("hours"):
        standing = list(HourEntry.objects.filter(visit=row.uid, reverses=None, reversed_by=None))
        if row.verdict != Verdict.CONFIRMED:
            for entry in standing:
                take_back(entry, by)
        elif not standing:
            for work in _works(row):
                write(work, HourCause.VISIT, by)


def _works(row: VisitRecord) -> list[Work]:
    """The author, and the volunteers who went along by the assignments that stood at that moment."""
    task = row.planned.task
    with_them = Assignment.objects.filter(
        task=task, part=AssignmentPart.COMPANION, valid_from__lte=row.started_at, valid_to__gt=row.started_at
    ).exclude(user=row.author)
    companions = [one.user for one in with_them.select_related("user")]
    people = [row.author, *companions]
    volunteers = {one.user_id: one for one in Volunteer.objects.filter(user__in=people)}
    unpaid = task.provider.kind == ProviderKind.VOLUNTEER
    goes_along = Assignment.objects.filter(
        task=task, user=row.author, part=AssignmentPart.COMPANION, valid_from__lte=row.started_at,
        valid_to__gt=row.started_at,
    ).exists()  # fmt: skip
    works = []
    for person in people:
        volunteer = volunteers.get(person.pk)
        voluntary = volunteer is not None and (unpaid or person.pk != row.author_id or goes_along)
        works.append(
            Work(
                user=person,
                kind=HourKind.VOLUNTARY if voluntary else HourKind.PAID,
                service=task.need.service,
                township=task.need.household.township,
                starts_at=row.started_at,
                ends_at=row.ended_at,
                volunteer=volunteer if voluntary else None,
                provider=None if voluntary else task.provider,
                visit=row.uid,
            )
        )
    return works
