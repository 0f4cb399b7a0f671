import pytest
from django.core.management import call_command
from django.db import connection

from partners.models import Department, DepartmentKind, Region, RegionLevel
from partners.network.loading import load_departments, load_regions, place_names
from partners.network.queries import in_subtree, township_of

pytestmark = pytest.mark.django_db


def test_the_county_has_17_townships_and_351_villages():
    load_regions()
    counts = {level: Region.objects.filter(level=level).count() for level in RegionLevel.values}
    assert counts == {"county": 1, "township": 17, "village": 351, "group": 0}


def test_loading_twice_changes_nothing_that_people_have_set(capsys):
    call_command("load_network")
    town = Region.objects.get(code="430321104")
    Region.objects.filter(pk=town.pk).update(office_phone="0731-00000000", lat=27.4)
    call_command("load_network")
    town.refresh_from_db()
    assert (town.office_phone, town.lat) == ("0731-00000000", 27.4)
    assert (Region.objects.count(), Department.objects.count()) == (369, 21)


@pytest.mark.parametrize(
    ("official", "said", "english"),
    [
        ("易俗河镇", "易俗河镇", "Yisuhe Town"),
        ("茶恩寺镇", "茶恩寺镇", "Cha'ensi Town"),
        ("锦石乡", "锦石乡", "Jinshi Township"),
        ("郭家桥村委会", "郭家桥村", "Guojiaqiao Village"),
        ("云龙社区居民委员会", "云龙社区", "Yunlong Community"),
        ("双红村", "双红村", "Shuanghong Village"),
        ("湘潭县", "湘潭县", "Xiangtan County"),
    ],
)
def test_places_have_the_name_people_say_and_an_english_one(official, said, english):
    assert place_names(official)[:2] == (said, english)


def test_every_village_lies_in_its_township_by_path():
    load_regions()
    village = Region.objects.get(code="430321112239")
    assert village.path == "032101120239"
    assert township_of(village) == village.parent
    shitan = Region.objects.get(code="430321112")
    assert Region.objects.filter(in_subtree(shitan.path), level="village").count() == 27


def test_only_confirmed_positions_are_on_the_map():
    load_regions()
    placed = Region.objects.filter(level="township", lat__isnull=False)
    assert placed.count() == 7


def test_units_are_19_and_two_collectives():
    load_departments()
    assert Department.objects.exclude(kind=DepartmentKind.COLLECTIVE).count() == 19
    assert list(
        Department.objects.filter(kind=DepartmentKind.COLLECTIVE).values_list("name_zh", flat=True)
    ) == ["乡镇人民政府", "县直相关单位"]


def plan_of(queryset) -> str:
    """What the database intends to do for this query, as one text."""
    prefix = {"sqlite": "EXPLAIN QUERY PLAN ", "postgresql": "EXPLAIN "}[connection.vendor]
    sql, params = queryset.query.sql_with_params()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE partners_region")
            cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(prefix + sql, params)
        return "\n".join(str(row) for row in cursor.fetchall())


def reads_by_index(plan: str) -> bool:
    """Whether the plan finds its rows by a range of an index, not by reading all."""
    ranged = {"sqlite": "USING INDEX", "postgresql": "Index Cond"}[connection.vendor]
    bounds = {"sqlite": "path>?", "postgresql": "path)::text"}[connection.vendor]
    return ranged in plan and bounds in plan


def test_a_subtree_is_read_by_the_index():
    load_regions()
    plan = plan_of(Region.objects.filter(in_subtree("03210112")).order_by())
    assert reads_by_index(plan), plan


def test_a_search_by_beginning_would_read_everything():
    load_regions()
    plan = plan_of(Region.objects.filter(path__contains="03210112").order_by())
    assert not reads_by_index(plan), plan
