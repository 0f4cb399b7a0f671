"""The site as it is, but a request may name one guard of the limits that is off for it: for the controls only.

Four processes serve it like the site itself; the header `X-Off` names the guard.
"""

import time
from collections import Counter
from collections.abc import Callable
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from portal.wsgi import application as site

from portal.accounts import adapter, attempts, codes, forms  # isort: skip - needs the apps set up by it
from portal.models import PhoneCode  # isort: skip

PAUSE = 0.5
off: ContextVar[str] = ContextVar("off", default="")
counted: Counter[str] = Counter()


def unless(guard: str, real: Any, without: Any) -> Callable:
    """The real function, but for a request that has this guard off."""

    def chosen(*args: Any, **more: Any) -> Any:
        return (without if off.get() == guard else real)(*args, **more)

    return chosen


def take_alone(limit: Any, what: str, **_more: Any) -> bool:
    """What each process would count for itself, without the database."""
    counted[key := f"{limit.name}:{what}"] += 1
    return counted[key] <= limit.most


def believe_the_caller(_adapter: Any, request: Any) -> str:
    """The address that stands first."""
    return request.META["HTTP_X_FORWARDED_FOR"].split(",")[0]


def check_by_reading(asked: list[tuple[str, str, str]], at: datetime) -> list[PhoneCode]:
    """Reads how often it was tried and writes one more: what many do at one moment counts once."""
    ((uid, purpose, code),) = asked
    row = PhoneCode.objects.get(uid=uid, purpose=purpose, used_at=None, valid_to__gt=at)
    time.sleep(PAUSE)
    PhoneCode.objects.filter(pk=row.pk).update(tries=row.tries + 1)
    if row.tries >= codes.MOST_TRIES or row.code != code:
        raise codes._wrong()
    return [row]


for room in (attempts, codes, forms):
    room.take = unless("shared_count", room.take, take_alone)
attempts.known_browser = unless("known_browser", attempts.known_browser, lambda _request, _user: "")
adapter.AccountAdapter.get_client_ip = unless(
    "trusted_address", adapter.AccountAdapter.get_client_ip, believe_the_caller
)
codes.check_codes = unless("counted_tries", codes.check_codes, check_by_reading)


def application(environ: dict[str, Any], start_response: Callable) -> Any:
    """Answer this request with that guard off."""
    off.set(environ.get("HTTP_X_OFF", ""))
    return site(environ, start_response)
