"""For whom the database works: the second lock on PostgreSQL, behind the switch ROW_LEVEL_SECURITY.

A request works for its person (nobody, until its session has been read). Jobs, commands and the shell
work for the `system`, declared. A process that serves people works for nobody outside a request, so what
forgets to declare itself reads nothing.

Inside an action (a transaction begun by a request that may write) the rows are open: the action has passed
its own door in its first statement, and must reach rows of others, such as a number known elsewhere or the
grant of a worker. A GET is never an action.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils.functional import LazyObject, empty

SETTING = "shouwang.person"
SYSTEM, ACTION, NOBODY = "system", "action", "nobody"


@dataclass(frozen=True)
class Scope:
    """For whom, and how deep in transactions it began; deeper is an action, where the scope may write."""

    name: Callable[[], str]
    depth: int = 0
    may_write: bool = False


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
    if scope.may_write and len(on.atomic_blocks) > scope.depth:
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
