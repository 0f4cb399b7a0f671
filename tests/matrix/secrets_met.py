"""Who may meet which planted secret: written by hand, like the expectations."""

from tests.matrix.standing import (
    AGENCY,
    BUREAU,
    DESK,
    GLASS,
    INSPECTED,
    LEAD,
    LEFT_OPEN,
    OPENS,
    TOWNSHIP,
    VILLAGE,
    both,
)

# Who may meet a planted secret without a logged click, by field (design: C). Everybody else: never.
OPEN: dict[str, dict[str, set[str]]] = {
    "name": both(VILLAGE, TOWNSHIP),
    "key": both(VILLAGE, TOWNSHIP),
    "phone": both(VILLAGE, TOWNSHIP),
    "address": both(VILLAGE, TOWNSHIP),
    "health": TOWNSHIP,
    "assess": TOWNSHIP,
    "note": both(LEAD, AGENCY, LEFT_OPEN, TOWNSHIP),
    "alert": both(LEAD, AGENCY, DESK),
    "report": both(VILLAGE, DESK),
    "person": both(VILLAGE, TOWNSHIP),
    "id_number": {},
    "exif": {},
}
# What a click may open (POST, logged), by field.
CLICK: dict[str, dict[str, set[str]]] = {
    "name": both(OPENS, BUREAU),
    "phone": both(OPENS, BUREAU),
    "address": both(OPENS, BUREAU),
    "health": both(INSPECTED, GLASS, BUREAU),
    "assess": BUREAU,
    "note": BUREAU,
    "id_number": {},
}
CLICKS = {"services:recipients:unmask", "services:reviews:words"} | {
    f"services:visits:{name}_look" for name in ("agency_record", "desk_record", "agency_alert", "desk_alert")
} | {"services:visits:door"}  # fmt: skip
# Proof that the scanner sees: each of these must be met at least once.
MUST_MEET = {
    ("name", "township-shitan"), ("name", "village-gucheng"), ("name", "township-huashi"),
    ("phone", "township-shitan"), ("address", "township-shitan"), ("health", "township-shitan"),
    ("note", "manager-tonghe"), ("note", "township-shitan"), ("note", "worker-tonghe"),
    ("alert", "manager-tonghe"), ("alert", "township-shitan"), ("alert", "bureau"),
    ("phone", "manager-tonghe"), ("phone", "bureau"), ("phone", "inspector"), ("phone", "sysadmin"),
}  # fmt: skip
