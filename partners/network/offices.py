"""The office of a place: its telephone and address, for everybody. A mobile number is somebody's own, never an office's."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from partners.network.models import Region
from portal.base import public_stamp
from portal.base.audit import record
from portal.base.identifiers import contact_phone
from portal.base.refused import Refused


def office_phone(text: str) -> str:
    """An office's number as it is dialled. Refused: phone, private_phone."""
    number = contact_phone(text)
    if number.startswith("+861"):
        raise Refused("private_phone", _("这里只填办公电话（座机），不能填手机号"), "office_phone")
    return number


def shown_phone(text: str) -> str:
    """What a public page shows of a stored number: nothing, if it is a mobile or no number at all."""
    try:
        return office_phone(text) if text else ""
    except Refused:
        return ""


@transaction.atomic
def set_office(*, region: Region, phone: str, address: str, by: Any) -> None:
    """Write the office's telephone and address of a place. Refused: phone, private_phone."""
    region.office_phone = office_phone(phone) if phone else ""
    region.office_address = address.strip()
    region.save(update_fields=["office_phone", "office_address"])
    record(by, "office.set", region, region=region.code, phone=bool(phone))
    public_stamp.bump()
