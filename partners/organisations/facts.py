"""What an organisation states of itself, as one value between form and action."""

from dataclasses import dataclass
from datetime import date

from partners.network.models import Region


@dataclass(frozen=True)
class OrganisationFacts:
    """Checked input of the form; `office` is the township whose people check it."""

    kind: str
    name: str
    uscc: str
    registrar: str
    registered_until: date
    legal_representative: str
    contact_name: str
    contact_phone: str
    address: str
    office: Region
    services: tuple[str, ...]
    townships: tuple[Region, ...]
    uscc_checksum_ok: bool = True
    uscc_override_reason: str = ""
    lat: float | None = None
    lng: float | None = None
    introduction: str = ""
    supervisor: str = ""
    rating: str = ""
    rating_from: date | None = None
    report_year: int | None = None
    report_result: str = ""
