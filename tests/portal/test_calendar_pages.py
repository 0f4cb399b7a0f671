"""The calendar: bureau and system administrator see, enter and take out days; a list comes in whole or not at all."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from portal.base import calendar_days
from portal.base.models import CalendarDay
from portal.base.periods import calendar_known, is_working_day, require_calendar
from portal.base.refused import Refused
from portal.models import AuditEvent
from tests import makers

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 24)
NEXT = """一、元旦：1月1日（周五）至3日（周日）放假，共3天。
二、国庆节：10月1日（周五）至7日（周四）放假调休，共7天。9月26日（周日）、10月9日（周六）上班。"""


@pytest.fixture
def bureau(monkeypatch) -> Client:
    monkeypatch.setattr(timezone, "localdate", lambda value=None, timezone=None: ON)
    return makers.sign_in(Client(), makers.make_post("bureau_staff", makers.make_region("county")))


def test_the_year_shows_the_library_first_and_our_own_days_before_it(bureau):
    CalendarDay.objects.create(day=date(2026, 10, 1), works=True, name="抢收")
    CalendarDay.objects.create(day=date(2026, 11, 25), works=False, name="停电")
    page = bureau.get("/desk/calendar/", {"year": "2026"})
    lines = {line.day: line for line in page.context["lines"]}
    assert (lines[date(2026, 2, 17)].name, lines[date(2026, 2, 17)].own) == ("春节", False)
    assert lines[date(2026, 2, 14)].works is True
    assert (lines[date(2026, 10, 1)].own, lines[date(2026, 10, 1)].against_library) == (True, True)
    assert lines[date(2026, 11, 25)].own is True
    assert "和系统自带的不一样" in page.content.decode()


def test_next_year_missing_is_said_on_the_page_the_desk_and_the_state_of_the_site(bureau):
    keeper = makers.sign_in(Client(), makers.make_post("sysadmin", makers.make_region("county")))
    looks = [(bureau, "/desk/calendar/"), (bureau, "/desk/"), (keeper, "/desk/health/")]
    words = "2027 年的放假安排还没录入"
    assert [words in client.get(url).content.decode() for client, url in looks] == [True] * 3
    bureau.post("/desk/calendar/list/", {"year": "2027", "text": NEXT})
    assert [words in client.get(url).content.decode() for client, url in looks] == [False] * 3


def test_before_november_nobody_is_asked_for_next_year(monkeypatch, bureau):
    monkeypatch.setattr(timezone, "localdate", lambda value=None, timezone=None: date(2026, 10, 31))
    assert calendar_days.missing_years(date(2026, 10, 31)) == []
    assert "11 月公布" in bureau.get("/desk/calendar/", {"year": "2027"}).content.decode()


def test_a_list_comes_in_and_the_same_list_again_changes_nothing(bureau):
    with pytest.raises(Refused):
        require_calendar(2027)
    answer = bureau.post("/desk/calendar/list/", {"year": "2027", "text": NEXT})
    assert answer["Location"] == "/desk/calendar/?year=2027"
    require_calendar(2027)
    assert calendar_known(2027)
    assert is_working_day(date(2027, 9, 26)) is True
    assert is_working_day(date(2027, 10, 4)) is False
    rows = list(CalendarDay.objects.order_by("pk").values())
    assert len(rows) == 12
    event = AuditEvent.objects.get(verb="calendar.list_entered")
    assert event.detail == {"years": [2027], "added": 12, "changed": 0}
    bureau.post("/desk/calendar/list/", {"year": "2027", "text": NEXT})
    assert list(CalendarDay.objects.order_by("pk").values()) == rows
    assert AuditEvent.objects.filter(verb="calendar.list_entered").count() == 1


def test_a_later_list_changes_only_what_differs(bureau):
    bureau.post("/desk/calendar/list/", {"year": "2027", "text": NEXT})
    bureau.post("/desk/calendar/list/", {"year": "2027", "text": "10月7日 上班\n10月8日 放假 国庆节"})
    assert is_working_day(date(2027, 10, 7)) and not is_working_day(date(2027, 10, 8))
    assert AuditEvent.objects.filter(verb="calendar.list_entered").last().detail["changed"] == 1


def test_one_wrong_line_stops_the_whole_list_and_keeps_what_was_typed(bureau):
    text = f"{NEXT}\n2027-02-30 放假 春节\n2027-03-03 上班"
    answer = bureau.post("/desk/calendar/list/", {"year": "2027", "text": text})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "第 3 行" in page and "第 4 行" in page and "平常就上班" in page
    assert answer.context["form"]["text"].value() == text
    assert not CalendarDay.objects.exists()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_file_is_read_in_the_encodings_of_offices(bureau, encoding):
    raw = "日期,类别,名称\r\n2027/10/1,放假,国庆节\r\n2027/9/26,上班,国庆节\r\n".encode(encoding)
    file = SimpleUploadedFile("a.csv", raw, "text/csv")
    assert bureau.post("/desk/calendar/list/", {"year": "2027", "file": file}).status_code == 302
    assert list(CalendarDay.objects.order_by("day").values_list("works", "name")) == [
        (True, "国庆节"),
        (False, "国庆节"),
    ]


def test_a_wrong_line_of_a_file_stands_in_the_box_to_be_mended(bureau):
    file = SimpleUploadedFile("a.csv", "2027/10/1,国庆节".encode(), "text/csv")
    answer = bureau.post("/desk/calendar/list/", {"year": "2027", "file": file})
    assert answer.status_code == 422
    assert answer.context["form"]["text"].value() == "2027/10/1,国庆节"


@pytest.mark.parametrize("raw", [b"", b"\x00\x01\x02\xff", b"x" * 200_000])
def test_what_is_no_list_is_said_and_nothing_enters(bureau, raw):
    answer = bureau.post("/desk/calendar/list/", {"year": "2027", "file": SimpleUploadedFile("a.csv", raw)})
    assert answer.status_code == 422
    assert not CalendarDay.objects.exists()


def test_one_day_is_entered_changed_and_taken_out_again(bureau):
    form = {"day": "2026-11-28", "kind": "works", "name": "补班"}
    assert bureau.post("/desk/calendar/set/", form)["Location"] == "/desk/calendar/?year=2026"
    assert is_working_day(date(2026, 11, 28)) is True
    bureau.post("/desk/calendar/set/", form)
    assert AuditEvent.objects.filter(verb="calendar.day_set").count() == 1
    bureau.post("/desk/calendar/set/", form | {"kind": "off"})
    assert is_working_day(date(2026, 11, 28)) is False
    bureau.post("/desk/calendar/remove/", {"day": "2026-11-28"})
    bureau.post("/desk/calendar/remove/", {"day": "2026-11-28"})
    assert not CalendarDay.objects.exists()
    assert AuditEvent.objects.filter(verb="calendar.day_removed").count() == 1


@pytest.mark.parametrize(
    ("day", "works", "name", "code"),
    [
        (date(2072, 1, 1), False, "", "year_far"),
        (date(2026, 11, 24), True, "", "works_anyway"),
        (date(2026, 11, 24), False, "长" * 51, "name_long"),
    ],
)
def test_a_day_that_cannot_be_meant_is_refused(day, works, name, code):
    by = makers.make_user()
    with pytest.raises(Refused) as refusal:
        calendar_days.set_day(by=by, day=day, works=works, name=name, on=ON)
    assert refusal.value.code == code
    assert calendar_days.set_day(by=by, day=date(2026, 11, 24), works=False, name="停电", on=ON)


@pytest.mark.parametrize("day", ["", "x", "2026-02-30", "9" * 40, "2026-11-28\x00"])
def test_what_is_no_day_takes_nothing_out(bureau, day):
    CalendarDay.objects.create(day=date(2026, 11, 29), works=True)
    assert bureau.post("/desk/calendar/remove/", {"day": day})["Location"] == "/desk/calendar/"
    assert CalendarDay.objects.count() == 1


@pytest.mark.parametrize("role", ["township_cadre", "inspector", "editor", "finance"])
def test_nobody_else_reaches_the_calendar(role):
    client = makers.sign_in(Client(), makers.make_post(role, makers.make_region("county")))
    for path in ("", "set/", "list/"):
        assert client.get(f"/desk/calendar/{path}").status_code == 403
    assert client.post("/desk/calendar/remove/", {"day": "2026-11-28"}).status_code == 403
