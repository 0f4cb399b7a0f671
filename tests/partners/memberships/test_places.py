"""Where one goes: every township with its office on the map and in the list, office telephones only."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partners.models import Region, Station
from tests import makers

pytestmark = pytest.mark.django_db


def town(county, name, phone="", where=(None, None)):
    """A township with what is known of it."""
    made = makers.make_region("township", county, name=name)
    Region.objects.filter(pk=made.pk).update(office_phone=phone, lat=where[0], lng=where[1])
    return made


@pytest.fixture
def county():
    return makers.make_region("county", name="测试县")


def test_a_township_without_a_known_position_is_left_off_the_map_and_kept_in_the_list(client, county):
    town(county, "石潭镇", "0731-57880002", (27.694, 112.667))
    town(county, "白石镇")
    town(county, "远方镇", "", (39.9, 116.4))  # far outside the county's outline
    page = client.get("/places/").content.decode()
    assert page.count("<circle") == 1 and "<title>1 石潭镇</title>" in page
    assert page.index("石潭镇</a>") < page.index("白石镇</a>") < page.index("远方镇</a>")
    assert 'href="tel:0731-57880002"' in page and "电话还没有登记" in page


def test_a_mobile_in_the_place_of_an_office_number_is_not_shown(client, county):
    place = town(county, "石潭镇", "13800138000")
    provider = makers.make_provider("station", townships=[place], name="石潭镇社工站")
    Station.objects.create(provider=provider, township=place, office_phone="+8613900139000")
    for path in ("/places/", f"/places/{place.code}/"):
        page = client.get(path).content.decode().replace(" ", "")
        assert "13800138000" not in page and "13900139000" not in page
    assert "石潭镇社工站" in page


def test_only_townships_of_the_day_have_a_page(client, county):
    place = town(county, "石潭镇", "0731-57880002")
    village = makers.make_region("village", place, name="古城村")
    page = client.get(f"/places/{place.code}/")
    assert page.status_code == 200 and f"/who/{village.code}/" in page.content.decode()
    assert page["X-Page-Cache"] == "public" and not page.cookies
    for code in (county.code, village.code, "T99999999"):
        assert client.get(f"/places/{code}/").status_code == 404


def test_the_list_asks_the_same_for_three_townships_and_for_thirty(client, county):
    asked = []
    for names in (range(3), range(3, 30)):
        for name in names:
            place = town(county, f"第{name}镇", "0731-57880002")
            provider = makers.make_provider("station", townships=[place], name=f"第{name}镇社工站")
            Station.objects.create(provider=provider, township=place)
        client.get("/places/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/places/")
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 12
