"""The county in numbers, for everybody: counted, small cells merged, and nothing that points at a person."""

from datetime import datetime

import pytest

from portal.base.periods import SHANGHAI
from services.casework.public_figures import chart, partners_at_work, told, visits_by_month
from services.models import VisitRecord
from tests import makers


# counted, told
@pytest.mark.parametrize(("number", "shown"), [(0, 0), (1, None), (4, None), (5, 5), (640, 640)])
def test_what_might_point_at_somebody_is_not_told(number, shown):
    assert told(number) == shown


def test_bars_that_are_not_told_are_all_drawn_alike():
    few = chart([("a", 1), ("b", 4), ("c", 40)])
    assert few.bars[0].length == few.bars[1].length < few.bars[2].length == 180
    assert few.most == few.bars[2]
    assert chart([("a", 2)]).most is None


@pytest.mark.django_db
def test_the_page_tells_no_small_number_no_village_and_no_name(client):
    village = makers.make_region(name="古城村")
    for _ in range(6):
        makers.make_household(village, self_care="able")
    for _ in range(3):
        makers.make_household(village, self_care="unable")
    page = client.get("/figures/")
    text = page.content.decode()
    assert page["X-Page-Cache"] == "public" and not page.cookies
    assert str(village.parent) in text and "古城村" not in text
    cells = client.get("/figures/households.csv").content.decode("utf-8-sig").splitlines()
    row = cells[1].split(",")
    # Three are hidden; so is the six, and what one could take away from another.
    assert row[0] == str(village.parent) and "3" not in row and row.count("") >= 2


@pytest.mark.django_db
def test_only_confirmed_visits_of_whole_months_count():
    at = datetime(2026, 11, 24, 9, tzinfo=SHANGHAI)
    worker = makers.make_user()
    assignment = makers.make_assignment(makers.make_task(), worker)
    starts = [
        (datetime(2026, 10, 31, 23, 30, tzinfo=SHANGHAI), "confirmed"),
        (datetime(2026, 10, 5, 9, tzinfo=SHANGHAI), "submitted"),
        (datetime(2026, 11, 1, 0, 0, tzinfo=SHANGHAI), "confirmed"),
        (datetime(2026, 4, 30, 12, tzinfo=SHANGHAI), "confirmed"),
    ]
    for number, (start, verdict) in enumerate(starts):
        VisitRecord.objects.create(
            no=f"R{number}", planned=makers.make_planned(assignment, starts_at=start), author=worker, epoch=1,
            started_at=start, ended_at=start, verdict=verdict, payload_hash="x", receipt=f"r{number}",
        )  # fmt: skip
    months = visits_by_month(at)
    assert [label for label, _n in months] == [f"2026年{n}月" for n in (5, 6, 7, 8, 9, 10)]
    assert [n for _label, n in months] == [0, 0, 0, 0, 0, 1]


@pytest.mark.django_db
def test_who_is_stopped_is_not_counted():
    makers.make_provider("agency")
    makers.make_provider("agency", state="suspended")
    assert dict(partners_at_work())["服务机构"] == 1
