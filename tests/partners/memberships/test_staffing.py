"""The network against the plan: every node that lacks somebody, from the township down to the watch home."""

import csv
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partners.memberships.staffing import gauges, staffing
from partners.models import Population, Post, StaffingTarget, Station, WatchHome
from partners.network import figures
from portal.base.refused import Refused
from portal.models import AuditEvent
from tests import makers
from tests.partners.casting import make_cast

pytestmark = pytest.mark.django_db
KINDS = ("township_cadre", "livelihood_officer", "watch_home_leader", "social_worker")


def make_home(group=None, **more):
    """An open watch home in a group."""
    group = group or makers.make_region("group")
    return WatchHome.objects.create(region=group, name=f"{group.name}守望之家", **more)


def missing(root) -> dict[str, int]:
    """How many of each kind are missing under a place."""
    return {gauge.kind: gauge.missing for gauge in gauges(staffing(root, timezone.now()))}


def test_the_plan_stands_in_the_table_from_its_day():
    rows = figures.targets_on(date(2022, 1, 1))
    assert {kind: row.figure for kind, row in rows.items()} == dict(
        zip(KINDS, (10_000, 1, 1, 3), strict=True)
    )
    assert figures.targets_on(date(2020, 1, 1)) == {}
    assert figures.public_names(date(2022, 1, 1)) == frozenset()


def test_each_node_without_its_person_is_a_gap():
    county = makers.make_region("county")
    town = makers.make_region("township", county)
    village = makers.make_region("village", town)
    home = make_home(makers.make_region("group", village))
    assert missing(county) == dict(zip(KINDS, (1, 1, 1, 3), strict=True))
    makers.make_post("township_cadre", town)
    makers.make_post("livelihood_officer", village)
    makers.make_post("watch_home_leader", home.region)
    station = makers.make_provider("station", townships=[town])
    Station.objects.create(provider=station, township=town)
    for _each in range(3):
        makers.make_member(station)
    assert missing(county) == dict.fromkeys(KINDS, 0)


# people of the township, cadres in post, how many are missing
CADRES = [
    (None, 0, 1),
    (None, 1, 0),
    (9_999, 1, 0),
    (10_000, 1, 0),
    (10_001, 1, 1),
    (45_000, 2, 3),
    (45_000, 7, 0),
]


@pytest.mark.parametrize(("people", "cadres", "short"), CADRES)
def test_one_cadre_for_ten_thousand_people_begun(people, cadres, short):
    town = makers.make_region("township")
    if people:
        Population.objects.create(region=town, people=people, counted_on=date(2026, 1, 1), source="测试")
    for _each in range(cadres):
        makers.make_post("township_cadre", town)
    assert missing(town)["township_cadre"] == short


def test_what_is_too_many_in_one_village_does_not_help_another():
    town = makers.make_region("township")
    full, _empty = makers.make_region("village", town), makers.make_region("village", town)
    makers.make_post("livelihood_officer", full)
    makers.make_post("livelihood_officer", full)
    assert missing(town)["livelihood_officer"] == 1


LONG_AGO = timezone.now() - timedelta(days=99)
# what ended or has not begun, and does not count
NOT_THERE = [
    lambda village: makers.make_post(
        "livelihood_officer", village, valid_from=LONG_AGO, valid_to=timezone.now()
    ),
    lambda village: makers.make_post(
        "livelihood_officer", village, valid_from=timezone.now() + timedelta(days=2)
    ),
    lambda village: makers.make_post("livelihood_officer", village, makers.make_user(is_active=False)),
    lambda village: makers.make_post("inspector", village),
]


@pytest.mark.parametrize("somebody", NOT_THERE)
def test_who_is_not_in_post_today_fills_no_gap(somebody):
    village = makers.make_region()
    somebody(village)
    assert missing(village.parent)["livelihood_officer"] == 1
    makers.make_post("livelihood_officer", village)
    assert missing(village.parent)["livelihood_officer"] == 0


def test_a_new_figure_counts_from_its_day_and_the_old_one_before_it():
    town = makers.make_region("township")
    bureau, today = makers.make_user(), timezone.localdate()
    figures.set_target(
        kind="social_worker", figure=5, source="测试", valid_from=today + timedelta(days=9), by=bureau
    )
    assert missing(town)["social_worker"] == 3
    later = staffing(town, timezone.now() + timedelta(days=10))
    assert sum(gap.missing for row in later for gap in row.gaps() if gap.kind == "social_worker") == 5
    assert AuditEvent.objects.filter(verb="target.set").count() == 1


# a figure, the day from today in days; the code of the refusal
FIGURES = [
    (3, -1, "past"),
    (0, 0, "figure"),
    (10**7, 0, "figure"),
    (3, 9999, "too_far"),
    (3, 0, ""),
    (3, 400, ""),
]


@pytest.mark.parametrize(("figure", "days", "code"), FIGURES)
def test_which_figures_may_be_set(figure, days, code):
    refused = ""
    day = timezone.localdate() + timedelta(days=days)
    try:
        figures.set_target(kind="social_worker", figure=figure, source="测试", valid_from=day, by=None)
    except Refused as no:
        refused = no.code
    assert refused == code
    assert StaffingTarget.objects.filter(kind="social_worker", valid_from=day).exists() is (code == "")


def test_one_watch_home_a_group_and_another_after_it_was_closed():
    group = makers.make_region("group")
    home = figures.open_home(region=group, name="荷塘组守望之家", by=None)
    with pytest.raises(Refused, match="open_already"):
        figures.open_home(region=group, name="又一个", by=None)
    with pytest.raises(Refused, match="wrong_level"):
        figures.open_home(region=group.parent, name="在村里", by=None)
    figures.close_home(home=home, by=None)
    with pytest.raises(Refused, match="closed"):
        figures.close_home(home=home, by=None)
    assert figures.open_home(region=group, name="又一个", by=None).pk


def test_the_desk_filters_by_gap_and_the_sheet_has_the_same(client):
    cast = make_cast()
    home = make_home(makers.make_region("group", cast.village))
    makers.sign_in(client, cast.bureau)
    page = client.get("/desk/network/", {"gap": "watch_home_leader"}).content.decode()
    assert home.name in page
    assert "缺守望之家负责人的地方" in page
    answer = client.get("/desk/network/gaps.csv")
    rows = list(csv.reader(answer.content.decode("utf-8-sig").splitlines()))
    assert [row[2] for row in rows if row[3] == "守望之家负责人"] == [home.name]
    assert len(rows) == 1 + sum(1 for row in staffing(cast.county, timezone.now()) for _gap in row.gaps())
    assert client.get("/desk/network/", {"gap": "nonsense"}).status_code == 200


def test_a_name_that_would_be_a_formula_is_text_in_the_sheet(client):
    cast = make_cast()
    make_home(makers.make_region("group", cast.village)).__class__.objects.update(name="=1+1")
    rows = makers.sign_in(client, cast.bureau).get("/desk/network/gaps.csv").content.decode("utf-8-sig")
    assert "'=1+1" in rows


def test_a_cadre_keeps_the_own_township_and_the_bureau_the_figures(client):
    cast = make_cast()
    group = makers.make_region("group", cast.village)
    url = f"/desk/network/{cast.village.code}/"
    makers.sign_in(client, cast.cadre)
    assert client.get(url).status_code == 200
    assert client.post(f"{url}homes/", {"region": group.code, "name": "荷塘组守望之家"}).status_code == 302
    assert client.post(f"{url}homes/", {"region": group.code, "name": "再开"}).status_code == 422
    assert client.post(f"{url}office/", {"office_phone": "0731-57880000"}).status_code == 302
    assert client.post(f"{url}office/", {"office_phone": "13800138000"}).status_code == 422
    cast.village.refresh_from_db()
    assert cast.village.office_phone == "0731-57880000"
    assert client.get("/desk/network/targets/").status_code == 403
    assert client.post(f"/desk/network/{cast.town.code}/people/", {"people": 1}).status_code == 404
    home = WatchHome.objects.get(region=group)
    makers.sign_in(client, cast.other_cadre)
    assert client.get(url).status_code == 404
    assert client.post(f"/desk/homes/{home.uid}/close/").status_code == 404
    makers.sign_in(client, cast.cadre)
    assert client.post(f"/desk/homes/{home.uid}/close/").status_code == 302
    assert client.post(f"/desk/homes/{home.uid}/close/").status_code == 404


def test_the_bureau_sets_figures_and_counts_by_the_pages(client):
    cast = make_cast()
    makers.sign_in(client, cast.bureau)
    today = timezone.localdate()
    data = {
        "kind": "social_worker",
        "figure": "4",
        "valid_from": today.isoformat(),
        "source": "测试文件第三条",
    }
    wrong = client.post("/desk/network/targets/", data | {"valid_from": "2020-01-01"})
    assert wrong.status_code == 422
    assert "测试文件第三条" in wrong.content.decode()
    assert client.post("/desk/network/targets/", data).status_code == 302
    assert "每个乡镇 4 名" in client.get("/desk/network/targets/").content.decode()
    url = f"/desk/network/{cast.town.code}/"
    count = {"people": "20001", "counted_on": "2026-01-01", "source": "测试"}
    assert client.post(f"{url}people/", count | {"counted_on": "2999-01-01"}).status_code == 422
    assert client.post(f"{url}people/", count).status_code == 302
    assert "应有 3 人" in client.get(url).content.decode()


def test_the_desk_asks_the_same_for_a_few_villages_and_for_many(client):
    cast = make_cast()
    makers.sign_in(client, cast.bureau)
    urls = [
        "/desk/network/",
        "/desk/network/?gap=livelihood_officer",
        "/desk/network/gaps.csv",
        f"/desk/network/{cast.town.code}/",
    ]
    counts: dict[str, list[int]] = {url: [] for url in urls}
    for more in (2, 20):
        for _each in range(more):
            village = makers.make_region("village", cast.town)
            makers.make_post("livelihood_officer", village)
            makers.make_post("watch_home_leader", make_home(makers.make_region("group", village)).region)
            makers.make_region("village", cast.other_town)
        for url in urls:
            client.get(url)
            with CaptureQueriesContext(connection) as asked:
                assert client.get(url).status_code == 200
            counts[url].append(len(asked))
    assert [url for url, (few, many) in counts.items() if few != many or many > 20] == []


def test_posts_end_with_the_person_not_with_the_home():
    home = make_home()
    leader = makers.make_post("watch_home_leader", home.region)
    figures.close_home(home=home, by=None, today=timezone.localdate() + timedelta(days=1))
    assert Post.objects.filter(user=leader, valid_to__gt=timezone.now()).exists()
