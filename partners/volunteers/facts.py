"""What a volunteer states when joining, as one value between form and action."""

from dataclasses import dataclass

from partners.network.models import Region
from portal.base.identifiers import IdNumber

CONSENT_VERSION = "2026-11"
ADULT = 18
YOUNGEST = 16


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """Where, when and what, how one gets there and what one does not do: a volunteer's own to change."""

    towns: tuple[Region, ...]
    services: tuple[str, ...]
    times: tuple[str, ...]
    skills: str = ""
    dialect: str = ""
    travel: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class VolunteerFacts(Wishes):
    """Checked input of the form. `card` is None when the identity is already known and stays."""

    home: Region
    card: IdNumber | None = None
    consent_version: str = CONSENT_VERSION
