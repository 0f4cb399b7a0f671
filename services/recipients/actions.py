"""What can be done with a household file: open it, change it, pause, resume, close."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from partners.models import Region
from partners.network.queries import path_after, township_of
from portal.base.audit import record
from portal.base.models import record_number
from portal.base.refused import Refused
from portal.permissions.hats import places_for
from services.recipients.lifecycle import HOUSEHOLD
from services.recipients.models import Household, Person, Relation
from services.recipients.names import clean_name, name_key
from services.recipients.people import PersonFacts, put_facts, tell_grants

EDIT = "services.edit_household"
DONE = {"pause": "paused", "resume": "resumed", "close": "closed"}


@dataclass(frozen=True)
class HouseholdFacts:
    """What a form says of a household."""

    region: Region
    name: str
    address: str = ""
    phone: str = ""
    lat: float | None = None
    lng: float | None = None
    accuracy_m: int | None = None
    door_note: str = ""
    dialect: str = ""


def _area_of(by: Any, region: Region) -> Region:
    """The township of a region in which `by` may keep the register. Refused: not_your_area, region_level."""
    if not any(path <= region.path < path_after(path) for path in places_for(by, EDIT)):
        raise Refused("not_your_area", _("这个村不归您管，请另选"), field="region")
    township = township_of(region)
    if township is None or township == region:
        raise Refused("region_level", _("请选到村或村民小组"), field="region")
    return township


def _put(household: Household, facts: HouseholdFacts, township: Region) -> None:
    household.region = facts.region
    household.township = township
    household.name = clean_name(facts.name)
    household.name_key = name_key(household.name)
    household.address = facts.address
    household.phone = facts.phone
    household.lat, household.lng = facts.lat, facts.lng
    household.accuracy_m = facts.accuracy_m if facts.lat is not None else None
    household.door_note = facts.door_note
    household.dialect = facts.dialect


CHANGEABLE = [
    "region",
    "township",
    "name",
    "name_key",
    "address",
    "phone",
    "lat",
    "lng",
    "accuracy_m",
    "door_note",
    "dialect",
    "updated_at",
]


@transaction.atomic
def create_household(*, by: Any, facts: HouseholdFacts, head: PersonFacts, on: date) -> Household:
    """Open a file for a household with its head, in the actor's own area."""
    township = _area_of(by, facts.region)
    household = Household(no=record_number("H"))
    _put(household, facts, township)
    household.save()
    person = Person(household=household, relation=Relation.SELF)
    put_facts(person, head, by=by, on=on)
    record(by, "household.created", household, household=household, region=facts.region.code)
    return household


@transaction.atomic
def change_household(*, by: Any, household: Household, version: int, facts: HouseholdFacts) -> Household:
    """Change a file that nobody changed since `version`. Refused: stale, not_your_area."""
    if not Household.objects.filter(pk=household.pk, version=version).update(version=F("version") + 1):
        raise Refused("stale", _("这户的档案刚被别人改过，请看下面两边的内容再定"))
    household = Household.objects.get(pk=household.pk)
    township = _area_of(by, facts.region)
    before = {name: getattr(household, name) for name in CHANGEABLE}
    _put(household, facts, township)
    changed = [name for name in CHANGEABLE if getattr(household, name) != before[name]]
    household.save(update_fields=CHANGEABLE)
    if {"township", "name_key"} & set(changed):
        tell_grants(household)
        heads = household.persons.filter(relation=Relation.SELF, died_on=None)
        heads.update(name=household.name, name_key=household.name_key, version=F("version") + 1)
    record(by, "household.changed", household, household=household, fields=sorted(changed))
    return household


@transaction.atomic
def move_household_state(*, by: Any, household: Household, verb: str, version: int, reason: str) -> Household:
    """Pause, resume or close a file, with a reason. Refused: wrong_state, stale, needs_open, reason_empty."""
    if not reason.strip():
        raise Refused("reason_empty", _("请写明原因"), field="reason")
    target = HOUSEHOLD.step(household.state, verb)
    won = Household.objects.filter(pk=household.pk, version=version, state=household.state).update(
        state=target, version=F("version") + 1
    )
    if not won:
        raise Refused("stale", _("这户的档案刚被别人改过，请刷新再看"))
    if verb == "close" and household.needs.exclude(state="closed").exists():
        raise Refused("needs_open", _("这户还有没结束的需求，请先结束需求"))
    record(by, f"household.{DONE[verb]}", household, household=household, purpose=reason.strip()[:200])
    household.refresh_from_db()
    return household
