"""Writing and finding many rows at once says the same as doing it one by one."""

import uuid
from datetime import date

import pytest
from django.db import transaction

from partners.models import Region
from portal.base import privacy
from portal.base.bulk import insert_columns, next_keys
from portal.base.models import record_numbers, uuid7, uuid7_texts

ODD = ['他说"好"', "斜\\杠", "逗,号{}", "", "NULL", "两\n行", "'引'"]


def columns(names: list[str]) -> dict[str, list]:
    """Regions by columns, with every kind of value that a column may hold."""
    count = len(names)
    return {
        "code": [f"X{number}" for number in range(count)],
        "path": [f"0009{number:04d}" for number in range(count)],
        "name": names,
        "valid_from": [date(2020, 1, 1 + number) for number in range(count)],
    }


@pytest.mark.django_db
def test_what_is_written_by_columns_reads_as_it_was_given():
    given = columns(ODD)
    with transaction.atomic():
        keys = list(next_keys(Region, len(ODD)))
        insert_columns(Region, {"id": keys, **given}, level="township")
    rows = {row.code: row for row in Region.objects.filter(pk__in=keys)}
    assert [rows[code].name for code in given["code"]] == ODD
    assert [rows[code].valid_from for code in given["code"]] == given["valid_from"]
    assert all(row.parent_id is None for row in rows.values())


@pytest.mark.django_db
def test_among_finds_what_in_finds():
    names = [*ODD[:3], "石潭镇"]
    for number, name in enumerate(names):
        Region.objects.create(code=f"Y{number}", path=f"0008{number:04d}", level="township", name=name)
    for wanted in ([], names[:2], names, [*ODD, "没有"]):
        found = Region.objects.filter(name__among=wanted).order_by("code")
        assert list(found) == list(Region.objects.filter(name__in=wanted).order_by("code"))


def test_many_sealed_at_once_open_each_at_its_own_place_only():
    plains = ["430321195001010018", "", "糖尿病"]
    places = [f"t|c|{number}" for number in range(3)]
    sealed = privacy.seal_many(plains, places)
    assert [privacy.unseal(value, place) for value, place in zip(sealed, places, strict=True)] == plains
    with pytest.raises(privacy.Tampered):
        privacy.unseal(sealed[0], places[2])
    nonces = {value for _time in range(50) for value in privacy.seal_many(["同一句话"] * 20, ["t|c|1"] * 20)}
    assert len(nonces) == 1_000


def test_many_fingerprints_are_those_of_each():
    values = ["甲", "乙", "甲"]
    assert privacy.blind_indexes_of(values, "p") == [privacy.blind_indexes(value, "p") for value in values]
    assert privacy.blind_index("甲", "p") != privacy.blind_index("甲", "q")


def test_uids_are_of_version_seven_and_never_twice():
    drawn = [uuid.UUID(text) for text in uuid7_texts(5_000)]
    assert {(each.version, each.variant) for each in [*drawn, uuid7()]} == {(7, uuid.RFC_4122)}
    assert len(set(drawn)) == 5_000


def test_record_numbers_have_their_shape_and_are_each_once():
    drawn = record_numbers("H", 500)
    assert 490 < len(drawn) <= 500
    assert all(number.startswith("H-") and len(number) == 10 and number[2] != "0" for number in drawn)
