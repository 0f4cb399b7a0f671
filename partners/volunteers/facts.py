"""What a volunteer states when joining, as one value between form and action."""

from dataclasses import dataclass

from partners.network.models import Region
from portal.base.identifiers import IdNumber

CONSENT_VERSION = "2026-11"
ADULT = 18
YOUNGEST = 16


@dataclass(frozen=True)
class VolunteerFacts:
    """Checked input of the form. `card` is None when the identity is already known and stays."""

    home: Region
    towns: tuple[Region, ...]
    services: tuple[str, ...]
    times: tuple[str, ...]
    card: IdNumber | None = None
    skills: str = ""
    dialect: str = ""
    consent_version: str = CONSENT_VERSION
