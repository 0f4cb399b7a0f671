"""Who may call the routes of the partners, and the public ones beside them."""

from tests.matrix.standing import (
    DESKS,
    EVERYBODY,
    HEADS,
    NOBODY,
    PUBLIC,
    SIGNED,
    F,
    G,
    Line,
    P,
    act,
    form,
    see,
)

OWN_PAPERS = {
    "tonghe": {"worker-tonghe", "manager-tonghe"},
    "nuanlin": {"worker-nuanlin", "manager-nuanlin"},
}
DECIDERS = {"tonghe": {"township-shitan", "bureau"}, "nuanlin": {"township-huashi", "bureau"}}
AT_PLACE = {"shitan": {"township-shitan", "bureau"}, "huashi": {"township-huashi", "bureau"}}

PARTNERS: dict[str, Line] = {
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
    "partners:training": G(SIGNED),
    "partners:training_course": see("course", {"door": EVERYBODY}),
    "partners:training_quiz": form("course", {"door": EVERYBODY}),
    "partners:training_part": form("course", {"door": EVERYBODY}),
    "partners:desk_training": G({"bureau"}),
    "partners:course_edit": form("course", {"door": {"bureau"}}),
    "partners:course_live": act("course", {"door": {"bureau"}}),
    "partners:my_papers": G(SIGNED),
    "partners:papers_of": see("papers_of", OWN_PAPERS),
    "partners:hand_in": form("papers_of", OWN_PAPERS),
    "partners:paper_page": see("paper", {label: DECIDERS[label] | OWN_PAPERS[label] for label in DECIDERS}),
    "partners:papers_desk": G(DESKS),
    "partners:paper": see("paper", DECIDERS),
    "partners:paper_accept": act("paper", DECIDERS, version="1"),
    "partners:paper_refuse": act("paper", DECIDERS, version="1", reason="看不清"),
    "partners:partners": G(DESKS),
    "partners:partner": see("partner", AT_PLACE),
    "partners:partner_check": act("partner", AT_PLACE),
    "partners:partner_suspend": form("partner", {"shitan": {"bureau"}, "huashi": {"bureau"}}),
    "partners:partner_lift": act("partner", {"shitan": {"bureau"}, "huashi": {"bureau"}}),
    "partners:partner_register": form("partner", {"shitan": NOBODY, "huashi": NOBODY}),
    "partners:requirements": G({"bureau"}),
    "partners:requirements_starter": P({"bureau"}),
    "partners:requirement_add": F({"bureau"}),
    "partners:requirement_change": form("requirement", {"health": {"bureau"}}),
    "partners:requirement_end": form("requirement", {"health": {"bureau"}}),
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
}
