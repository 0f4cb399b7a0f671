"""A need in a township with an agency that may take it: what the tests of matching start from."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from partners.models import Provider, Region
from portal.models import User
from services.matching.models import Offer
from services.models import Contract, Household, Need, NeedState
from tests import makers


@dataclass
class Scene:
    """The people and rows of one matching."""

    county: Region
    town: Region
    village: Region
    household: Household
    need: Need
    agency: Provider
    contract: Contract
    manager: User
    bureau: User


def make_scene(**need: Any) -> Scene:
    """A verified need, one agency with contract, its manager, and the bureau's matcher."""
    county = makers.make_region("county")
    town = makers.make_region("township", county)
    village = makers.make_region("village", town)
    household = makers.make_household(village)
    agency = makers.make_provider(townships=[town], capacity=20)
    return Scene(
        county=county,
        town=town,
        village=village,
        household=household,
        need=makers.make_need(household, **need),
        agency=agency,
        contract=makers.make_contract(agency, [town]),
        manager=makers.make_member(agency, "manager"),
        bureau=makers.make_post("bureau_staff", county),
    )


def make_offer(scene: Scene, **more: Any) -> Offer:
    """An offer of the scene's need that waits for an answer."""
    Need.objects.filter(pk=scene.need.pk).update(state=NeedState.OFFERED)
    scene.need.refresh_from_db()
    now = timezone.now()
    values = {
        "no": f"O-{makers.serial():08d}",
        "need": scene.need,
        "provider": scene.agency,
        "contract": scene.contract,
        "unit_fen": 5800,
        "sent_at": now - timedelta(hours=1),
        "expires_at": now + timedelta(hours=23),
        "sent_by": scene.bureau,
    }
    return Offer.objects.create(**{**values, **more})
