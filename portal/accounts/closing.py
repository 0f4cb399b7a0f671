"""Closing one's own account: what must be given back first, what goes, what stays.

Upper rooms register what holds somebody (work in hand, an office) and what they end themselves.
"""

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from portal.accounts.devices import end_sessions
from portal.accounts.heads import heads_of
from portal.accounts.models import KeptForm, User
from portal.base.audit import record
from portal.base.outbox import post
from portal.base.refused import Refused

# A hold says why the account cannot be closed now, in one sentence that says what to do; empty if nothing holds.
Hold = Callable[[Any], "str | Promise"]
Farewell = Callable[..., object]
_holds: list[Hold] = []
_farewells: list[Farewell] = []


def register_hold(hold: Hold) -> None:
    """Add `hold(user)`; called once by an app's `ready`."""
    if hold not in _holds:
        _holds.append(hold)


def register_farewell(fn: Farewell) -> None:
    """Add `fn(user=, at=)`, run in the transaction in which somebody closes their account."""
    if fn not in _farewells:
        _farewells.append(fn)


def held_by(user: Any) -> list[str]:
    """Every reason why this account cannot be closed now."""
    return [str(reason) for reason in (hold(user) for hold in _holds) if reason]


@transaction.atomic
def close_account(*, user: User) -> None:
    """Close it for good: nobody logs in with it again. Records of work stay, as the law asks.

    Gone at once: number, password, second factor, logins, links, forms kept. Refused: held, closed.
    """
    at = timezone.now()
    # First the write: whoever gives this person work at the same moment meets a closed account, or is seen below.
    won = User.objects.filter(pk=user.pk, is_active=True).update(
        is_active=False, phone="", phone_blind=None, phone_verified=False, email=""
    )
    if not won:
        raise Refused("closed", _("这个账号已经注销了"))
    user.refresh_from_db()
    reasons = held_by(user)
    if reasons:
        raise Refused("held", " ".join(reasons))
    heads = heads_of(user, at)
    for fn in _farewells:
        fn(user=user, at=at)
    user.set_unusable_password()
    user.save(update_fields=["password"])
    Authenticator.objects.filter(user=user).delete()
    user.activations.filter(used_at__isnull=True, valid_to__gt=at).update(valid_to=at)
    KeptForm.objects.filter(user=user).delete()
    end_sessions(user)
    record(user, "account.closed", user)
    for head in heads:
        post(head, "account_closed_of", user, dedupe=f"account_closed_of:{user.uid}:{head.pk}")
