"""A household moves: the file goes to the office of the new place; the office before keeps a line."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from partners.models import Region
from partners.network.queries import in_subtrees, township_of
from portal.base.audit import record
from portal.base.privacy import mask_name
from portal.base.refused import Refused
from portal.base.row_security import beyond
from portal.permissions.hats import places_for
from services.recipients.changes import keep_change, picture
from services.recipients.models import Household, HouseholdMove, HouseholdState
from services.recipients.people import tell_grants

OFFICE = ("services.edit_household", "services.verify_need")


@dataclass(frozen=True)
class MoveFacts:
    """Where a household went, when and why."""

    region: Region
    moved_on: date
    reason: str
    address: str = ""


@transaction.atomic
def move_household(
    *, by: Any, household: Household, version: int, facts: MoveFacts, today: date
) -> HouseholdMove:
    """Carry the file to another village. The position and the door do not go along.

    Refused: same_place, region_level, moved_future, reason_empty, file_closed, stale.
    """
    if facts.region.pk == household.region_id:
        raise Refused("same_place", _("现在就在这个村组，请另选"), field="region")
    township = township_of(facts.region)
    if township is None or township == facts.region:
        raise Refused("region_level", _("请选到村或村民小组"), field="region")
    if facts.moved_on > today:
        raise Refused("moved_future", _("搬家日期不能晚于今天"), field="moved_on")
    if not facts.reason.strip():
        raise Refused("reason_empty", _("请写明原因"), field="reason")
    if household.state == HouseholdState.CLOSED:
        raise Refused("file_closed", _("档案已注销，不能转走"))
    won = (
        Household.objects.filter(pk=household.pk, version=version)
        .exclude(state=HouseholdState.CLOSED)
        .update(version=F("version") + 1)
    )
    if not won:
        raise Refused("stale", _("这户的档案刚被别人改过。您填的还在，请核对后再按一次"))
    household = Household.objects.select_related("region", "township").get(pk=household.pk)
    before = picture(household)
    move = HouseholdMove.objects.create(
        household=household,
        no_then=household.no,
        name_masked=mask_name(household.name),
        from_region=household.region,
        to_region=facts.region,
        from_township=household.township,
        to_township=township,
        moved_on=facts.moved_on,
        reason=facts.reason.strip()[:200],
        moved_by=by,
    )
    household.region, household.township, household.address = facts.region, township, facts.address
    household.lat = household.lng = household.accuracy_m = None
    household.position_source = household.door_note = household.stairs = ""
    with beyond("move"):
        household.save(
            update_fields=[
                "region", "township", "address", "lat", "lng", "accuracy_m", "position_source", "door_note", "stairs",
                "updated_at",
            ]
        )  # fmt: skip
        tell_grants(household)
        keep_change(by=by, row=household, before=before)
    record(
        by,
        "household.moved",
        household,
        household=household,
        purpose=move.reason,
        left=move.from_region.code,
        came=move.to_region.code,
    )
    return move


def moves_told_to(user: Any) -> QuerySet[HouseholdMove]:
    """The moves out of and into the places whose files this person keeps or verifies.

    A line names the household masked, as it was called then: whoever no longer sees the file sees no more.
    """
    paths = sorted({path for permission in OFFICE for path in places_for(user, permission)})
    told = in_subtrees(paths, "from_region__path") | in_subtrees(paths, "to_region__path")
    return HouseholdMove.objects.filter(told).select_related(
        "from_region__parent", "to_region__parent", "from_township", "to_township", "moved_by"
    )
