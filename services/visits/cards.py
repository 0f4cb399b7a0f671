"""What lists show of a visit: masked names, places, words."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from partners.network.models import Region, RegionLevel
from portal.base.privacy import mask_name
from portal.permissions.hats import hats
from services.recipients.models import Household, Person
from services.recipients.risks import standing_risks
from services.visits.missed import is_missed
from services.visits.models import PlannedState, PlannedVisit


def place_words(region: Region) -> str:
    """石潭镇 古城村 荷塘组: the names from the township down."""
    names: list[str] = []
    step: Region | None = region
    while step is not None and step.level != RegionLevel.COUNTY:
        names.insert(0, str(step))
        step = step.parent
    return " ".join(names)


def address_as(head: Person | None, on: date) -> str:
    """奶奶 or 爷爷 after the name; 阿姨 or 叔叔 under sixty; nothing where the head is not known."""
    if head is None:
        return ""
    old = (on.year - head.birth_date.year) >= 60
    if head.sex == "f":
        return _("奶奶") if old else _("阿姨")
    return _("爷爷") if old else _("叔叔")


def called(household: Household, on: date) -> str:
    """How carers' lists name a household: masked, with the form of address."""
    heads = getattr(household, "heads", None)
    head = heads[0] if heads else None
    return f"{mask_name(household.name)} {address_as(head, on)}".strip()


@dataclass(frozen=True)
class VisitCard:
    """One visit as the phone lists it."""

    no: str
    starts_at: datetime
    day: date
    minutes: int
    called: str
    service: str
    place: str
    door_note: str
    status: str
    accompanies: bool
    risks: list[str] = field(default_factory=list)


def card_of(visit: PlannedVisit, user: Any, at: datetime, next_no: str = "") -> VisitCard:
    """The card of one visit; `next_no` is the visit to go to now."""
    need = visit.task.need
    status = PlannedState.MISSED if is_missed(visit, at) else visit.state
    if visit.no == next_no and status == PlannedState.PLANNED:
        status = "next"
    return VisitCard(
        no=visit.no,
        starts_at=visit.starts_at,
        day=visit.day,
        minutes=visit.minutes,
        called=called(need.household, visit.day),
        service=need.get_service_display(),
        place=place_words(need.household.region),
        door_note=need.household.door_note,
        status=status,
        accompanies=visit.assignment is None or visit.assignment.user_id != user.pk,
        risks=[str(risk.get_kind_display()) for risk in standing_risks(need.household)],
    )


def phone_tabs(current: str, waiting: int = 0) -> list[dict[str, Any]]:
    """The thumb bar of the phone."""
    tabs = [
        {"key": "today", "label": _("今天"), "url": reverse("services:visits:today"), "count": waiting},
        {"key": "schedule", "label": _("日程"), "url": reverse("services:visits:schedule"), "count": 0},
        {"key": "me", "label": _("我的"), "url": reverse("portal:me"), "count": 0},
    ]
    return [tab | {"current": tab["key"] == current} for tab in tabs]


def clear_paths(user: Any) -> list[str]:
    """Areas in which lists name people in full: township and village staff's own, never the county."""
    return sorted(
        {
            hat.region_path
            for hat in hats(user)
            if hat.rules.sees_place and hat.region_path and len(hat.region_path) > 4
        }
    )
