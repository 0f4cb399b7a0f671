"""The matrix is whole: every own route has a line, every line a route, and every secret that may be seen is seen."""

import pytest
from django.db import transaction

from tests.matrix.engine import METHODS, Matrix, expected, own_routes
from tests.matrix.expectations import LINES
from tests.matrix.parts import OFFICES
from tests.matrix.secrets_met import MUST_MEET, OPEN
from tests.matrix.world import LETTERS, build

pytestmark = [pytest.mark.matrix, pytest.mark.django_db, pytest.mark.only("sqlite")]


@pytest.fixture(scope="module")
def matrix(django_db_setup, django_db_blocker):
    """One world for the whole module; nothing of it stays."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield Matrix(build())
        transaction.set_rollback(True)


def test_every_own_route_has_a_line_and_every_line_a_route():
    assert {route.name for route in own_routes()} == set(LINES)


def test_the_matrix_is_as_large_as_it_must_be(matrix):
    cells = sum(
        len(matrix.clients)
        * sum(1 + len(matrix._labels(line, method)) if line.kind else 1 for method in METHODS)
        for line in LINES.values()
    )
    assert len(matrix.clients) == 23
    assert matrix.clients.keys() > OFFICES
    assert len(LETTERS) + 1 == 6
    assert cells > 15_000


PAGES = [
    "services:recipients:list", "services:recipients:village", "services:recipients:detail",
    "services:recipients:unmask", "services:recipients:assess", "services:visits:agency_record",
    "services:visits:desk_record", "services:visits:receipt", "services:visits:complete", "services:visits:agency_alert",
    "services:visits:desk_alert",
]  # fmt: skip


def test_the_scanner_sees_every_secret_that_may_be_seen(matrix):
    found = matrix.run(PAGES, sorted({persona for _, persona in MUST_MEET}), ("GET", "POST"))
    assert found.faults == []
    assert MUST_MEET - found.met == set()


def test_expectations_are_about_known_people(matrix):
    named = set().union(*(set().union(*line.may.values()) for line in LINES.values() if line.may))
    named |= set().union(*(line.who for line in LINES.values() if isinstance(line.who, frozenset)))
    assert named <= set(matrix.clients)
    assert expected(LINES["services:recipients:detail"], "worker-tonghe", "GET", "E") == {404}
    assert expected(LINES["services:recipients:detail"], "anonymous", "GET", "A") == {302}
    assert OPEN["id_number"] == {}
