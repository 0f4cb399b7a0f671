"""The answer for what is there but not theirs asks the database the same, word for word, as for what never was."""

import re
from statistics import median
from time import perf_counter

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from services.recipients import views
from services.recipients.models import Household
from tests.matrix.engine import Matrix, own_routes, parameters
from tests.matrix.expectations import LINES
from tests.matrix.never import never
from tests.matrix.standing import PUBLIC
from tests.matrix.world import build

pytestmark = [pytest.mark.matrix, pytest.mark.django_db]
# One of each way in: a person's grant, a team, a place, a place of its own kind, and none.
ASKERS = ("worker-nuanlin", "manager-nuanlin", "township-huashi", "village-luohan", "applicant")
PAIRS = 15
RATIO = 2.0  # loose, for a busy machine: the statements themselves are what is held to
_VALUE = re.compile(r"'(?:[^']|'')*'|\b\d+(?:\.\d+)?\b")


@pytest.fixture(scope="module")
def matrix(django_db_setup, django_db_blocker):
    """One world for the module; nothing of it stays."""
    with django_db_blocker.unblock(), transaction.atomic():
        cache.clear()
        yield Matrix(build())
        transaction.set_rollback(True)


def asked(client, url: str) -> tuple[int, list[str]]:
    """The status and the statements of one look, without their values; what it wrote is undone."""
    connection.queries_log.clear()  # it holds 9000 at most, and a full one would be cut
    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        status = client.get(url).status_code
        transaction.set_rollback(True)
    said = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    return status, [_VALUE.sub("?", sql) for sql in said]


def differences(matrix: Matrix, names: set[str] | None = None) -> tuple[int, list[str]]:
    """How many pairs were compared, and those that tell one from the other."""
    compared, found = 0, []
    for route in own_routes():
        line = LINES[route.name]
        if not line.kind or "G" not in line.methods or (names and route.name not in names):
            continue
        if line.who == PUBLIC:
            continue  # what everybody may see is no secret
        none = {name: never(name, kind) for name, kind in route.parameters}
        for asker in ASKERS:
            label = next((label for label, may in line.may.items() if asker not in may), None)
            if label is None:
                continue
            given = none | parameters(matrix.world, line.kind, label)
            theirs = reverse(route.name, kwargs={name: given[name] for name in none})
            there = asked(matrix.clients[asker], theirs)
            blank = asked(matrix.clients[asker], reverse(route.name, kwargs=none))
            compared += 1
            if there != blank:
                found.append(f"{route.name} {asker} {label}: {_first_difference(there, blank)}")
    return compared, found


def _first_difference(there: tuple[int, list[str]], blank: tuple[int, list[str]]) -> str:
    more = next((a for a, b in zip(there[1], blank[1], strict=False) if a != b), "")
    return f"{there[0]}/{blank[0]}, {len(there[1])}/{len(blank[1])} statements {more[:200]}"


def test_nothing_that_is_there_is_told_from_what_never_was(matrix):
    compared, found = differences(matrix)
    assert found == []
    assert compared > 150


def test_the_guard_sees_one_lookup_more(matrix, monkeypatch):
    real = views.household_for

    def curious(user, no, *more):
        row = Household.objects.filter(no=no).first()
        if row is not None:
            row.persons.count()
        return real(user, no, *more)

    names = {"services:recipients:detail"}
    assert differences(matrix, names)[1] == []
    monkeypatch.setattr(views, "household_for", curious)
    assert len(differences(matrix, names)[1]) >= 3


def ratio(client, there: str, blank: str) -> float:
    """The median time of the one to that of the other, looked at in turn."""
    taken: dict[str, list[float]] = {there: [], blank: []}
    for _pair in range(PAIRS):
        for url, times in taken.items():
            with transaction.atomic():
                start = perf_counter()
                client.get(url)
                times.append(perf_counter() - start)
                transaction.set_rollback(True)
    return median(taken[there]) / median(taken[blank])


def test_neither_takes_longer(matrix):
    client = matrix.clients["worker-nuanlin"]
    there = matrix.world.files["A"].rows["household"].no
    urls = [reverse("services:recipients:detail", args=[no]) for no in (there, "H-99999999")]
    assert 1 / RATIO < ratio(client, *urls) < RATIO
