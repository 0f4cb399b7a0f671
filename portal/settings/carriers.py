"""Who carries messages out of the house, read from the environment. By default a sink: nothing leaves."""

from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

KINDS = {
    "sms": ("sink", "console"),
    "voice": ("sink", "console"),
    "mail": ("sink", "console"),
    "wechat": ("sink", "console"),
}


def carriers_from(env: environ.Env) -> dict[str, list[dict[str, Any]]]:
    """By channel the carriers in the order of asking: SMS_CARRIERS, VOICE_CARRIERS, MAIL_CARRIERS, WECHAT_CARRIERS."""
    found: dict[str, list[dict[str, Any]]] = {}
    for channel, kinds in KINDS.items():
        name = f"{channel.upper()}_CARRIERS"
        chosen = env.list(name, default=[] if channel == "wechat" else ["sink"])
        if unknown := [kind for kind in chosen if kind not in kinds]:
            raise ImproperlyConfigured(f"{name}: {unknown[0]!r} is none of {', '.join(kinds)}")
        found[channel] = [{"kind": kind} for kind in chosen]
    return found
