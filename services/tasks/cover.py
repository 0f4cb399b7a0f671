"""Accident insurance before work that may be dangerous (志愿服务条例 2017, art. 17), asked when a volunteer is sent."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from partners.providers.models import ServiceCode
from partners.vetting.paper_models import Paper, PaperState
from partners.volunteers.models import Volunteer
from portal.base.models import OPEN_END
from portal.base.refused import Refused
from services.recipients.models import HouseholdRisk
from services.tasks.models import Need

POLICY = "accident"
# On the road with somebody who is ill.
RISKY_SERVICES = frozenset({ServiceCode.MEDICAL_ESCORT})


def risk_kinds(need: Need) -> set[str]:
    """The kinds of danger that stand on the household's file."""
    rows = HouseholdRisk.objects.filter(household=need.household_id, valid_to=OPEN_END)
    return set(rows.values_list("kind", flat=True))


def asks_cover(service: str, risks: Iterable[str]) -> bool:
    """Whether this work may be dangerous: a known danger at the door, or the service itself."""
    return service in RISKY_SERVICES or bool(set(risks))


def covered(volunteers: Iterable[Volunteer], on: date) -> set[int]:
    """Which of these volunteers have an accepted policy that holds on that day, by their key."""
    rows = Paper.objects.filter(
        volunteer__in=[one.pk for one in volunteers],
        code=POLICY,
        state=PaperState.ACCEPTED,
        issued_on__lte=on,
        valid_until__gte=on,
    )
    return {pk for pk in rows.values_list("volunteer", flat=True) if pk is not None}


def refuse_uncovered(need: Need, volunteer: Volunteer, on: date) -> None:
    """Nobody is sent to a danger without insurance, whatever else is asked of volunteers. Refused: not_insured."""
    if asks_cover(need.service, risk_kinds(need)) and not covered([volunteer], on):
        raise Refused("not_insured", uncovered_words(), "volunteer")


def uncovered_words() -> str:
    """What the one who chooses is told."""
    return _("这一户或这项服务有风险，要先有还在期的意外险。请先给他登记保险，或另选一位")
