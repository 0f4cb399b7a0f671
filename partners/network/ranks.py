"""Which posts exist at which level, and who may give which: nobody gives what is above their own."""

from partners.network.models import RegionLevel as L

LEVEL_OF: dict[str, str] = {
    "watch_home_leader": L.GROUP,
    "livelihood_officer": L.VILLAGE,
    "township_cadre": L.TOWNSHIP,
    "bureau_staff": L.COUNTY,
    "inspector": L.COUNTY,
    "finance": L.COUNTY,
    "department_staff": L.COUNTY,
    "editor": L.COUNTY,
    "sysadmin": L.COUNTY,
}

BELOW: dict[str, frozenset[str]] = {
    "bureau_staff": frozenset(
        {
            "township_cadre",
            "livelihood_officer",
            "watch_home_leader",
            "inspector",
            "finance",
            "department_staff",
            "editor",
        }
    ),
    "township_cadre": frozenset({"livelihood_officer", "watch_home_leader"}),
}

# The bureau also names its own colleagues; a system administrator comes from outside this site.
APPOINTS: dict[str, frozenset[str]] = {"bureau_staff": BELOW["bureau_staff"] | {"bureau_staff"}}


def may_invite(own: str, role: str) -> bool:
    """Whether a holder of `own` may invite somebody as `role`."""
    return role in BELOW.get(own, ())


def may_appoint(own: str, role: str) -> bool:
    """Whether a holder of `own` may appoint somebody as `role`."""
    return role in APPOINTS.get(own, ())
