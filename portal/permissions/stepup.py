"""Acts that ask again who is there: one table, by the name of the route (security.md 3.9, S2).

The gate reads it before the view: within ten minutes of the code, the passkey or (without a second factor)
the password the act goes through, afterwards the person is asked, and what was typed waits meanwhile.
Setting up and dropping factors ask by allauth's own rule, which counts the same ten minutes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.http import HttpRequest

from portal.accounts.freshness import is_fresh

# Classes of security.md 2.1: the ID number and what is known of somebody's health.
HIGHEST = frozenset({"id_number", "health"})


def _always(request: HttpRequest) -> bool:
    return True


def _highest_field(request: HttpRequest) -> bool:
    return request.POST.get("field", "").strip() in HIGHEST


def _full_names(request: HttpRequest) -> bool:
    return bool(request.POST.get("full_names"))


@dataclass(frozen=True)
class Weighty:
    """An act that asks: by which methods, and `when` the form makes it weighty."""

    methods: frozenset[str] = frozenset({"POST"})
    when: Callable[[HttpRequest], bool] = _always


WHOLE = Weighty(frozenset({"GET", "HEAD", "POST"}))
ACT = Weighty()

TABLE: Mapping[str, Weighty] = {
    # what is behind the strongest masks, and what leaves the house
    "services:recipients:unmask": Weighty(when=_highest_field),
    "services:recipients:emergency": ACT,
    "services:exports:new": Weighty(when=_full_names),
    "services:hours:list_new": Weighty(when=_full_names),
    "services:exports:agree": ACT,
    "services:exports:take": ACT,
    # who may do what
    "partners:appoint": ACT,
    "services:handover:post": ACT,
    "services:handover:member": ACT,
    "partners:invite": ACT,
    "partners:vetting_approve": ACT,
    "partners:partner_suspend": ACT,
    "partners:compare_bank": ACT,
    "portal:reset_person": ACT,
    "portal:persons_phone": ACT,
    # how long things are kept, and what is struck off
    "services:privacy:period_new": ACT,
    "services:privacy:retention_run": ACT,
    "services:privacy:decide": ACT,
    # one's own account
    "portal:close": ACT,
    "portal:phone": WHOLE,
    "portal:phone_enter": WHOLE,
    "mfa_edit_webauthn": ACT,
    "mfa_remove_webauthn": ACT,
}


def asks_again(request: HttpRequest) -> bool:
    """Whether this request is an act of the table and nothing was shown within the last ten minutes."""
    match = request.resolver_match
    act = TABLE.get(match.view_name) if match else None
    return act is not None and request.method in act.methods and act.when(request) and not is_fresh(request)
