"""Who may call the routes of the care itself: reports, care, contracts, matching, tasks, visits."""

from tests.matrix.standing import (
    AGENCY,
    BEFORE_WINDOW,
    BUREAU,
    CARER,
    CARERS,
    DESK,
    DESKS,
    HEADS,
    IMPORTED,
    LEAD,
    LEFT_OPEN,
    LOOKS,
    MANAGERS,
    NO_COPY,
    NOBODY,
    OFFERED,
    PHOTO,
    PUBLIC,
    READS,
    REPORTED,
    SIGNED,
    TOWNSHIP,
    TOWNSHIPS,
    VILLAGE,
    VILLAGES,
    F,
    G,
    Line,
    act,
    both,
    form,
    see,
)

CARE: dict[str, Line] = {
    # reports and desks
    "services:casework:desk": G(DESKS | {"inspector", "finance", "department-yibao"}),
    "services:casework:search": G(DESKS),
    "services:casework:report": see("report", DESK),
    "services:casework:report_close": form("report", DESK),
    "services:casework:report_verify": form("report", DESK),
    "services:casework:report_household": form("report", TOWNSHIP),
    "services:discovery:list": G(DESKS),
    "services:discovery:run": F(DESKS),
    "services:discovery:progress": see("run", IMPORTED),
    "services:discovery:detail": see("discovery", DESK),
    "services:discovery:report": act("discovery", TOWNSHIP, version="1"),
    "services:discovery:dismiss": act("discovery", TOWNSHIP, version="1", reason="看过了"),
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
    "services:matching:plan": G({"bureau"}),
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
    # these are agencies' tasks: they send people and set dates themselves
    **{f"services:tasks:desk_{word}": form("task", NO_COPY) for word in ("companion", "dates")},
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
    # where nothing is doubted there is nothing to decide
    "services:visits:desk_doubt": act("record", NO_COPY),
    "services:visits:desk_record_look": act("record", LOOKS, field="name"),
    # what phones brought: the offices of the place decide, an agency reads of its own people
    "services:sync:desk_list": G(DESKS),
    "services:sync:agency_list": G(HEADS),
    "services:sync:desk_item": see("brought", DESK),
    "services:sync:desk_decide": act("brought", DESK, counts="no", ground="没去"),
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
    # hours and certificates
    "services:hours:own": G(SIGNED),
    "services:hours:correct_missing": Line("GP", SIGNED, also=frozenset({404})),
    "services:hours:correct": form("hours", {"zhao": {"volunteer-zhao"}}),
    "services:hours:ask_certificate": Line("P", SIGNED, also=frozenset({404})),  # who is no volunteer
    "services:hours:withdraw_request": act("asked_certificate", {"zhao": {"volunteer-zhao"}}),
    "services:hours:requests": G({"bureau"}),
    "services:hours:request": see("asked_certificate", {"zhao": {"bureau"}}),
    "services:hours:request_issue": act("asked_certificate", {"zhao": {"bureau"}}),
    "services:hours:request_refuse": act("asked_certificate", {"zhao": {"bureau"}}),
    "services:care:term_new": F({"bureau"}),
    "services:hours:withdraw": act("correction", {"zhao": {"volunteer-zhao"}}),
    "services:hours:certificate": see(
        "certificate", {"zhao": {"volunteer-zhao", "township-huashi", "bureau"}}
    ),
    "services:hours:certificate_pdf": see(
        "certificate", {"zhao": {"volunteer-zhao", "township-huashi", "bureau"}}
    ),
    "services:hours:revoke": form("certificate", {"zhao": {"bureau"}}),
    "services:hours:desk": G(DESKS),
    "services:hours:badges": G(DESKS),
    "services:hours:levels": F({"bureau"}),
    "services:hours:columns": F({"bureau"}),
    "services:hours:list_new": F(DESKS),
    "services:hours:correction": form("correction", {"zhao": {"township-huashi", "bureau"}}),
    "services:hours:volunteer": see("volunteer", {"zhao": {"township-huashi", "bureau"}}),
    "services:hours:issue": act("volunteer", {"zhao": {"bureau"}}),
    "verify": Line("G", PUBLIC, also=frozenset({404})),
    "verify_key": G(PUBLIC),
    "figures": G(PUBLIC),
    "figures_file": G(PUBLIC),
    "verify_revoked": G(PUBLIC),
}
