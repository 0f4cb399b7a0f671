"""What every test may use. In CI nothing is skipped: a skip is a failure."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.test import TransactionTestCase
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis import settings as hypothesis_settings

from portal.base import append_only
from services.hours import guards

IN_CI = os.environ.get("CI") == "true"
VENDOR = "postgresql" if os.environ.get("DATABASE_URL") else "sqlite"
# A pass behind the second lock is one of PostgreSQL, and has tests of its own.
PASSES = {VENDOR, "locked"} if settings.ROW_LEVEL_SECURITY else {VENDOR}

hypothesis_settings.register_profile("short", max_examples=100, deadline=None, derandomize=True)
hypothesis_settings.register_profile("long", max_examples=5000, deadline=None)
hypothesis_settings.load_profile("long" if os.environ.get("LONG") else "short")


# What takes minutes begins first, so that two processes end together.
SLOW = (
    "tests/matrix/test_cells",
    "tests/journeys/test_screens",
    "tests/hostile",
    "tests/journeys",
    "tests/matrix",
)


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Iterator[None]:
    """Which tests run in this pass, and in what order; a file stays together in one process (`--dist loadfile`)."""
    _choose(config, items)
    for item in items:
        mark = item.get_closest_marker("django_db")
        if mark is not None and mark.kwargs.get("transaction", False):
            # The first rows of the database are kept in memory only where a test asks for them.
            item.add_marker(pytest.mark.django_db(transaction=True, serialized_rollback=True), append=False)
    yield
    items.sort(
        key=lambda item: next((n for n, name in enumerate(SLOW) if item.nodeid.startswith(name)), len(SLOW))
    )


def _choose(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A test of one database runs in that database's pass; elsewhere it says that it did not run."""
    kept, other = [], []
    for item in items:
        wanted = next((mark.args for mark in item.iter_markers("only")), (VENDOR,))
        if "long" in item.keywords and not os.environ.get("LONG"):
            other.append(item)
        elif PASSES.intersection(wanted):
            kept.append(item)
        elif IN_CI:
            other.append(item)
        else:
            item.add_marker(pytest.mark.skip(reason=f"needs {' or '.join(wanted)}"))
            kept.append(item)
    if other:
        config.hook.pytest_deselected(items=other)
    items[:] = kept


# Kept here and not on the connection: beside a browser, Django finds another connection object.
_first_rows: dict[str, str] = {}


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    """The test database as migrations made it, and its first rows in memory where real transactions need them."""
    _first_rows["default"] = getattr(connection, "_test_serialized_contents", "")


def _first_rows_stand(case: type[TransactionTestCase]) -> None:
    """Nothing to bring: every test leaves the first rows behind (`_back_to_first_rows`)."""


def _back_to_first_rows(case: TransactionTestCase) -> None:
    """A test of real transactions leaves the database as migrations made it, in one step.

    Whoever comes next, in whatever order, meets the first rows; so does a thread that outlives the test, which
    would otherwise write rows of its own (content types) into an empty database.
    """
    with transaction.atomic():
        append_only.take_down(connection)
        guards.take_down_ledger(connection)
        call_command(
            "flush", verbosity=0, interactive=False, reset_sequences=False, inhibit_post_migrate=True
        )
        append_only.put_up(connection)
        guards.put_up_ledger(connection)
        connection.creation.deserialize_db_from_string(_first_rows["default"])


TransactionTestCase._fixture_setup = classmethod(_first_rows_stand)
TransactionTestCase._fixture_teardown = _back_to_first_rows


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: Any) -> Iterator[None]:
    """In CI a skipped (or excused) test fails."""
    outcome = yield
    _no_skip(outcome.get_result())


@pytest.hookimpl(hookwrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    """The same for a whole module."""
    outcome = yield
    _no_skip(outcome.get_result())


def _no_skip(report: Any) -> None:
    if IN_CI and report.skipped:
        report.longrepr = f"skipped in CI: {report.longrepr}"
        report.outcome = "failed"


def pytest_sessionstart(session: pytest.Session) -> None:
    """English words are read from compiled catalogues."""
    from portal.management.catalogue import compile_catalogues

    compile_catalogues()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say plainly what did not run on this machine."""
    missing: dict[str, int] = {}
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        missing[reason.removeprefix("Skipped: ")] = missing.get(reason.removeprefix("Skipped: "), 0) + 1
    for reason, count in sorted(missing.items()):
        terminalreporter.write_line(f"DID NOT RUN: {count} tests, {reason}")


@pytest.fixture(autouse=True)
def source_language() -> None:
    """A test that read an English page leaves the next one its Chinese."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a Chromium on this machine."""
    path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    if not os.access(path, os.X_OK):
        pytest.skip("needs Chromium (CHROMIUM names none)")
    return path


@pytest.fixture(scope="session")
def redis_url() -> str:
    """A Redis to test against."""
    url = os.environ.get("TEST_REDIS_URL", "")
    if not url:
        pytest.skip("needs Redis (TEST_REDIS_URL names no server)")
    return url


@pytest.fixture
def queries_of() -> Callable[..., int]:
    """How many queries a GET of this URL costs; asserts that it answers 200."""

    def count(client: Any, url: str) -> int:
        with CaptureQueriesContext(connection) as caught:
            response = client.get(url)
        assert response.status_code == 200, f"{url}: {response.status_code}"
        return len(caught)

    return count
