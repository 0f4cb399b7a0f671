"""What a volunteer states of their towns, times, services, travel and limits, and changes on their own page."""

from dataclasses import fields
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.providers.actions import set_reach
from partners.volunteers.facts import Wishes
from partners.volunteers.models import (
    Limit,
    Travel,
    Volunteer,
    VolunteerLimit,
    VolunteerState,
    VolunteerTravel,
)
from portal.base.audit import record
from portal.base.refused import Refused

# Whose statements are their own to change; those of an application that waits are changed with it.
KEPT = (VolunteerState.APPROVED, VolunteerState.SUSPENDED)
COLUMNS = ("services", "times", "skills", "dialect")
BESIDE = ("towns", "travel", "limits")


def column_of(wishes: Wishes, name: str) -> Any:
    """What a column of the volunteer's own row holds of a statement."""
    value = getattr(wishes, name)
    return list(value) if isinstance(value, tuple) else value


def write_beside(row: Volunteer, wishes: Wishes) -> None:
    """Write the towns, ways and limits that stand in tables of their own, in place of those of before."""
    row.towns.set(wishes.towns)
    row.travel_rows.all().delete()
    row.limit_rows.all().delete()
    VolunteerTravel.objects.bulk_create(VolunteerTravel(volunteer=row, means=code) for code in wishes.travel)
    VolunteerLimit.objects.bulk_create(VolunteerLimit(volunteer=row, limit=code) for code in wishes.limits)


def wishes_of(row: Volunteer) -> Wishes:
    """What a volunteer has stated; reads the prefetched rows where there are any."""
    return Wishes(
        towns=tuple(row.towns.all()),
        services=tuple(row.services),
        times=tuple(row.times),
        skills=row.skills,
        dialect=row.dialect,
        travel=tuple(each.means for each in row.travel_rows.all()),
        limits=tuple(each.limit for each in row.limit_rows.all()),
    )


def standing_wishes(row: Volunteer) -> dict[str, Any]:
    """The same by name."""
    wishes = wishes_of(row)
    return {each.name: getattr(wishes, each.name) for each in fields(wishes)}


def travel_words(row: Volunteer) -> list[str]:
    """How they get there, in words."""
    return [str(Travel(each.means).label) for each in row.travel_rows.all()]


def limit_words(row: Volunteer) -> list[str]:
    """What they do not do, in words."""
    return [str(Limit(each.limit).label) for each in row.limit_rows.all()]


def own_profile(user: Any) -> Volunteer | None:
    """One's own record while it stands, also while one is stopped."""
    rows = Volunteer.objects.filter(user=user, state__in=KEPT).select_related("user", "provider", "home")
    return rows.first()


@transaction.atomic
def change_profile(
    *, row: Volunteer, version: int, wishes: Wishes, by: Any, at: datetime | None = None
) -> list[str]:
    """Write what a volunteer states anew; tells which statements changed. A stopped one may keep theirs right too.

    Refused: stale.
    """
    at = at or timezone.now()
    won = Volunteer.objects.filter(pk=row.pk, user=by, version=version, state__in=KEPT).update(
        **{name: column_of(wishes, name) for name in COLUMNS}, version=F("version") + 1, updated_at=at
    )
    if not won:
        raise Refused("stale", _("您的资料刚在别处改过"))
    changed = _changed(wishes_of(row), wishes)
    write_beside(row, wishes)
    row.refresh_from_db()
    if row.provider is not None and {"services", "towns"} & set(changed):
        set_reach(row.provider, services=row.services, townships=wishes.towns)
    record(by, "volunteer.profile_changed", row, fields=changed)
    return changed


def _changed(before: Wishes, after: Wishes) -> list[str]:
    """The names of the statements that differ; the order of several choices says nothing."""

    def plain(value: Any) -> Any:
        return {getattr(each, "pk", each) for each in value} if isinstance(value, tuple) else value

    return [
        name for name in (*COLUMNS, *BESIDE) if plain(getattr(before, name)) != plain(getattr(after, name))
    ]
