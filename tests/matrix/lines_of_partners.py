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

PLACES = {
    "shitan": {"township-shitan", "bureau"},
    "huashi": {"township-huashi", "bureau"},
    "gucheng": {"township-shitan", "bureau"},
}

STANDARDS = {"other": {"bureau"}}

PARTNERS: dict[str, Line] = {
    # the partners
    "partners:workers": G(HEADS),
    "partners:invite_worker": F(HEADS),
    "partners:invite_known": F(HEADS),
    **dict.fromkeys(
        ("partners:renew_invitation", "partners:withdraw_invitation"),
        act("invitation", {"tonghe": {"manager-tonghe"}, "nuanlin": {"manager-nuanlin"}}),
    ),
    **dict.fromkeys(
        ("partners:accept_invitation", "partners:decline_invitation"),
        act("invitation", {"tonghe": {"volunteer-wu"}, "nuanlin": {"volunteer-zhao"}}),
    ),
    **dict.fromkeys(
        ("partners:take_post", "partners:decline_post"),
        act("post_offer", {"gucheng": {"volunteer-wu"}, "elsewhere": {"volunteer-zhao"}}),
    ),
    "services:handover:member": form(
        "membership",
        {"tonghe": {"manager-tonghe"}, "nuanlin": {"manager-nuanlin"}, "head": {"manager-tonghe", "bureau"}},
    ),
    "partners:qualification": G(HEADS),
    "partners:set_phone": P(HEADS),
    "partners:network": G(DESKS),
    "partners:gaps_csv": G(DESKS),
    "partners:targets": F({"bureau"}),
    "partners:place": see("region", PLACES),
    "partners:appoint": act("region", dict.fromkeys(PLACES, {"bureau"})),
    "partners:office": act("region", PLACES),
    "partners:population": act("region", dict.fromkeys(PLACES, {"bureau"})),
    "partners:open_home": act("region", {"gucheng": {"township-shitan", "bureau"}}),
    "partners:close_home": act("home", {"gucheng": {"township-shitan", "bureau"}}),
    "services:handover:post": form("post", {"shitan": {"bureau"}, "huashi": {"bureau"}}),
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
    "partners:vetting_aside": act("application", AT_PLACE),
    "partners:vetting_approve": act("application", {"shitan": {"bureau"}, "huashi": {"bureau"}}),
    "partners:vetting_refuse": act("application", {"shitan": {"bureau"}, "huashi": {"bureau"}}),
    "partners:badge": Line("G", SIGNED, also=frozenset({404})),  # who wears none
    "partners:profile": Line("GP", SIGNED, also=frozenset({404})),  # who is no volunteer
    "partners:training": G(SIGNED),
    "partners:training_course": see("course", {"door": EVERYBODY}),
    "partners:training_quiz": form("course", {"door": EVERYBODY}),
    "partners:training_part": form("course", {"door": EVERYBODY}),
    "partners:desk_training": G({"bureau"}),
    "partners:course_edit": form("course", {"door": {"bureau"}}),
    "partners:course_live": act("course", {"door": {"bureau"}}),
    "partners:my_papers": G(SIGNED),
    "partners:own_bank": F(HEADS),
    "partners:compare_bank": form("partner", {"shitan": NOBODY, "huashi": NOBODY}),
    "partners:papers_of": see("papers_of", OWN_PAPERS),
    "partners:hand_in": form("papers_of", OWN_PAPERS),
    "partners:paper_page": see(
        "paper", {"tonghe": NOBODY, "nuanlin": NOBODY}
    ),  # without a photo there is no page
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
    "join_kin": form("application", {"shitan": {"applicant"}}),
    "providers": G(PUBLIC),
    "provider": Line("G", PUBLIC, kind="provider", may={"tonghe": set()}, also=frozenset({404})),
    "places": G(PUBLIC),
    "places_in": Line("G", PUBLIC, kind="region", may={"gucheng": set()}, also=frozenset({404})),
    "who": G(PUBLIC),
    "who_in": Line("G", PUBLIC, kind="region", may={"gucheng": set()}, also=frozenset({404})),
    "display": G(PUBLIC),
    "accessibility": G(PUBLIC),
    "privacy": G(PUBLIC),
    "search": G(PUBLIC),
    "rss": G(PUBLIC),
    "atom": G(PUBLIC),
    "site_map": G(PUBLIC),
    "api:pages:listing": G(PUBLIC),
    "api:pages:detail": Line("G", PUBLIC, also=frozenset({404})),
    "poster": Line("G", PUBLIC, also=frozenset({404})),
    "content:standards": G({"bureau"}),
    "content:standard_propose": F({"bureau"}),
    "content:standard": see("standard", STANDARDS),
    "content:standard_publish": act("standard", STANDARDS, version="1"),
    "content:standard_refuse": act("standard", STANDARDS, version="1", reason="数额不对"),
    # only who proposed it takes it back
    "content:standard_withdraw": Line(
        "P", kind="standard", may=STANDARDS, body={"version": "1"}, also=frozenset({422})
    ),
    "check": G(PUBLIC),
    "check_question": Line("GP", PUBLIC, kind="question", may={"age": set()}, also=frozenset({404})),
    "check_result": G(PUBLIC),
    "check_town": P(PUBLIC),
    "check_again": P(PUBLIC),
}
