"""Who may call the routes of the partners, and the public ones beside them."""

from tests.matrix.standing import DESKS, EVERYBODY, HEADS, PUBLIC, SIGNED, F, G, Line, act, form, see

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
