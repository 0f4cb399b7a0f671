"""Whether somebody has shown a short while ago that it is them: by the strongest proof they have."""

import time
from typing import Any

from allauth.account import app_settings
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

# Without a second factor the password counts, and so does a code sent to the phone.
PLAIN = frozenset({"password", "phone_code"})
SECOND = frozenset({"mfa"})


def shown_at(request: HttpRequest) -> float:
    """When the person of this session last showed their strongest proof, as seconds of the clock; 0 for never."""
    counts = SECOND if Authenticator.objects.filter(user_id=request.user.pk).exists() else PLAIN
    records: list[dict[str, Any]] = request.session.get("account_authentication_methods", [])
    return max((row["at"] for row in records if row.get("method") in counts), default=0.0)


def is_fresh(request: HttpRequest) -> bool:
    """Within the last ten minutes (security.md 3.9, S2)."""
    return time.time() - shown_at(request) <= app_settings.REAUTHENTICATION_TIMEOUT
