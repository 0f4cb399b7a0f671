"""Who may call what: written by hand from `docs/access.md` and the issue's roles, not read from the code.

A route without a line here fails the matrix. Households are named by letters (see `world`): A own, B a
colleague's, C same township but the station's, D other township, E ended yesterday, F never was.
"""

from dataclasses import dataclass, field

ALL = ["A", "B", "C", "D", "E"]
CARERS = {
    "volunteer-liu",
    "volunteer-wu",
    "volunteer-zhao",
    "volunteer-chen",
    "worker-tonghe",
    "worker-nuanlin",
}
MANAGERS = {"manager-tonghe", "manager-nuanlin"}
HEADS = MANAGERS | {"station-shitan", "station-huashi"}
VILLAGES = {"village-gucheng", "village-luohan"}
TOWNSHIPS = {"township-shitan", "township-huashi"}
DESKS = TOWNSHIPS | {"bureau"}
NOBODY: set[str] = set()

# Which persona stands where to each household.
VILLAGE = {
    "A": {"village-gucheng"}, "B": {"village-gucheng"}, "C": NOBODY, "D": {"village-luohan"}, "E": {"village-gucheng"},
}  # fmt: skip
TOWNSHIP = {letter: {"township-huashi"} if letter == "D" else {"township-shitan"} for letter in ALL}
DESK = {letter: TOWNSHIP[letter] | {"bureau"} for letter in ALL}
AGENCY = {
    "A": {"manager-tonghe"},
    "B": {"manager-tonghe"},
    "C": {"station-shitan"},
    "D": {"manager-nuanlin"},
    "E": NOBODY,
}
LEAD = {"A": {"worker-tonghe"}, "B": NOBODY, "C": {"station-shitan"}, "D": {"worker-nuanlin"}, "E": NOBODY}
COMPANION = {"A": {"volunteer-liu"}, "B": NOBODY, "C": NOBODY, "D": {"volunteer-zhao"}, "E": NOBODY}
REFERRED = {"A": NOBODY, "B": {"department-yibao"}, "C": NOBODY, "D": NOBODY, "E": NOBODY}


def both(*tables: dict[str, set[str]]) -> dict[str, set[str]]:
    """Who stands in any of these tables."""
    return {letter: set().union(*(table.get(letter, NOBODY) for table in tables)) for letter in ALL}


CARER = both(LEAD, COMPANION)
SEES = both(VILLAGE, DESK, AGENCY, CARER, REFERRED)
READS = both(AGENCY, DESK)
PHOTO = both(LEAD, AGENCY, DESK)
LOOKS = both(AGENCY, {letter: {"bureau"} for letter in ALL})  # the township sees names anyway
BEFORE_WINDOW = {**dict.fromkeys(ALL, NOBODY), "C": {"station-shitan"}}  # as head of the station, at any time
REPORTED = both(VILLAGE, TOWNSHIP)  # what was reported in one's own area
BUREAU = {letter: {"bureau"} for letter in ALL}
OFFERED = {**AGENCY, "E": {"manager-tonghe"}}  # one's own answered offers stay readable; they name nobody
PUBLIC, SIGNED = "public", "signed in"


@dataclass(frozen=True)
class Line:
    """One route. `may` (by label) for routes with an object of `kind`; `who` for functions."""

    methods: str
    who: str | frozenset[str] = frozenset()
    kind: str = ""
    may: dict[str, set[str]] = field(default_factory=dict)
    body: dict[str, str] = field(default_factory=dict)
    also: frozenset[int] = frozenset()


def G(who: str | set[str]) -> Line:
    """A page without an object."""
    return Line("G", who if isinstance(who, str) else frozenset(who))


def F(who: str | set[str]) -> Line:
    """A form without an object, or a page that also answers POST."""
    return Line("GP", who if isinstance(who, str) else frozenset(who))


def P(who: str | set[str]) -> Line:
    """An act without an object."""
    return Line("P", who if isinstance(who, str) else frozenset(who))


def see(kind: str, may: dict[str, set[str]]) -> Line:
    """A page of an object."""
    return Line("G", kind=kind, may=may)


def form(kind: str, may: dict[str, set[str]]) -> Line:
    """A form about an object."""
    return Line("GP", kind=kind, may=may)


def act(kind: str, may: dict[str, set[str]], **body: str) -> Line:
    """An act on an object."""
    return Line("P", kind=kind, may=may, body=body)


LINES: dict[str, Line] = {
    # the roof
    "portal:healthz": G(PUBLIC),
    "portal:csp_report": P(PUBLIC),
    "portal:activate": Line("GP", PUBLIC, also=frozenset({410})),  # without a link it is over
    "portal:open_link": G(PUBLIC),
    "portal:reset_person": form(
        "user", {"tonghe": {"manager-tonghe"}, "huashi": {"township-huashi", "bureau"}}
    ),
    "portal:me": G(SIGNED),
    "portal:audit": G({"sysadmin"}),
    "portal:landing": G(SIGNED),
    "portal:language": P(SIGNED),
    "portal:inbox": G(SIGNED),
    "portal:open_letter": Line("P", SIGNED, also=frozenset({404})),  # no letter named
    "portal:read_all": P(SIGNED),
    "portal:kept": F(SIGNED),
    "account_login": F(PUBLIC),
    "account_reauthenticate": F(SIGNED),
    "account_change_password": F(SIGNED),
    "mfa_authenticate": F(PUBLIC),
    "mfa_reauthenticate": F(SIGNED),
    "mfa_activate_totp": F(SIGNED),
    "mfa_deactivate_totp": Line("GP", SIGNED, also=frozenset({404})),  # none is set up
    "usersessions_list": F(SIGNED),
    # the partners
    "partners:workers": G(HEADS),
    "partners:invite_worker": F(HEADS),
    "partners:renew_invitation": act(
        "membership", {"tonghe": {"manager-tonghe"}, "nuanlin": {"manager-nuanlin"}}
    ),
    "partners:end_membership": form(
        "membership", {"tonghe": {"manager-tonghe"}, "nuanlin": {"manager-nuanlin"}}
    ),
    "partners:qualification": G(HEADS),
    "partners:network": G(DESKS),
    "partners:place": see(
        "region", {"shitan": {"township-shitan", "bureau"}, "huashi": {"township-huashi", "bureau"}}
    ),
    "partners:appoint": act("region", {"shitan": {"bureau"}, "huashi": {"bureau"}}),
    "partners:end_post": form("post", {"shitan": {"bureau"}, "huashi": {"bureau"}}),
    "partners:invite": F(DESKS),
    "partners:vetting": G(DESKS),
    "partners:vetting_detail": see(
        "application", {"shitan": {"township-shitan", "bureau"}, "huashi": {"township-huashi", "bureau"}}
    ),
    "partners:vetting_check": act(
        "application", {"shitan": {"township-shitan", "bureau"}, "huashi": {"township-huashi", "bureau"}}
    ),
    "partners:vetting_return": act(
        "application", {"shitan": {"township-shitan", "bureau"}, "huashi": {"township-huashi", "bureau"}}
    ),
    "partners:vetting_approve": act("application", {"shitan": {"bureau"}, "huashi": {"bureau"}}),
    "partners:vetting_refuse": act("application", {"shitan": {"bureau"}, "huashi": {"bureau"}}),
    "join": G(PUBLIC),
    "join_agency": F(PUBLIC),
    "join_agency_done": G(PUBLIC),
    "join_volunteer": F(PUBLIC),
    "join_volunteer_done": G(PUBLIC),
    "join_status": G(SIGNED),
    "join_complete": form("application", {"shitan": {"applicant"}}),
    "join_withdraw": form("application", {"shitan": {"applicant"}}),
    "providers": G(PUBLIC),
    "display": G(PUBLIC),
    "search": G(PUBLIC),
    # the register
    "services:recipients:list": G(DESKS),
    "services:recipients:create": F(TOWNSHIPS),
    "services:recipients:village": G(VILLAGES | TOWNSHIPS),
    "services:recipients:detail": see("household", SEES),
    "services:recipients:why": see("household", SEES),
    "services:recipients:unmask": act("household", both(AGENCY, BUREAU), field="phone", ground="核对电话"),
    **{
        f"services:recipients:{name}": form("household", TOWNSHIP)
        for name in (
            "edit",
            "pause",
            "resume",
            "close",
            "person_add",
            "person_edit",
            "tekun",
            "tekun_end",
            "assess",
        )
    },
    # reports and desks
    "services:casework:desk": G(DESKS | {"inspector", "finance", "department-yibao"}),
    "services:casework:search": G(DESKS),
    "services:casework:report": see("report", DESK),
    "services:casework:report_close": form("report", DESK),
    "services:casework:report_verify": form("report", DESK),
    "services:casework:report_household": form("report", TOWNSHIP),
    "services:intake:list": G(DESKS),
    "services:intake:village": G(VILLAGES | TOWNSHIPS),
    "services:intake:report": F(VILLAGES | TOWNSHIPS),
    "services:intake:own": form("report", REPORTED),
    "services:intake:received": see("report", REPORTED),
    # needs, contracts, matching
    "services:needs:list": G(DESKS),
    "services:needs:new": form("household", DESK),
    "services:needs:detail": see("need", DESK),
    **{f"services:needs:{name}": form("need", DESK) for name in ("verify", "pause", "close", "resume")},
    "services:contracts:list": F({"bureau", "finance"}),
    "services:contracts:new": F({"bureau"}),
    "services:contracts:detail": form("contract", {x: {"bureau", "finance"} for x in "ACD"}),
    "services:contracts:edit": form("contract", {"A": NOBODY, "C": {"bureau"}, "D": NOBODY}),  # only drafts
    "services:contracts:reprice": form("contract", {x: {"bureau"} for x in "ACD"}),
    "services:contracts:move": form("contract", {x: {"bureau"} for x in "ACD"}),
    "services:contracts:agency_list": F(MANAGERS),
    "services:contracts:agency_detail": form(
        "contract", {"A": {"manager-tonghe"}, "C": NOBODY, "D": {"manager-nuanlin"}}
    ),
    "services:matching:queue": F({"bureau"}),
    "services:matching:rules": F(SIGNED),
    "services:matching:need": form("need", BUREAU),
    "services:matching:withdraw": form("offer", BUREAU),
    "services:matching:accept": form("offer", OFFERED),
    "services:matching:decline": form("offer", OFFERED),
    # tasks
    "services:tasks:agency": F(HEADS),
    "services:tasks:list": F(HEADS),
    **{
        f"services:tasks:{name}": form("task", AGENCY)
        for name in ("detail", "assign", "reassign", "dates", "companion", "end", "cancel")
    },
    "services:tasks:volunteer": form("unmatched", DESK),
    # visits, photos, alerts
    "services:visits:today": G(CARERS | HEADS),
    "services:visits:schedule": G(CARERS | HEADS),
    "services:visits:visit": see("planned", CARER),
    "services:visits:check_in": act("planned", LEAD),
    "services:visits:hand_in": act("planned", LEAD),
    "services:visits:door": act("planned", BEFORE_WINDOW),
    "services:visits:receipt": see("before", LEAD),
    "services:visits:complete": form("before", LEAD),
    "services:visits:alert": form("planned", CARER),
    "services:visits:alert_told": see("before", LEAD),
    "services:visits:photo": see("photo", PHOTO),
    "services:visits:agency_list": G(HEADS),
    "services:visits:agency_record": see("record", AGENCY),
    **{
        f"services:visits:{area}_{verb}": act("record", AGENCY)  # a township judges voluntary visits only
        for area in ("agency", "desk")
        for verb in ("confirm", "send_back", "flag")
    },
    "services:visits:agency_record_look": act("record", AGENCY, field="name"),
    "services:visits:desk_list": G(DESKS),
    "services:visits:desk_record": see("record", DESK),
    "services:visits:desk_record_look": act("record", LOOKS, field="name"),
    **{f"services:visits:{area}_alerts": G(HEADS | DESKS) for area in ("agency", "desk")},
    **{f"services:visits:{area}_alert": see("alert", READS) for area in ("agency", "desk")},
    **{
        f"services:visits:{area}_alert_{verb}": act("alert", READS)
        for area in ("agency", "desk")
        for verb in ("acknowledge", "close")
    },
    **{
        f"services:visits:{area}_alert_look": act("alert", LOOKS, field="name") for area in ("agency", "desk")
    },
}

# Who may meet a planted secret without a logged click, by field (design: C). Everybody else: never.
OPEN: dict[str, dict[str, set[str]]] = {
    "name": both(VILLAGE, TOWNSHIP),
    "key": both(VILLAGE, TOWNSHIP),
    "phone": both(VILLAGE, TOWNSHIP),
    "address": both(VILLAGE, TOWNSHIP),
    "health": TOWNSHIP,
    "assess": TOWNSHIP,
    "note": both(LEAD, AGENCY, TOWNSHIP),
    "alert": both(LEAD, AGENCY, DESK),
    "report": both(VILLAGE, DESK),
    "person": both(VILLAGE, TOWNSHIP),
    "id_number": {},
    "exif": {},
}
# What a click may open (POST, logged), by field.
CLICK: dict[str, dict[str, set[str]]] = {
    "name": both(AGENCY, BUREAU),
    "phone": both(AGENCY, BUREAU),
    "address": both(AGENCY, BUREAU),
    "health": BUREAU,
    "assess": BUREAU,
    "note": BUREAU,
    "id_number": {},
}
CLICKS = {"services:recipients:unmask"} | {
    f"services:visits:{name}_look" for name in ("agency_record", "desk_record", "agency_alert", "desk_alert")
} | {"services:visits:door"}  # fmt: skip
# Proof that the scanner sees: each of these must be met at least once.
MUST_MEET = {
    ("name", "township-shitan"), ("name", "village-gucheng"), ("name", "township-huashi"),
    ("phone", "township-shitan"), ("address", "township-shitan"), ("health", "township-shitan"),
    ("note", "manager-tonghe"), ("note", "township-shitan"), ("note", "worker-tonghe"),
    ("alert", "manager-tonghe"), ("alert", "township-shitan"), ("alert", "bureau"),
    ("phone", "manager-tonghe"), ("phone", "bureau"),
}  # fmt: skip
