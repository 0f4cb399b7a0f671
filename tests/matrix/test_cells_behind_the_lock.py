"""The routes of a household behind the second lock: every answer as without it; and what the lock is worth."""

import pytest
from django.db import connection, transaction

from services.casework import second_lock
from services.models import Household
from tests.matrix.engine import Matrix
from tests.matrix.expectations import LINES
from tests.matrix.world import build

pytestmark = [pytest.mark.matrix, pytest.mark.django_db, pytest.mark.only("locked")]

# Who reads: one of each kind of sight. Who writes: those whose forms write most.
READERS = ["worker-tonghe", "manager-nuanlin", "village-gucheng", "inspector", "department-yibao"]
WRITERS = ["worker-tonghe", "manager-tonghe", "township-shitan"]
READ = {"household", "record", "planned", "task", "need", "report", "alert", "offer", "photo"}
WRITTEN = {"household", "record", "alert"}
PARTS = 4
DETAIL = "services:recipients:detail"


def routes(kinds: set[str], method: str) -> list[str]:
    """The routes of these kinds of object that take a method."""
    return sorted(name for name, line in LINES.items() if line.kind in kinds and method[0] in line.methods)


@pytest.fixture(scope="module")
def matrix(django_db_setup, django_db_blocker):
    """One world for the whole module; nothing of it stays."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield Matrix(build())
        transaction.set_rollback(True)


def test_the_lock_is_up():
    assert second_lock.problems(connection) == []


@pytest.mark.parametrize("number", range(PARTS))
def test_who_reads_meets_every_answer_as_without_the_lock(matrix, number, capsys):
    found = matrix.run(routes(READ, "GET")[number::PARTS], READERS, ("GET",))
    with capsys.disabled():
        print(
            f"\nreads behind the lock {number + 1}/{PARTS}: {found.cells} cells, {len(found.faults)} faults"
        )
    assert found.cells > 400
    assert found.faults == []


@pytest.mark.parametrize("number", range(PARTS))
def test_who_writes_meets_every_answer_as_without_the_lock(matrix, number, capsys):
    found = matrix.run(routes(WRITTEN, "POST")[number::PARTS], WRITERS, ("POST",))
    with capsys.disabled():
        print(
            f"\nwrites behind the lock {number + 1}/{PARTS}: {found.cells} cells, {len(found.faults)} faults"
        )
    assert found.cells > 150
    assert found.faults == []


def nothing_pending():
    """A table whose keys are still to be checked takes no change."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def any_household(user, no, permission=""):
    """A page that forgets the door."""
    return Household.objects.get(no=no)


def shown(found):
    """The cells that answer with a page where there must be none, and the secrets that show."""
    return [each for each in found.faults if ": 500," not in each]


def test_a_page_that_forgets_the_door_shows_nothing_behind_the_lock_and_leaks_without_it(matrix, monkeypatch):
    monkeypatch.setattr("services.recipients.views.household_for", any_household)
    outsiders = ["worker-nuanlin", "village-luohan"]
    assert shown(matrix.run([DETAIL], outsiders, ("GET",))) == []
    with transaction.atomic():
        nothing_pending()
        second_lock.take_down(connection)
        without = shown(matrix.run([DETAIL], outsiders, ("GET",)))
        transaction.set_rollback(True)
    assert len(without) >= 4
    assert second_lock.problems(connection) == []


def test_one_policy_less_is_seen(matrix, monkeypatch):
    monkeypatch.setattr("services.recipients.views.household_for", any_household)
    with transaction.atomic(), connection.cursor() as cursor:
        nothing_pending()
        cursor.execute("DROP POLICY door ON services_household")
        cursor.execute("CREATE POLICY door ON services_household USING (true)")
        assert shown(matrix.run([DETAIL], ["worker-nuanlin"], ("GET",))) != []
        transaction.set_rollback(True)
