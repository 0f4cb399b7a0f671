"""A database that is only busy is told as such; any other fault stays a fault."""

import pytest
from django.db import OperationalError
from django.test import RequestFactory

from portal.busy import BusyMiddleware

pytestmark = pytest.mark.django_db


class LockWait(Exception):
    """What the driver raises when a lock is not to be had in time."""

    sqlstate = "55P03"


def answer(problem: OperationalError):
    """What the middleware makes of a database error."""
    return BusyMiddleware(lambda request: None).process_exception(RequestFactory().get("/"), problem)


def test_a_lock_wait_on_postgresql_answers_503_and_when_to_try_again():
    problem = OperationalError("canceling statement due to lock timeout")
    problem.__cause__ = LockWait()
    response = answer(problem)
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert "再交一次" in response.content.decode()


def test_a_locked_sqlite_answers_503():
    assert answer(OperationalError("database is locked")).status_code == 503


def test_another_database_error_is_not_hidden():
    assert answer(OperationalError("no such table: x")) is None
