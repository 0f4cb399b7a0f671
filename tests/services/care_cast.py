"""A village with its offices and one dispersed tekun person, for the tests of care."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from services.models import Household, Person, PersonCategory
from services.recipients.agreements import AgreementFacts
from services.recipients.plans import PlanLine
from tests import makers

TODAY = timezone.localdate()


@dataclass
class Scene:
    """Who stands where."""

    village: Any
    officer: Any
    cadre: Any
    second: Any
    bureau: Any
    stranger: Any
    household: Any
    person: Person


def make_tekun(household: Any, mode: str = "dispersed", since: date | None = None) -> Person:
    """The head of a household becomes tekun."""
    person = household.persons.get()
    since = since or TODAY - timedelta(days=400)
    PersonCategory.objects.create(person=person, mode=mode, valid_from=since)
    opened = timezone.make_aware(datetime.combine(since, time(9)))  # the file is as old as the support
    Household.objects.filter(pk=household.pk).update(created_at=opened)
    return person


def make_scene(**more: Any) -> Scene:
    """One of each; two cadres, because nobody approves their own plan."""
    village = makers.make_region()
    household = makers.make_household(village, **more)
    return Scene(
        village=village,
        officer=makers.make_post("livelihood_officer", village),
        cadre=makers.make_post("township_cadre", village.parent),
        second=makers.make_post("township_cadre", village.parent),
        bureau=makers.make_post("bureau_staff", village.parent.parent),
        stranger=makers.make_post("township_cadre", makers.make_region("township", village.parent.parent)),
        household=household,
        person=make_tekun(household),
    )


def agreement_facts(**more: Any) -> AgreementFacts:
    """A usual agreement of one year."""
    facts: dict[str, Any] = {
        "carer_kind": "person",
        "carer_name": "刘邻友",
        "carer_tie": "neighbour",
        "monthly_fen": 365_00,
        "starts_on": TODAY,
        "ends_on": TODAY + timedelta(days=365),
        "content": "日常看护",
        "frequency": "每天",
        "carer_phone": "+8619000009999",
    }
    return AgreementFacts(**facts | more)


def plan_lines(*services: str) -> list[PlanLine]:
    """A line for each service."""
    return [PlanLine(service, 2, 60) for service in services or ("visit_care",)]
