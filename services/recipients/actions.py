"""What can be done with a household file: open it, change it."""

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
from services.recipients.changes import keep_change, picture
from services.recipients.models import Household, Person, PositionSource, Relation
from services.recipients.names import clean_name, name_key
from services.recipients.people import PersonFacts, put_facts, tell_grants

EDIT = "services.edit_household"


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
    stairs: str = ""


def _area_of(by: Any, region: Region, right: str = EDIT) -> Region:
    """The township of a region in which `by` may keep the register. Refused: not_your_area, region_level."""
    if not any(path <= region.path < path_after(path) for path in places_for(by, right)):
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
    if (household.lat, household.lng) != (facts.lat, facts.lng):
        household.position_source = PositionSource.TYPED if facts.lat is not None else ""
    household.lat, household.lng = facts.lat, facts.lng
    if facts.lat is None or facts.accuracy_m is not None:
        household.accuracy_m = facts.accuracy_m if facts.lat is not None else None
    household.door_note = facts.door_note
    household.dialect = facts.dialect
    household.stairs = facts.stairs


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
    "position_source",
    "door_note",
    "dialect",
    "stairs",
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
def change_household(
    *, by: Any, household: Household, version: int, facts: HouseholdFacts, right: str = EDIT
) -> Household:
    """Change a file that nobody changed since `version`, by a right held at its place. Refused: stale, not_your_area."""
    if not Household.objects.filter(pk=household.pk, version=version).update(version=F("version") + 1):
        raise Refused("stale", _("这户的档案刚被别人改过，请看下面两边的内容再定"))
    household = Household.objects.get(pk=household.pk)
    township = _area_of(by, facts.region, right)
    before = {name: getattr(household, name) for name in CHANGEABLE}
    pictured = picture(household)
    _put(household, facts, township)
    changed = [name for name in CHANGEABLE if getattr(household, name) != before[name]]
    household.save(update_fields=CHANGEABLE)
    if {"township", "name_key"} & set(changed):
        tell_grants(household)
        heads = household.persons.filter(relation=Relation.SELF, died_on=None)
        heads.update(name=household.name, name_key=household.name_key, version=F("version") + 1)
    keep_change(by=by, row=household, before=pictured)
    record(by, "household.changed", household, household=household, fields=sorted(changed))
    return household
