"""Standards: one for a kind, place and day; the nearest area counts; the first rows are those of the papers."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from content.models import Standard
from content.rules.queries import figures_on

pytestmark = pytest.mark.django_db
COUNTY, DAY = "430321", date(2026, 11, 28)


def make_standard(**changes):
    """The rural 低保 standard of the county; the amount is a test's, not the county's."""
    given = {
        "kind": "dibao_rural", "area": COUNTY, "amount": 60000, "document": "试〔2026〕1号",
        "valid_from": date(2026, 1, 1), **changes,
    }  # fmt: skip
    return Standard.objects.create(**given)


def refused(**changes):
    """Whether the database takes the row."""
    with pytest.raises(IntegrityError), transaction.atomic():
        make_standard(**changes)
    return True


def test_the_first_rows_are_ages_and_no_money():
    assert {(row.kind, row.area, row.amount, row.document, row.anchor) for row in Standard.objects.all()} == {
        ("elder_age", "", 60, "民发〔2021〕43号", "a5"),
        ("minor_age", "", 16, "民发〔2021〕43号", "a5"),
        ("minor_age", COUNTY, 18, "潭县政办发〔2021〕11号", "item4"),
    }


@pytest.mark.parametrize(
    ("area", "day", "age"),
    [
        (COUNTY, DAY, 18),
        (COUNTY + "112", DAY, 18),
        ("430381", DAY, 16),
        (COUNTY, date(2021, 11, 14), 16),
        (COUNTY, date(2021, 4, 25), None),
    ],
)
def test_the_nearest_area_that_covers_a_place_counts_on_its_days(area, day, age):
    assert figures_on(day, area).amount("minor_age") == age


def test_where_nobody_entered_an_amount_there_is_none():
    assert figures_on(DAY, COUNTY).amount("dibao_rural") is None
    make_standard()
    assert figures_on(DAY, COUNTY).amount("dibao_rural") == 60000
    assert figures_on(DAY, COUNTY).amount("dibao_urban") is None


@pytest.mark.parametrize(
    "changes",
    [
        {"valid_from": date(2026, 6, 1)},
        {"valid_from": date(2025, 6, 1), "valid_to": date(2026, 1, 2)},
        {"valid_from": date(2026, 2, 1), "valid_to": date(2026, 3, 1)},
    ],
)
def test_two_standards_of_a_kind_and_place_never_hold_on_one_day(changes):
    make_standard()
    assert refused(**changes)


def test_standards_that_meet_at_a_day_or_lie_elsewhere_stand_beside_each_other():
    make_standard()
    make_standard(valid_from=date(2025, 1, 1), valid_to=date(2026, 1, 1))
    make_standard(area=COUNTY + "112")
    make_standard(kind="dibao_urban")
    assert Standard.objects.exclude(kind__endswith="age").count() == 4


def test_a_row_moved_onto_another_is_refused_too():
    make_standard()
    row = make_standard(valid_from=date(2025, 1, 1), valid_to=date(2026, 1, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        Standard.objects.filter(pk=row.pk).update(valid_to=date(2026, 1, 2))


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": 0},
        {"amount": -1},
        {"document": ""},
        {"valid_to": date(2026, 1, 1)},
        {"kind": "elder_age", "amount": 6000},
    ],
)
def test_a_standard_without_paper_amount_or_days_is_refused(changes):
    assert refused(**changes)
