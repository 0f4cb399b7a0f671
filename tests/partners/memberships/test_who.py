"""Whom to ask in my village: offices for everybody, names only by rule, never a private telephone."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partners.models import Region, StaffingTarget, Station, WatchHome
from partners.network.offices import office_phone, shown_phone
from portal.base.refused import Refused
from tests import makers

pytestmark = pytest.mark.django_db
MOBILE = "+8619911114444"


class Place:
    """A village with officer, watch home and station; everybody has a private telephone."""

    def __init__(self) -> None:
        self.county = makers.make_region("county", name="测试县")
        self.town = makers.make_region("township", self.county, name="石潭镇")
        self.village = makers.make_region("village", self.town, name="古城村")
        self.group = makers.make_region("group", self.village)
        self.home = WatchHome.objects.create(region=self.group, name="荷塘组守望之家")
        self.officer = makers.make_post(
            "livelihood_officer", self.village, makers.make_user(name="石嘉木", phone=MOBILE)
        )
        self.leader = makers.make_post("watch_home_leader", self.group, makers.make_user(name="段雨桐"))
        for region, phone in (
            (self.county, "0731-57880001"),
            (self.town, "0731-57880002"),
            (self.village, "0731-57880003"),
        ):
            Region.objects.filter(pk=region.pk).update(
                office_phone=phone, office_address=f"{region.name}办公楼"
            )
        station = makers.make_provider("station", townships=[self.town], name="石潭镇社工站")
        self.station = Station.objects.create(
            provider=station, township=self.town, office_phone="0731-57880004"
        )

    def page(self, client, language: str = "") -> str:
        """The village's page as somebody without a login reads it."""
        answer = client.get(f"{language}/who/{self.village.code}/")
        assert answer.status_code == 200
        return answer.content.decode()


def test_from_the_township_to_the_village_to_the_answer(client):
    place = Place()
    assert place.town.code in client.get("/who/").content.decode()
    assert place.village.code in client.get(f"/who/{place.town.code}/").content.decode()
    page = place.page(client)
    for number in ("57880001", "57880002", "57880003", "57880004"):
        assert number in page
    assert "石潭镇社工站" in page
    assert "荷塘组守望之家" in page


def test_a_name_shows_only_where_the_post_is_public_by_rule(client):
    place = Place()
    page = place.page(client)
    assert "石嘉木" not in page
    assert "段雨桐" not in page
    StaffingTarget.objects.filter(kind="livelihood_officer").update(name_public=True)
    page = place.page(client)
    assert "石嘉木" in page
    assert "段雨桐" not in page
    assert MOBILE[3:] not in page.replace(" ", "")


@pytest.mark.parametrize("stored", ["13800138000", "+8613800138000", "不是号码", ""])
def test_a_mobile_in_the_place_of_an_office_number_is_not_shown(client, stored):
    place = Place()
    Region.objects.filter(pk=place.village.pk).update(office_phone=stored)
    Station.objects.filter(pk=place.station.pk).update(office_phone=stored)
    page = place.page(client).replace(" ", "")
    assert "13800138000" not in page
    assert "不是号码" not in page
    assert "57880002" in page


# typed, the code of the refusal
NUMBERS = [
    ("0731-57880000", ""),
    ("57880000", ""),
    ("12345", ""),
    ("13800138000", "private_phone"),
    ("abc", "phone"),
]


@pytest.mark.parametrize(("text", "code"), NUMBERS)
def test_which_numbers_an_office_may_have(text, code):
    refused = ""
    try:
        office_phone(text)
    except Refused as no:
        refused = no.code
    assert refused == code
    assert bool(shown_phone(text)) is (code == "")


@pytest.mark.parametrize("kind", ["county", "group", "ended"])
def test_other_places_are_not_there(client, kind):
    place = Place()
    code = {"county": place.county.code, "group": place.group.code, "ended": place.village.code}[kind]
    if kind == "ended":
        today = timezone.localdate()
        Region.objects.filter(pk=place.village.pk).update(valid_from=today.replace(year=2000), valid_to=today)
    assert client.get(f"/who/{code}/").status_code == 404
    assert client.get("/who/T99999999/").status_code == 404


def test_a_stopped_station_is_gone_at_once(client):
    place = Place()
    assert "石潭镇社工站" in place.page(client)
    place.station.provider.state = "suspended"
    place.station.provider.save()
    assert "石潭镇社工站" not in place.page(client)


def test_the_english_pages_are_english(client):
    place = Place()
    Region.objects.filter(pk=place.village.pk).update(name_en="Gucheng Village")
    assert "Whom to ask" in client.get("/en/who/").content.decode()
    page = place.page(client, "/en")
    assert "Gucheng Village" in page
    assert "Office telephone" in page


@pytest.mark.parametrize("url", ["/who/", "/en/who/"])
def test_the_pages_may_be_kept(client, url):
    Place()
    assert client.get(url)["X-Page-Cache"] == "public"


def test_the_answer_costs_the_same_for_one_watch_home_and_for_twenty(client):
    place = Place()
    place.page(client)
    with CaptureQueriesContext(connection) as few:
        place.page(client)
    for _each in range(20):
        group = makers.make_region("group", place.village)
        WatchHome.objects.create(region=group, name=f"{group.name}守望之家")
        makers.make_post("watch_home_leader", group)
    with CaptureQueriesContext(connection) as many:
        place.page(client)
    assert len(few) == len(many) <= 12
