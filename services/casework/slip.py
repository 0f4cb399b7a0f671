"""The slip for the recipient: who comes when, who looked at the file, whom to call, how to ask for another carer."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from partners.models import Organisation, Post, Region
from portal.base.identifiers import format_phone
from services.intake.queries import PUBLIC_LINE
from services.recipients.agreement_terms import holds_on
from services.recipients.care_models import CareAgreement
from services.recipients.looked import Looked, who_looked
from services.recipients.models import Household
from services.tasks.models import Task
from services.visits.models import PlannedState, PlannedVisit

AHEAD = timedelta(days=31)
LOOKED_SINCE = timedelta(days=92)
VISITS_SHOWN, LOOKS_SHOWN = 8, 8


@dataclass(frozen=True)
class Coming:
    """One visit to come."""

    starts_at: datetime
    who: str
    provider: str
    service: str
    minutes: int


@dataclass(frozen=True)
class Call:
    """Whom to call for what."""

    what: str
    who: str
    phone: str


@dataclass(frozen=True)
class Slip:
    """What the paper says."""

    coming: list[Coming]
    carers: list[CareAgreement]
    calls: list[Call]
    looks: list[Looked]
    more_looks: int
    has_task: bool


def slip_for(household: Household, now: datetime, today: date) -> Slip:
    """Everything the slip of one household says."""
    tasks = list(
        Task.objects.filter(need__household=household, state__in=["live", "unassigned"])
        .select_related("provider__organisation", "need")
        .order_by("pk")
    )
    visits = PlannedVisit.objects.filter(
        task__in=tasks, day__gte=today, day__lt=today + AHEAD, state=PlannedState.PLANNED
    )
    visits = visits.select_related("assignment__user", "task__provider", "task__need").order_by(
        "starts_at", "pk"
    )
    coming = [
        Coming(
            row.starts_at,
            row.assignment.user.get_full_name() if row.assignment else "",
            str(row.task.provider),
            row.task.need.get_service_display(),
            row.minutes,
        )
        for row in visits[:VISITS_SHOWN]
    ]
    agreed = CareAgreement.objects.filter(person__household=household, state__in=["live", "lapsed"])
    carers = [row for row in agreed.select_related("person") if holds_on(row, today)]
    looks = who_looked(household, since=now - LOOKED_SINCE, until=now)
    return Slip(
        coming,
        carers,
        _calls(household, tasks, now),
        looks[:LOOKS_SHOWN],
        max(0, len(looks) - LOOKS_SHOWN),
        bool(tasks),
    )


def _phone(office: Region) -> str:
    """An office without a number of its own is reached by the public line."""
    return office.office_phone or _("%(line)s 转") % {"line": PUBLIC_LINE}


def _calls(household: Household, tasks: list[Task], now: datetime) -> list[Call]:
    path = household.region.path
    officer = (
        Post.objects.filter(
            role="livelihood_officer", region__path=path[:12], valid_from__lte=now, valid_to__gt=now,
            user__is_active=True,
        )
        .select_related("user", "region")
        .first()
    )  # fmt: skip
    calls = [Call(_("摔倒、起不来、胸口痛"), _("急救电话"), "120")]
    if officer is not None:
        who = _("%(village)s %(name)s") % {"village": officer.region, "name": officer.user.get_full_name()}
        calls.append(Call(_("有困难，先找村里"), who, officer.region.office_phone))
    seen = set()
    for task in tasks:
        provider = task.provider
        if provider.pk in seen:
            continue
        seen.add(provider.pk)
        organisation: Organisation | None = getattr(provider, "organisation", None)
        phone = organisation.contact_phone if organisation else ""
        calls.append(Call(_("护理员没来、要改时间"), str(provider), format_phone(phone) if phone else ""))
    offices = {row.path: row for row in Region.objects.filter(path__in=[path[:8], path[:4]])}
    for place in (path[:8], path[:4]):
        office = offices.get(place)
        if office is None:
            continue
        if place == path[:8]:
            calls.append(Call(_("要换人、有意见"), _("%(town)s民政办") % {"town": office}, _phone(office)))
        else:
            calls.append(Call(_("镇里没办好"), str(settings.SPONSOR_NAME), _phone(office)))
    calls.append(Call(_("哪里都打不通"), _("政府热线"), PUBLIC_LINE))
    return calls
