"""For whom the database works: the second lock on PostgreSQL, behind the switch ROW_LEVEL_SECURITY.

A request works for its person (nobody, until its session has been read). Jobs, commands and the shell
work for the `system`, declared. A process that serves people works for nobody outside a request, so what
forgets to declare itself reads nothing.

Actions work for their person too. What an action must reach beyond that person's sight, such as a number known
elsewhere or the grant of a worker, it reaches through a named opening (`beyond`), for that statement alone; every
opening is in the table `OPENINGS`. They work inside the transaction of a request that may write; the few of
`FOR_PAGES` count or ask about others and work in a GET too.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils.functional import LazyObject, empty

SETTING = "shouwang.person"
SYSTEM, ACTION, NOBODY = "system", "action", "nobody"


# What is reached beyond the sight of who acts, and why.
OPENINGS: dict[str, str] = {
    "emergency": "a household out of sight is opened by its number, noted and reviewed",
    "ending": "a task ends or its last record is judged: what is left to write, after the sight it gave",
    "finishing": "somebody was stopped or replaced at a door, or left: the visit under way, and its receipt",
    "grants": "sight is given to others and taken from them, and list keys are carried to their grants",
    "hours": "a judged visit gives its hours to all who went, or takes them back",
    "move": "a household leaves the sight of the office that sends it on",
    "number": "an ID number stands elsewhere on the register: whether, not where",
    "refusal": "why a step was refused: the state of the very row it named",
    "release": "somebody leaves a provider or the site: what they carried is given back, wherever it lies",
    "sync": "a phone brings a visit made before its sight ended, or is told what to forget",
    # Pages too: nothing of a household shows, or only what the door itself gives.
    "company": "whether somebody valid goes along to a visit, without saying who",
    "busy": "whether somebody is on the way at an hour",
    "counts": "how many, without saying who: a provider's room, a volunteer's, the county's figures",
    "hats": "the near kin of somebody else, as the door needs them",
    "photos": "whether a photo is in a record already, not in which",
}
FOR_PAGES = frozenset({"busy", "company", "counts", "finishing", "hats", "photos"})


@dataclass(frozen=True)
class Scope:
    """For whom; whether it may write, how deep in transactions it began, and the opening it stands in."""

    name: Callable[[], str]
    depth: int = 0
    may_write: bool = False
    opening: str = ""


_scope: ContextVar[Scope | None] = ContextVar("row_security", default=None)
_outside = SYSTEM


def serve_people() -> None:
    """This process serves people: outside a request it works for nobody."""
    global _outside
    _outside = NOBODY


def name_for(on: Any) -> str | None:
    """What the server must know before the next statement; None while the switch is off."""
    if not settings.ROW_LEVEL_SECURITY:
        return None
    scope = _scope.get()
    if scope is None:
        return _outside
    in_action = scope.may_write and len(on.atomic_blocks) > scope.depth
    if scope.opening and (in_action or scope.opening in FOR_PAGES):
        return ACTION
    return scope.name()


@contextmanager
def _within(scope: Scope) -> Iterator[None]:
    token = _scope.set(scope)
    try:
        yield
    finally:
        _scope.reset(token)


def as_system() -> Any:
    """A job's declaration: the rows of everybody."""
    return _within(Scope(lambda: SYSTEM))


def as_person(pk: int | None, *, may_write: bool = False) -> Any:
    """Only what this person may see (nobody: nothing)."""
    return _within(Scope(lambda: str(pk or NOBODY), len(connection.atomic_blocks), may_write))


@contextmanager
def beyond(opening: str) -> Iterator[None]:
    """The rows of others, for the few statements inside; what `FOR_PAGES` does not name opens in actions alone."""
    if opening not in OPENINGS:
        raise ValueError(f"{opening!r} is not in the table of openings")
    scope = _scope.get()
    if scope is None or scope.name() == SYSTEM:
        yield
        return
    with _within(replace(scope, opening=opening)):
        yield


def person_of(request: HttpRequest) -> str:
    """The person of a request as far as its session has been read; never reads it."""
    user = getattr(request, "user", None)
    if isinstance(user, LazyObject) and user._wrapped is empty:
        return NOBODY
    return str(getattr(user, "pk", None) or NOBODY)


class RowSecurityMiddleware:
    """Each request works for its own person; stands outermost, so that nothing of a request is outside."""

    def __init__(self, get_response: Callable) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        may_write = request.method not in ("GET", "HEAD", "OPTIONS")
        with _within(Scope(lambda: person_of(request), len(connection.atomic_blocks), may_write)):
            return self.get_response(request)
