"""How often a login may be tried and a form of strangers handed in (security.md 3.9, S5), counted in the
database over all processes.

A browser on which this person has logged in before counts for itself: whoever else tries that name, or
the whole village behind one address, cannot shut it out. Everybody else is counted by account and address.
"""

import hashlib
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core import signing
from django.http import HttpRequest

from portal.base.tally import Limit, give_back, take

LAST_USER_SALT = "portal.last-user"
KNOWN_FOR = 90 * 86_400

ACCOUNT = Limit("login-account", 5, 300)
BROWSER = Limit("login-browser", 5, 300)
ADDRESS = Limit("login-address", 20, 60)
FACTOR = Limit("login-factor", 5, 300)
FACTOR_BROWSER = Limit("login-factor-browser", 5, 300)
# Forms that anybody may hand in: more than a village office does for its people.
ACTIVATE = Limit("activate", 20, 60)
JOIN = Limit("join", 20, 60)
JOIN_DRAFT = Limit("join-draft", 120, 60)

Turn = tuple[Limit, str]


def network_of(address: str) -> str:
    """What counts as one address: a household of IPv6 holds a whole /64; one of IPv4 may come written as IPv6."""
    ip = ip_address(address)
    if not isinstance(ip, IPv6Address):
        return str(ip)
    return str(ip.ipv4_mapped or ip_network((ip, 64), strict=False))


def take_of_address(limit: Limit, request: HttpRequest) -> bool:
    """Take one turn of those that the caller's address has."""
    return take(limit, network_of(get_adapter(request).get_client_ip(request)))


def known_browser(request: HttpRequest, user: Any) -> str:
    """The mark of a browser on which `user` has logged in within three months; empty for any other."""
    cookie = request.COOKIES.get(settings.LAST_USER_COOKIE, "")
    try:
        uid = signing.loads(cookie, salt=LAST_USER_SALT, max_age=KNOWN_FOR)
    except signing.BadSignature:
        return ""
    return hashlib.sha256(cookie.encode()).hexdigest() if user is not None and uid == str(user.uid) else ""


def password_turns(request: HttpRequest, user: Any, written: str, address: str) -> list[Turn]:
    """What one try of a password counts for; `user` is whom the name means, None for nobody."""
    browser = known_browser(request, user)
    if browser:
        return [(BROWSER, f"{user.pk}:{browser}")]
    return [(ADDRESS, network_of(address)), (ACCOUNT, f"user:{user.pk}" if user else f"name:{written}")]


def factor_turns(request: HttpRequest, user: Any) -> list[Turn]:
    """What one try of a code counts for; the password was right before it."""
    browser = known_browser(request, user)
    return [(FACTOR_BROWSER, f"{user.pk}:{browser}") if browser else (FACTOR, str(user.pk))]


def take_all(turns: list[Turn]) -> bool:
    """Take a turn of each; of none when one has no turn left."""
    for number, turn in enumerate(turns):
        if not take(*turn):
            give_back_all(turns[:number])
            return False
    return True


def give_back_all(turns: list[Turn]) -> None:
    """It was no wrong try."""
    for turn in turns:
        give_back(*turn)
