"""Reading hours: sums, stars, the public check of a badge or certificate."""

from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from partners.volunteers.models import Volunteer
from services.hours.certificate_models import CertificateState, HourCertificate
from services.hours.models import HourEntry, HourKind, StarLevel
from services.hours.request_models import CertificateTerm
from services.hours.rules import set_in_force

VOLUNTARY = Q(hour_entries__kind=HourKind.VOLUNTARY)


def sums_of(user: Any) -> dict[str, int]:
    """One's minutes, paid and voluntary apart: one query."""
    found = HourEntry.objects.filter(user=user).values_list("kind").annotate(sum=Sum("minutes"))
    return {kind.value: 0 for kind in HourKind} | dict(found.order_by())


def voluntary_minutes(volunteer: Volunteer, *, first: date, last: date) -> int:
    """The voluntary minutes of a span of days, both included."""
    rows = HourEntry.objects.filter(volunteer=volunteer, day__gte=first, day__lte=last)
    return rows.aggregate(sum=Sum("minutes"))["sum"] or 0


def by_service(volunteer: Volunteer, *, first: date, last: date) -> list[tuple[str, int, int]]:
    """(service, minutes, times) of a span of days: what a certificate lists as content. Counter-entries are in it."""
    rows = (
        HourEntry.objects.filter(volunteer=volunteer, day__gte=first, day__lte=last)
        .values("service")
        .annotate(
            sum=Sum("minutes"),
            up=Count("pk", filter=Q(minutes__gt=0)),
            down=Count("pk", filter=Q(minutes__lt=0)),
        )
        .order_by("service")
    )
    return [(row["service"], row["sum"], row["up"] - row["down"]) for row in rows if row["sum"] > 0]


def levels_on(on: date) -> list[tuple[int, int]]:
    """The levels in force on a day, as (stars, hours): one query."""
    return set_in_force(StarLevel.objects.values_list("valid_from", "stars", "hours"), on)


def with_hours(rows: QuerySet[Volunteer]) -> QuerySet[Volunteer]:
    """Volunteers with their voluntary minutes, most first."""
    return (
        rows.select_related("user", "home")
        .annotate(voluntary=Coalesce(Sum("hour_entries__minutes", filter=VOLUNTARY), 0))
        .order_by("-voluntary", "pk")
    )


def badge(no: str) -> Volunteer | None:
    """The volunteer who wears this badge."""
    return (
        Volunteer.objects.filter(badge_no=no).exclude(badge_no="").select_related("user", "provider").first()
    )


def revoked() -> QuerySet[HourCertificate]:
    """The certificates that count no more, in order of their numbers."""
    return HourCertificate.objects.filter(state=CertificateState.REVOKED).order_by("year", "serial")


def term_on(day: date) -> CertificateTerm:
    """Within how many working days a certificate asked for on that day is answered."""
    return CertificateTerm.objects.get(valid_from__lte=day, valid_to__gt=day)
