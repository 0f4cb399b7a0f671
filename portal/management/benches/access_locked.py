"""What the second lock (row-level security, PostgreSQL only) costs the list."""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.test.utils import override_settings

from portal.base.row_security import as_person
from portal.models import User
from services.casework import second_lock

Ask = Callable[[User, Any], tuple[list[int], int]]


def _say(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@contextmanager
def _a_role_that_cannot_pass() -> Iterator[str]:
    """A role without superuser's passage, for this benchmark alone."""
    role = f"bench_reader_{connection.connection.info.backend_pid}"
    _say(f"CREATE ROLE {role}")
    try:
        _say(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}")
        yield role
    finally:
        _say("RESET ROLE")
        _say(f"DROP OWNED BY {role}")
        _say(f"DROP ROLE {role}")


def locked_ratio(people: list[tuple[User, Any]], ask: Ask, rounds: int) -> float:
    """The list under its policies by the list without them, told anew for whom each time."""
    free: list[float] = []
    locked: list[float] = []
    second_lock.put_up(connection)
    try:
        with _a_role_that_cannot_pass() as role:
            for _ in range(rounds):
                for user, subject in people:
                    _say("RESET ROLE")
                    truth, spent = _timed(ask, user, subject)
                    free.append(spent)
                    _say(f"SET ROLE {role}")
                    with override_settings(ROW_LEVEL_SECURITY=True), as_person(user.pk):
                        found, spent = _timed(ask, user, subject)
                    locked.append(spent)
                    if found != truth:
                        raise AssertionError(f"the second lock hides what the door shows from {user.pk}")
    finally:
        second_lock.take_down(connection)
    return statistics.median(locked) / statistics.median(free)


def _timed(ask: Ask, user: User, subject: Any) -> tuple[Any, float]:
    began = time.perf_counter()
    found = ask(user, subject)
    return found, time.perf_counter() - began
