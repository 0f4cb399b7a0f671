"""Who may call the routes of the roof: accounts, inbox, calendar, health."""

from tests.matrix.standing import PUBLIC, SIGNED, F, G, Line, P, form

PORTAL: dict[str, Line] = {
    # the roof
    "portal:healthz": G(PUBLIC),
    "portal:csp_report": P(PUBLIC),
    "portal:activate": Line("GP", PUBLIC, also=frozenset({410})),  # without a link it is over
    "portal:open_link": G(PUBLIC),
    "portal:reset_person": form(
        "user", {"tonghe": {"manager-tonghe"}, "huashi": {"township-huashi", "bureau"}}
    ),
    "portal:persons_phone": form(
        "user", {"tonghe": {"manager-tonghe"}, "huashi": {"township-huashi", "bureau"}}
    ),
    "portal:phone": F(SIGNED),
    "portal:phone_enter": F(SIGNED),
    "account_code": F(PUBLIC),
    "account_code_enter": F(PUBLIC),
    "portal:me": G(SIGNED),
    "portal:hats": G(SIGNED),
    "portal:audit": G({"sysadmin"}),
    "portal:health": G({"sysadmin"}),
    "portal:revive": P({"sysadmin"}),
    "portal:carry_again": P({"sysadmin"}),
    "portal:calendar": G({"bureau", "sysadmin"}),
    "portal:calendar_set": F({"bureau", "sysadmin"}),
    "portal:calendar_list": F({"bureau", "sysadmin"}),
    "portal:calendar_remove": P({"bureau", "sysadmin"}),
    "portal:landing": G(SIGNED),
    "portal:lost_phone": P(SIGNED),
    "portal:shut_phone": Line("P", SIGNED, also=frozenset({404})),  # no phone named
    # who has work in hand or holds an office is told to give it back first
    "portal:close": Line("GP", SIGNED, also=frozenset({422})),
    "portal:closed": G(PUBLIC),
    "portal:language": P(SIGNED),
    "portal:inbox": G(SIGNED),
    "portal:open_letter": Line("P", SIGNED, also=frozenset({404})),  # no letter named
    "portal:read_all": P(SIGNED),
    "portal:kept": F(SIGNED),
    "portal:messages": F(SIGNED),
    "account_login": F(PUBLIC),
    "account_reauthenticate": F(SIGNED),
    "account_change_password": F(SIGNED),
    "mfa_authenticate": F(PUBLIC),
    "mfa_reauthenticate": F(SIGNED),
    "mfa_activate_totp": F(SIGNED),
    "mfa_deactivate_totp": Line("GP", SIGNED, also=frozenset({404})),  # none is set up
    "mfa_list_webauthn": G(SIGNED),
    "mfa_add_webauthn": F(SIGNED),
    # no passkey of one's own is named
    "mfa_edit_webauthn": Line("P", SIGNED, also=frozenset({404})),
    "mfa_remove_webauthn": Line("P", SIGNED, also=frozenset({404})),
    "mfa_login_webauthn": F(PUBLIC),
    "mfa_reauthenticate_webauthn": F(SIGNED),
    "usersessions_list": F(SIGNED),
}
