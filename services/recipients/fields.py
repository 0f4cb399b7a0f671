"""Which fields of a household show to whom: the table of `docs/access.md`, in one place.

C clear, M masked, D behind a logged click, D* behind a logged click with a written ground, - nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.base.privacy import mask_name
from services.recipients.access import Reason, Window, explain, windows
from services.recipients.models import Household

CLEAR, MASKED, CLICK, GROUND, NOTHING = "C", "M", "D", "D*", "-"
FIELDS = (
    "name",
    "id_number",
    "phone",
    "address",
    "self_care",
    "health",
    "photos",
    "position",
    "category",
    "circle",
    "risk",
)

# Columns of the table, by role. `carer` is a worker or volunteer outside any visiting window.
TABLE: dict[str, dict[str, str]] = {
    "carer": dict(zip(FIELDS, ["M", "-", "-", "-", "C", "-", "C", "-", "-", "-", "C"], strict=True)),
    "carer_on_day": dict(zip(FIELDS, ["D", "-", "D", "D", "C", "-", "C", "-", "-", "D", "C"], strict=True)),
    "agency": dict(zip(FIELDS, ["D", "-", "D", "D", "C", "-", "C", "-", "-", "D", "C"], strict=True)),
    "village": dict(zip(FIELDS, ["C", "M", "C", "C", "C", "-", "-", "-", "C", "C", "C"], strict=True)),
    "township": dict(zip(FIELDS, ["C", "D", "C", "C", "C", "C", "C", "C", "C", "C", "C"], strict=True)),
    "county": dict(zip(FIELDS, ["D", "D*", "D", "D", "C", "D*", "C", "C", "C", "D", "C"], strict=True)),
    "inspector": dict(zip(FIELDS, ["D", "-", "D", "D", "C", "D*", "C", "C", "C", "D", "C"], strict=True)),
    "department": dict(zip(FIELDS, ["M", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-"], strict=True)),
    "emergency": dict(zip(FIELDS, ["D", "-", "D", "D", "C", "D*", "-", "-", "-", "D", "C"], strict=True)),
}

COLUMN_OF_ROLE = {
    "worker": "carer",
    "volunteer": "carer",
    "manager": "agency",
    "station_lead": "agency",
    "livelihood_officer": "village",
    "watch_home_leader": "village",
    "township_cadre": "township",
    "bureau_staff": "county",
    "inspector": "inspector",
    "department_staff": "department",
    "emergency": "emergency",
}
_ORDER = [CLEAR, CLICK, GROUND, MASKED, NOTHING]


@dataclass(frozen=True)
class Shown:
    """For each field, how it shows to one person; made once a page for many households."""

    modes: dict[str, str]

    def mode(self, field: str) -> str:
        """C, M, D, D* or -."""
        return self.modes.get(field, NOTHING)

    def name(self, household: Household) -> str:
        """The name as lists show it: clear only where the table says C."""
        return household.name if self.mode("name") == CLEAR else mask_name(household.name)


def shown(reasons: list[Reason], window: Window) -> Shown:
    """The widest mode of each field over all reasons; nothing without a reason."""
    modes = dict.fromkeys(FIELDS, NOTHING)
    for reason in reasons:
        column = COLUMN_OF_ROLE.get(reason.role)
        if column is None:
            continue
        if column == "carer" and window.visit_day:
            column = "carer_on_day"
        for field, mode in TABLE[column].items():
            if field == "address" and column == "carer_on_day" and not window.door_open:
                mode = NOTHING
            if _ORDER.index(mode) < _ORDER.index(modes[field]):
                modes[field] = mode
    return Shown(modes)


def shown_to(user: Any, household: Household, at: datetime) -> Shown:
    """How each field of one household shows to one person now."""
    return shown(explain(user, household), windows(user, [household], at)[household.pk])


def listed_names(user: Any, households: Iterable[Household], clear_paths: list[str]) -> dict[int, str]:
    """Names for a list: clear only for households inside `clear_paths` (township and village staff's own area)."""
    from partners.network.queries import path_after

    return {
        row.pk: row.name
        if any(path <= row.region.path < path_after(path) for path in clear_paths)
        else mask_name(row.name)
        for row in households
    }
