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
    "A": {"village-gucheng"}, "B": {"village-gucheng"}, "C": NOBODY, "D": NOBODY, "E": {"village-gucheng"},
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
# The officer of D's village is near kin of D, so nothing of it is theirs.
INSPECTED = {"A": NOBODY, "B": NOBODY, "C": {"inspector"}, "D": NOBODY, "E": NOBODY}
GLASS = {"A": NOBODY, "B": {"sysadmin"}, "C": NOBODY, "D": NOBODY, "E": NOBODY}
BREAKS_GLASS = TOWNSHIPS | {"inspector", "sysadmin"}
# Visits that an ended task left open: the agency says its word to those records, and sees nothing else.
LEFT_OPEN = {**dict.fromkeys(ALL, NOBODY), "E": {"manager-tonghe"}}
REFERRED = {"A": NOBODY, "B": {"department-yibao"}, "C": NOBODY, "D": NOBODY, "E": NOBODY}


def both(*tables: dict[str, set[str]]) -> dict[str, set[str]]:
    """Who stands in any of these tables."""
    return {letter: set().union(*(table.get(letter, NOBODY) for table in tables)) for letter in ALL}


CARER = both(LEAD, COMPANION)
HANDS = both(LEAD, COMPANION, AGENCY, TOWNSHIP)  # who goes there, who sends them, who keeps the file
SEES = both(VILLAGE, DESK, AGENCY, CARER, REFERRED, INSPECTED, GLASS)
OPENS = both(AGENCY, INSPECTED, GLASS)
READS = both(AGENCY, DESK)
PHOTO = both(LEAD, AGENCY, DESK)
LOOKS = both(AGENCY, {letter: {"bureau"} for letter in ALL})  # the township sees names anyway
BEFORE_WINDOW = {**dict.fromkeys(ALL, NOBODY), "C": {"station-shitan"}}  # as head of the station, at any time
REPORTED = both(VILLAGE, TOWNSHIP)  # what was reported in one's own area
BUREAU = {letter: {"bureau"} for letter in ALL}
OFFERED = {**AGENCY, "E": {"manager-tonghe"}}  # one's own answered offers stay readable; they name nobody
NO_COPY = dict.fromkeys(ALL, NOBODY)
HOLDER = {"A": {"manager-tonghe"}, "C": NOBODY, "D": {"manager-nuanlin"}}
ANNEX = {letter: HOLDER[letter] | {"bureau", "finance"} for letter in HOLDER}
IMPORTED = {"shitan": {"township-shitan", "bureau"}, "huashi": {"township-huashi", "bureau"}}
PUBLIC, SIGNED = "public", "signed in"


@dataclass(frozen=True)
class Line:
    """One route. `may` (by label) for routes with an object of `kind`; `who` for functions."""

    methods: str
    who: str | frozenset[str] = frozenset()
    kind: str = ""
    may: dict[str, set[str]] = field(default_factory=dict)
    body: dict[str, str] = field(default_factory=dict)
    post: dict[str, set[str]] | None = None  # who may send, where fewer than may look
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
    "portal:health": G({"sysadmin"}),
    "portal:revive": P({"sysadmin"}),
    "portal:calendar": G({"bureau", "sysadmin"}),
    "portal:calendar_set": F({"bureau", "sysadmin"}),
    "portal:calendar_list": F({"bureau", "sysadmin"}),
    "portal:calendar_remove": P({"bureau", "sysadmin"}),
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
    "services:recipients:unmask": act("household", both(OPENS, BUREAU), field="phone", ground="核对电话"),
    **{
        f"services:recipients:{name}": form("household", TOWNSHIP)
        for name in (
            "edit",
            "position",
            "circle_add",
            "circle_edit",
            "circle_end",
            "risk_end",
            "person_add",
            "person_edit",
            "category",
            "category_end",
            "assess",
        )
    },
    **{
        f"services:files:{name}": form("household", TOWNSHIP)
        for name in ("pause", "resume", "close", "move", "split", "death")
    },
    "services:files:merge": form("household", DESK),
    "services:files:moves": G(DESKS),
    "services:recipients:changes": see("household", DESK),
    "services:recipients:risk_add": form("household", HANDS),
    "services:recipients:handover": form("household", HANDS),
    "services:recipients:handover_strike": act("household", both(LEAD, TOWNSHIP)),
    # sight itself
    "services:recipients:figures": G(DESKS | {"inspector", "finance", "department-yibao"}),
    "services:recipients:find": F(DESKS),
    "services:recipients:looked": see("household", DESK),
    "services:recipients:looked_print": see("household", DESK),
    "services:recipients:explain": see("household", DESK),
    "services:recipients:kin": form("household", DESK),
    "services:recipients:kin_mine": act("household", SEES),
    "services:recipients:kin_end": act("tie", DESK),
    "services:recipients:emergency": F(BREAKS_GLASS),
    "services:recipients:emergency_end": act(
        "sightcase", {"sysadmin": {"sysadmin"}, "huashi": {"township-huashi"}, "reading": NOBODY}
    ),
    "services:recipients:sight": G({"bureau"}),
    "services:recipients:sight_case": form(
        "sightcase", {name: {"bureau"} for name in ("sysadmin", "huashi", "reading")}
    ),
    "services:recipients:sight_report": see("sightreport", {"night": {"bureau"}}),
    # privacy: answers and requests by the office of the place; one's own by everybody; the keeper's duties
    "services:privacy:household": see("household", DESK),
    "services:privacy:paper": see("household", DESK),
    "services:privacy:answer": act("household", DESK),
    "services:privacy:withdraw": act("household", DESK),
    "services:privacy:ask": act("household", DESK),
    "services:privacy:hold": act("household", BUREAU, reason="案子没结"),
    "services:privacy:requests": G(DESKS),
    "services:privacy:request": see("request", DESK),
    "services:privacy:copy": see("request", NO_COPY),  # these ask for a correction, so there is no copy
    "services:privacy:decide": act("request", DESK, outcome="改好了", version="1"),
    "services:privacy:own": G(SIGNED),
    "services:privacy:own_answer": P(SIGNED),
    "services:privacy:own_withdraw": Line("P", SIGNED, also=frozenset({404})),  # no answer named
    "services:privacy:own_ask": P(SIGNED),
    "services:privacy:own_copy": see("request", NO_COPY),
    "services:privacy:retention": G({"bureau"}),
    "services:privacy:period_new": F({"bureau"}),
    "services:privacy:retention_run": P({"bureau"}),
    "services:privacy:annex": see("contract", ANNEX),
    "services:privacy:annex_agree": act("contract", HOLDER),
    "services:privacy:certificate": Line("GP", kind="contract", may=ANNEX, post=HOLDER),
    "services:privacy:certificate_accept": act("contract", {x: {"bureau"} for x in "ACD"}),
    "services:privacy:impacts": G({"bureau"}),
    "services:privacy:impact_new": F({"bureau"}),
    "services:privacy:impact": see("impact", {"one": {"bureau"}}),
    # registers in and out
    "services:imports:list": G(DESKS),
    "services:imports:new": F(DESKS),
    "services:imports:detail": see("import", IMPORTED),
    **{
        f"services:imports:{name}": act(
            "import", {"shitan": {"township-shitan"}, "huashi": {"township-huashi"}}
        )
        for name in ("apply", "stop", "result")
    },
    "services:imports:columns": form(
        "import", {"shitan": {"township-shitan"}, "huashi": {"township-huashi"}}
    ),
    "services:imports:likenesses": G(DESKS),
    "services:imports:likeness": form("likeness", {"A": {"township-shitan", "bureau"}, "D": {"bureau"}}),
    "services:exports:list": G(DESKS),
    "services:exports:new": F(DESKS),
    "services:exports:detail": see(
        "export", {"shitan": {"township-shitan", "bureau"}, "huashi": {"township-huashi"}}
    ),
    "services:exports:agree": act("export", {"shitan": {"bureau"}, "huashi": NOBODY}),
    "services:exports:refuse": act("export", {"shitan": {"bureau"}, "huashi": NOBODY}),
    "services:exports:take": act("export", {"shitan": NOBODY, "huashi": {"township-huashi"}}),
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
    # care: agreements, plans, looking in, reviews
    "services:care:unseen": G(VILLAGES | DESKS),
    "services:care:file": see("household", both(VILLAGE, DESK, AGENCY, CARER)),
    "services:care:slip": see("household", both(VILLAGE, DESK)),
    "services:care:look_in": form("household", both(VILLAGE, TOWNSHIP)),
    **{f"services:care:{name}": form("household", TOWNSHIP) for name in ("agreement_new", "plan_new")},
    **{f"services:care:{name}": G(DESKS) for name in ("agreements", "plans", "rules")},
    **{f"services:care:{name}": see("agreement", DESK) for name in ("agreement", "agreement_print")},
    **{
        f"services:care:agreement_{verb}": form("agreement", TOWNSHIP)
        for verb in ("edit", "submit", "send_back", "sign", "end", "renew")
    },
    "services:care:plan": see("plan", DESK),
    **{f"services:care:plan_{verb}": form("plan", TOWNSHIP) for verb in ("edit", "submit", "end")},
    **{f"services:care:plan_{verb}": form("plan", DESK) for verb in ("approve", "send_back")},
    "services:care:plan_needs": act("plan", TOWNSHIP, version="1"),
    "services:care:round_new": F(DESKS),
    **{
        f"services:care:{name}": F({"bureau"})
        for name in ("visit_rule_new", "interval_new", "start_new", "sheet_new")
    },
    "services:reviews:report": form("household", both(VILLAGE, DESK, AGENCY, CARER)),
    "services:reviews:periodic": act("household", TOWNSHIP),
    "services:reviews:followed": see("review", DESK),
    "services:reviews:list": G(DESKS),
    "services:reviews:detail": see("review", DESK),
    "services:reviews:notice": see("review", DESK),
    "services:reviews:words": act("review", BUREAU, ground="核对情况"),
    **{f"services:recipients:{name}": form("household", TOWNSHIP) for name in ("dibao", "dibao_end")},
    **{f"services:reviews:{verb}": act("review", TOWNSHIP, version="1") for verb in ("propose", "withdraw")},
    **{f"services:reviews:{verb}": act("review", BUREAU, version="1") for verb in ("decide", "send_back")},
    # needs, contracts, matching
    "services:needs:list": G(DESKS),
    "services:needs:new": form("household", DESK),
    "services:needs:detail": see("need", DESK),
    **{f"services:needs:{name}": form("need", DESK) for name in ("verify", "pause", "close", "resume")},
    "services:contracts:list": G({"bureau", "finance"}),
    "services:contracts:new": F({"bureau"}),
    "services:contracts:detail": see("contract", {x: {"bureau", "finance"} for x in "ACD"}),
    "services:contracts:edit": form("contract", {"A": NOBODY, "C": {"bureau"}, "D": NOBODY}),  # only drafts
    "services:contracts:reprice": form("contract", {x: {"bureau"} for x in "ACD"}),
    "services:contracts:move": form("contract", {x: {"bureau"} for x in "ACD"}),
    "services:contracts:agency_list": G(MANAGERS),
    "services:contracts:agency_detail": see(
        "contract", {"A": {"manager-tonghe"}, "C": NOBODY, "D": {"manager-nuanlin"}}
    ),
    "services:matching:queue": G({"bureau"}),
    "services:matching:rules": G(SIGNED),
    "services:matching:need": form("need", BUREAU),
    "services:matching:withdraw": form("offer", BUREAU),
    "services:matching:accept": form("offer", OFFERED),
    "services:matching:decline": form("offer", OFFERED),
    # tasks
    "services:tasks:agency": G(HEADS),
    "services:tasks:list": G(HEADS),
    "services:tasks:detail": see("task", AGENCY),
    **{
        f"services:tasks:{name}": form("task", AGENCY)
        for name in ("assign", "reassign", "dates", "companion", "pause", "resume", "end", "cancel")
    },
    "services:tasks:desk_list": G(DESKS),
    "services:tasks:desk_detail": see("task", DESK),
    **{f"services:tasks:desk_{verb}": form("task", DESK) for verb in ("pause", "resume", "end")},
    "services:matching:offers": G(DESKS),
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
    "services:visits:agency_record": see("record", both(AGENCY, LEFT_OPEN)),
    **{
        f"services:visits:{area}_{verb}": act(
            "record", both(AGENCY, LEFT_OPEN)
        )  # a township judges voluntary visits only
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
