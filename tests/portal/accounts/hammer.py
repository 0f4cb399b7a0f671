"""Many strangers at one door at the same moment, from many addresses, with whatever headers they like."""

import http.client
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.core import signing

from portal.accounts.attempts import LAST_USER_SALT
from portal.base.tally import Limit
from portal.models import User
from tests.services.matching.crowd import TOKEN

AT_ONCE = 24
# What a caller may write about where a request comes from; the proxy of ours adds to the first alone.
FORGED = ("X-Real-IP", "X-Client-IP", "True-Client-IP", "CF-Connecting-IP", "X-Cluster-Client-IP")


class Answer(NamedTuple):
    """What came back."""

    status: int
    body: str
    cookies: str


class Door:
    """The site behind one proxy of ours; with `off`, one guard does not stand (`unguarded`)."""

    def __init__(self, port: int, off: str = "") -> None:
        self.port, self.off = port, off

    def post(self, path: str, fields: dict[str, Any], *, address: str, cookies: str = "") -> Answer:
        """One POST as the proxy hands it on; the last of `address` is what the proxy saw."""
        front = address.split(",")[0]
        headers = dict.fromkeys(FORGED, front) | {
            "Forwarded": f"for={front};proto=https",
            "X-Forwarded-For": address,
            "X-Off": self.off,
            "Cookie": f"{settings.CSRF_COOKIE_NAME}={TOKEN}; {cookies}",
            "X-CSRFToken": TOKEN,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        client.request("POST", path, urlencode(fields), headers)
        response = client.getresponse()
        body = response.read().decode()
        given = [value.split(";")[0] for name, value in response.getheaders() if name.lower() == "set-cookie"]
        client.close()
        return Answer(response.status, body, "; ".join(given))

    def log_in(self, login: str, password: str, **more: str) -> Answer:
        """One try at the login page."""
        return self.post("/accounts/login/", {"login": login, "password": password}, **more)


def all_at_once(asks: list[Callable[[], Answer]]) -> list[Answer]:
    """Many requests over so many connections; the answers in order."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(lambda ask: ask(), asks))


class Spans:
    """How many turns a limit gives while a crowd is at work: one span's, unless the machine is so slow that
    the next one began."""

    def __init__(self) -> None:
        self.began = time.monotonic()

    def turns(self, limit: Limit) -> range:
        """From one span's turns to those of every span begun since."""
        begun = 1 + int((time.monotonic() - self.began) // limit.seconds)
        return range(limit.most, limit.most * begun + 1)


def known_to(user: User) -> str:
    """The cookie of a browser on which this person has logged in before."""
    return f"{settings.LAST_USER_COOKIE}={signing.dumps(str(user.uid), salt=LAST_USER_SALT)}"


def session_of_nobody(**holds: str) -> str:
    """The cookie of a session in which nobody is signed in."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    for name, value in holds.items():
        store[name] = value
    store.create()
    return f"{settings.SESSION_COOKIE_NAME}={store.session_key}"
