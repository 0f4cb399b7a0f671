"""Who may call the routes of the register: households, sight, privacy, files in and out."""

from tests.matrix.standing import (
    ANNEX,
    BREAKS_GLASS,
    BUREAU,
    DESK,
    DESKS,
    HANDS,
    HOLDER,
    IMPORTED,
    LEAD,
    NO_COPY,
    NOBODY,
    OPENS,
    SEES,
    SIGNED,
    TOWNSHIP,
    TOWNSHIPS,
    VILLAGES,
    F,
    G,
    Line,
    P,
    act,
    both,
    form,
    see,
)

REGISTER: dict[str, Line] = {
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
    "services:files:endings": G(DESKS),
    "services:files:ending": see("household", DESK),
    **{
        f"services:files:ending_{step}": act("household", DESK, version="9", reason="核对过本人")
        for step in ("ask", "undo", "keep")
    },
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
}
