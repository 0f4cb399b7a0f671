"""What stands around a household as one person may see it: pause, risks, handover, carers and contacts."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from portal.base.identifiers import format_phone
from portal.base.privacy import mask_name, mask_phone
from services.recipients.fields import CLEAR, CLICK, GROUND, NOTHING, Shown
from services.recipients.models import (
    CirclePerson,
    CircleRelation,
    HandoverNote,
    Household,
    HouseholdPause,
    HouseholdRisk,
)
from services.recipients.pauses import standing_pause
from services.recipients.risks import standing_handovers, standing_risks

NEWEST = 3
# A village committee or an organisation is no person: its name is not masked.
PUBLIC_BODIES = {CircleRelation.VILLAGE, CircleRelation.ORGANISATION}


@dataclass
class CircleLine:
    """Somebody around the household, as far as shown."""

    row: CirclePerson
    name: str
    about: str
    phone: str
    address: str


@dataclass
class Around:
    """What a page shows besides the people and their facts."""

    pause: HouseholdPause | None
    risks: list[HouseholdRisk] = field(default_factory=list)
    handovers: list[HandoverNote] = field(default_factory=list)
    circle: list[CircleLine] = field(default_factory=list)
    shows_circle: bool = False
    circle_opens: bool = False


def _about(row: CirclePerson, clear: bool) -> str:
    """Whose neighbour, child or committee they are."""
    relation = str(row.get_relation_display())
    if row.person is None:
        return relation
    name = row.person.name if clear else mask_name(row.person.name)
    return _("%(name)s的%(relation)s") % {"name": name, "relation": relation}


def _line(row: CirclePerson, clear: bool) -> CircleLine:
    public = row.relation in PUBLIC_BODIES
    return CircleLine(
        row=row,
        name=row.name if clear or public else mask_name(row.name),
        about=_about(row, clear),
        phone=format_phone(row.phone) if clear else mask_phone(row.phone),
        address=row.address if clear else "",
    )


def around_of(
    household: Household, shown: Shown, *, on: date, opened: str = "", hands: bool = False
) -> Around:
    """Everything around the household that this reader may see. `hands`: one who goes there or keeps the file."""
    mode = shown.mode("circle")
    clear = mode == CLEAR or (mode in {CLICK, GROUND} and opened == "circle")
    sees_risks: Any = shown.mode("risk") == CLEAR
    standing = [row for row in household.circle.all() if row.valid_from <= on < row.valid_to]
    return Around(
        pause=standing_pause(household) if shown.mode("self_care") != NOTHING else None,
        risks=standing_risks(household) if sees_risks else [],
        handovers=standing_handovers(household)[:NEWEST] if hands else [],
        circle=[_line(row, clear) for row in standing] if mode != NOTHING else [],
        shows_circle=mode != NOTHING,
        circle_opens=mode in {CLICK, GROUND} and not clear,
    )
