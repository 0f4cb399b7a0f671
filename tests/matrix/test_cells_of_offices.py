"""Every own route by every office and department, method and relation, and the search for planted secrets."""

import pytest
from django.db import transaction

from tests.matrix.engine import Matrix
from tests.matrix.parts import OFFICES, PARTS, run_part
from tests.matrix.world import build

pytestmark = [pytest.mark.matrix, pytest.mark.django_db, pytest.mark.only("sqlite")]


@pytest.fixture(scope="module")
def matrix(django_db_setup, django_db_blocker):
    """One world for the whole module; nothing of it stays."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield Matrix(build())
        transaction.set_rollback(True)


@pytest.mark.parametrize("number", range(PARTS))
def test_no_cell_deviates_and_no_secret_is_met_where_it_may_not_be(matrix, number, capsys):
    found, told = run_part(matrix, number, OFFICES)
    with capsys.disabled():
        print(f"\nmatrix {number + 1}/{PARTS}: {found.cells} cells, {len(found.faults)} faults")
    assert found.deviations == []
    assert sorted(found.leaks) == []
    assert told == []
