"""Whether one has to climb to a door is read from a register as written, and what nobody knows stays not known."""

import json

import pytest

from services.exports.columns import BY_KEY
from services.imports.cells import read_stairs
from services.models import FileChange, Household, Person
from tests import makers
from tests.services.imports.files import as_csv, person
from tests.services.imports.test_import import bring, counts, mistakes

pytestmark = pytest.mark.django_db


@pytest.fixture
def village():
    return makers.make_region(name="古城村")


@pytest.fixture
def cadre(village):
    return makers.make_post("township_cadre", village.parent)


def test_whether_one_has_to_climb_comes_in_changes_with_history_and_goes_out_as_it_came(cadre, village):
    said = {1: "要", 2: "不用", 3: "", 4: "也许"}

    def rows(**more):
        return as_csv(
            [
                person(n, "古城村", name=f"周{name}", 要不要爬楼=more.get(name, said[n]))
                for n, name in enumerate("甲乙丙丁", 1)
            ]
        )

    batch = bring(cadre, village.parent, rows())
    assert mistakes(batch) == [(5, "stairs", "stairs")]
    found = dict(Household.objects.values_list("name", "stairs"))
    assert found == {"周甲": "yes", "周乙": "no", "周丙": ""}
    for row in Person.objects.select_related("household"):
        text = BY_KEY["stairs"].text(row, None)
        assert (read_stairs(text) if text else "") == row.household.stairs
    batch = bring(cadre, village.parent, rows(丙="一楼", 丁=""))
    assert counts(batch) == (1, 1, 2, 0)
    changed = Household.objects.get(name="周丙")
    assert changed.stairs == "no"
    assert json.loads(FileChange.objects.get(household=changed).fields) == {"stairs": ["", "no"]}
