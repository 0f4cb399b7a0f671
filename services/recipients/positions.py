"""Where a household's door is: a pin, typed coordinates of any datum, or the middle of its village."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from partners.network.outline import may_lie_in_county
from portal.base.audit import record
from portal.base.geo import bd_to_wgs, gcj_to_wgs
from portal.base.refused import Refused
from services.recipients.changes import keep_change, picture
from services.recipients.county_map import point_of
from services.recipients.models import Household, PositionSource

# How far from the door each way may be, in metres.
ACCURACY = {
    PositionSource.PIN: 100,
    PositionSource.TYPED: 30,
    PositionSource.VILLAGE: 1500,
    PositionSource.LOOKED_UP: 200,
}
DATUMS = {"wgs": lambda lat, lng: (lat, lng), "gcj": gcj_to_wgs, "bd": bd_to_wgs}


@dataclass(frozen=True)
class Position:
    """A position as given: how, in which datum. Without numbers: taken away."""

    source: str
    lat: float | None = None
    lng: float | None = None
    datum: str = "wgs"


def _wgs(household: Household, position: Position) -> tuple[float, float] | None:
    """The WGS-84 point. Refused: village_unknown, half_a_position, outside_county."""
    if position.source == PositionSource.VILLAGE:
        point = point_of(household.region)
        if point is None:
            raise Refused("village_unknown", _("这个村还没有位置，请在图上点"), field="way")
        return point
    if position.lat is None and position.lng is None:
        return None
    if position.lat is None or position.lng is None:
        raise Refused("half_a_position", _("纬度和经度要一起填，或都空着"), field="lat")
    point = DATUMS[position.datum](position.lat, position.lng)
    if not may_lie_in_county(*point):
        raise Refused("outside_county", _("这个位置不在本县。请看看两个数是否填反"), field="lat")
    return point


@transaction.atomic
def place_household(*, by: Any, household: Household, version: int, position: Position) -> Household:
    """Say where the door is, or that nobody knows. Refused: stale and those of the position."""
    if not Household.objects.filter(pk=household.pk, version=version).update(version=F("version") + 1):
        raise Refused("stale", _("这户的档案刚被别人改过。您填的还在，请核对后再按一次"))
    household = Household.objects.select_related("region__parent__parent").get(pk=household.pk)
    before = picture(household)
    point = _wgs(household, position)
    household.lat, household.lng = point if point else (None, None)
    household.position_source = position.source if point else ""
    household.accuracy_m = ACCURACY[PositionSource(position.source)] if point else None
    household.save(update_fields=["lat", "lng", "position_source", "accuracy_m", "updated_at"])
    keep_change(by=by, row=household, before=before)
    record(
        by, "household.placed", household, household=household, source=position.source if point else "none"
    )
    return household


def note_lookup(*, by: Any, household: Household) -> None:
    """The address is about to leave the house for a map service: that is written down first."""
    record(by, "household.looked_up", household, household=household)
