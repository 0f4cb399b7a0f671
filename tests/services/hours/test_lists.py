"""Lists of voluntary hours leave the house under the bureau's columns: masked, never paid work, by the right at that moment."""

import io
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from portal.base.refused import Refused
from portal.models import AuditEvent, Identity
from services.exports import actions
from services.exports.actions import Wanted, ask_export
from services.exports.making import make
from services.hours.ledger import Work, take_back, write
from services.hours.list_actions import Shape, shape_columns
from services.hours.list_models import ColumnForm
from services.hours.lists import columns_of
from services.hours.models import HourKind
from services.hours.sources import SOURCES, Coded, written
from services.imports.reading import read_sheet
from services.models import ExportState, HoursColumn, RegisterExport
from tests import makers
from tests.services.hours.scene import hours_for, make_office, make_volunteer, noon

pytestmark = pytest.mark.django_db
NUMBER = "43032119550101001X"


@pytest.fixture
def office():
    scene = make_office()
    user = scene.volunteer.user
    user.name, user.phone = "周志愿", "+8613907310001"
    user.identity = Identity.objects.create(name="周志愿", id_number=NUMBER)
    user.save()
    scene.volunteer.sex, scene.volunteer.birth_date = "f", date(1955, 1, 1)
    scene.volunteer.save()
    return scene


def exported(by, place, *, what="services", full=False, second=None, days=30, file_type="csv"):
    today = timezone.localdate()
    export = ask_export(
        by=by, region=place, columns=[row.source for row in columns_of(what) if row.shown],
        purpose="报上级系统", full_names=full, wanted=Wanted(what, file_type, today - timedelta(days=days), today),
    )  # fmt: skip
    if second:
        actions.answer_export(by=second, export=export, agree=True)
    make(RegisterExport.objects.get(pk=export.pk))
    export.refresh_from_db()
    return export


def sheet(export):
    """The headings and the rows below the watermark."""
    rows = list(read_sheet(actions.take(by=export.asked_by, export=export)).rows)
    headings = [cell for cell in rows[1] if cell]
    return headings, [row[: len(headings)] for row in rows[2:]]


def shapes(part, **changes):
    """The columns as they are, some fields of some of them changed: `name={"heading": "甲"}`."""
    return [
        Shape(**{
            "source": row.source, "position": row.position, "heading": row.heading, "form": row.form,
            "shown": row.shown, "version": row.version, **changes.get(row.source, {}),
        })
        for row in columns_of(part)
    ]  # fmt: skip


@pytest.mark.parametrize("part", SOURCES)
def test_every_source_has_its_one_column_with_a_writing_it_knows(part):
    rows = columns_of(part)
    assert sorted(row.source for row in rows) == sorted(SOURCES[part])
    assert [row for row in rows if row.form not in SOURCES[part][row.source].forms] == []


@pytest.mark.parametrize(
    ("value", "form", "expected"),
    [
        (date(2026, 3, 5), "day_dashes", "2026-03-05"),
        (date(2026, 3, 5), "day_digits", "20260305"),
        (date(2026, 3, 5), "day_words", "2026年3月5日"),
        (90, "hours", "1.50"),
        (50, "hours", "0.83"),
        (1, "hours", "0.02"),
        (90, "minutes", "90"),
        (Coded("2", "女"), "code", "2"),
        (Coded("2", "女"), "words", "女"),
        ("1955", "day_digits", "1955"),
    ],
)
def test_a_value_is_written_as_the_column_says(value, form, expected):
    assert written(value, form) == expected


def test_a_list_of_services_has_the_standing_voluntary_lines_alone(office):
    kept = hours_for(office.volunteer, noon(2), 90)
    gone = hours_for(office.volunteer, noon(3), 60)
    take_back(gone, office.cadre)
    hours_for(office.volunteer, noon(40), 60)
    paid = Work(
        user=office.volunteer.user, kind=HourKind.PAID, service="cleaning", township=office.town,
        starts_at=noon(4), ends_at=noon(4) + timedelta(hours=2), provider=makers.make_provider(),
    )  # fmt: skip
    assert write(paid, "visit", None).minutes == 120
    headings, rows = sheet(exported(office.bureau, office.town))
    assert headings == [row.heading for row in columns_of("services") if row.shown]
    assert [dict(zip(headings, row, strict=True))["记录编号"] for row in rows] == [str(kept.uid)]
    assert dict(zip(headings, rows[0], strict=True))["服务时长（小时）"] == "1.50"


def test_the_total_of_a_volunteer_is_of_those_days_and_without_paid_work(office):
    hours_for(office.volunteer, noon(2), 90)
    hours_for(office.volunteer, noon(40), 60)
    paid = Work(
        user=office.volunteer.user, kind=HourKind.PAID, service="cleaning", township=office.town,
        starts_at=noon(4), ends_at=noon(4) + timedelta(hours=2), provider=makers.make_provider(),
    )  # fmt: skip
    write(paid, "visit", None)
    headings, rows = sheet(exported(office.bureau, office.town, what="volunteers"))
    assert [dict(zip(headings, row, strict=True))["服务时长（小时）"] for row in rows] == ["1.50"]


@pytest.mark.parametrize("what", SOURCES)
def test_names_and_numbers_are_masked(office, what):
    hours_for(office.volunteer, noon(2), 90)
    text = str(sheet(exported(office.bureau, office.town, what=what)))
    assert "周*愿" in text and "周志愿" not in text
    assert NUMBER not in text and "****001X" in text
    assert "13907310001" not in text and "1955-01-01" not in text


def test_full_names_come_with_a_second_person_and_numbers_never(office):
    text = str(sheet(exported(office.cadre, office.town, what="volunteers", full=True, second=office.bureau)))
    assert "周志愿" in text and "1955-01-01" in text
    assert NUMBER not in text and "13907310001" not in text


def test_a_township_gets_no_numbers_and_only_its_own_people(office):
    elsewhere = make_volunteer(office.other_cadre.posts.get().region)
    hours_for(office.volunteer, noon(2), 90)
    hours_for(elsewhere, noon(2), 90)
    headings, rows = sheet(exported(office.cadre, office.town))
    assert "证件号码" not in headings and len(rows) == 1
    county = office.town.parent
    assert len(sheet(exported(office.bureau, county))[1]) == 2
    with pytest.raises(Refused) as refusal:
        exported(office.other_cadre, office.town)
    assert refusal.value.code == "not_your_area"


def test_the_right_and_the_columns_count_when_the_list_is_made(office):
    today = timezone.localdate()
    asked = {
        "by": office.cadre, "region": office.town, "columns": ["name", "day"], "purpose": "报上级系统",
        "wanted": Wanted("services", "csv", today, today),
    }  # fmt: skip
    first, second = ask_export(**asked), ask_export(**asked)
    shape_columns(part="services", shapes=shapes("services", day={"shown": False}), by=office.bureau)
    make(RegisterExport.objects.get(pk=first.pk))
    assert RegisterExport.objects.get(pk=first.pk).made_columns == ["name"]
    office.cadre.posts.all().delete()
    make(RegisterExport.objects.get(pk=second.pk))
    assert RegisterExport.objects.get(pk=second.pk).state == ExportState.FAILED


def test_who_may_take_registers_but_keeps_no_hours_gets_no_list_of_hours(office, monkeypatch):
    from portal.permissions import roles

    assert exported(office.cadre, office.town).state == ExportState.READY
    cadre = roles.ROLES["township_cadre"]
    less = roles.Role(cadre.label, cadre.permissions - {"services.keep_hours"}, sees_place=True)
    monkeypatch.setitem(roles.ROLES, "township_cadre", less)
    with pytest.raises(Refused) as refusal:
        exported(office.cadre, office.town)
    assert refusal.value.code == "not_your_area"


def test_a_workbook_says_the_same_as_the_csv_and_no_cell_begins_a_formula(office):
    office.volunteer.skills = '=HYPERLINK("x")\x07'
    office.volunteer.save()
    book = sheet(exported(office.bureau, office.town, what="volunteers", file_type="xlsx"))
    assert book[0] == sheet(exported(office.bureau, office.town, what="volunteers"))[0]
    raw = actions.take(by=office.bureau, export=RegisterExport.objects.get(file_type="xlsx"))
    cells = [cell for row in load_workbook(io.BytesIO(raw)).active.iter_rows() for cell in row]
    assert [cell.value for cell in cells if "HYPERLINK" in str(cell.value)] == ['\'=HYPERLINK("x")']
    assert "f" not in {cell.data_type for cell in cells}


def test_columns_change_places_names_and_writing(office):
    hours_for(office.volunteer, noon(2), 90)
    swapped = shapes(
        "services", name={"heading": "志愿者编号", "position": 1}, volunteer_no={"heading": "姓名", "position": 2},
        length={"form": "minutes"},
    )  # fmt: skip
    assert shape_columns(part="services", shapes=swapped, by=office.bureau) == 3
    headings, rows = sheet(exported(office.bureau, office.town))
    assert headings[:2] == ["志愿者编号", "姓名"] and rows[0][0] == "周*愿"
    assert "90" in rows[0]
    told = AuditEvent.objects.get(verb="hours.columns_shaped")
    assert [row["source"] for row in told.detail["changed"]] == ["volunteer_no", "name", "length"]
    assert shape_columns(part="services", shapes=shapes("services"), by=office.bureau) == 0
    assert AuditEvent.objects.filter(verb="hours.columns_shaped").count() == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"name": {"heading": " "}}, "heading_empty"),
        ({"name": {"heading": "志愿者编号"}}, "heading_twice"),
        ({"name": {"form": "minutes"}}, "form_unknown"),
        ({"name": {"source": "password"}}, "source_unknown"),
        ({"name": {"version": 9}}, "changed_meanwhile"),
        ({source: {"shown": False} for source in SOURCES["services"]}, "none_shown"),
    ],
)
def test_a_table_that_makes_no_file_is_refused_and_nothing_changes(office, change, code):
    before = list(HoursColumn.objects.values())
    with pytest.raises(Refused) as refusal:
        shape_columns(part="services", shapes=shapes("services", **change), by=office.bureau)
    assert refusal.value.code == code
    assert list(HoursColumn.objects.values()) == before


def test_the_database_holds_one_heading_once_and_days_for_hours_alone(office):
    row, other = columns_of("services")[:2]
    with pytest.raises(IntegrityError), transaction.atomic():
        HoursColumn.objects.filter(pk=row.pk).update(heading=other.heading)
    export = exported(office.bureau, office.town)
    for wrong in (
        {"first_day": None},
        {"what": "households"},
        {"last_day": export.first_day - timedelta(days=1)},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            RegisterExport.objects.filter(pk=export.pk).update(**wrong)


def posted(part, **more):
    typed = {
        f"{row.source}-{name}": getattr(row, name)
        for row in columns_of(part)
        for name in ("position", "heading", "form", "version")
    }
    return typed | {f"{row.source}-shown": "on" for row in columns_of(part) if row.shown} | more


def test_the_bureau_looks_first_and_then_saves(office, client):
    hours_for(office.volunteer, noon(0), 90)
    makers.sign_in(client, office.bureau)
    url = reverse("services:hours:columns") + "?part=services"
    page = client.get(url)
    assert page.context["headings"][1] == "姓名" and "周*愿" in page.content.decode()
    look = client.post(url, posted("services", **{"name-heading": "名字", "look": "1"}))
    assert look.context["headings"][1] == "名字"
    assert HoursColumn.objects.get(part="services", source="name").heading == "姓名"
    assert client.post(url, posted("services", **{"name-heading": "名字"})).status_code == 302
    assert HoursColumn.objects.get(part="services", source="name").heading == "名字"
    assert client.post(url, posted("services", **{"name-position": "x"})).status_code == 422


def test_the_table_asks_as_many_questions_for_many_people(office, client, django_assert_max_num_queries):
    makers.sign_in(client, office.bureau)
    url = reverse("services:hours:columns")
    client.get(url)  # what a process reads once
    counted = []
    for wanted in (3, 30):
        for _n in range(wanted):
            hours_for(make_volunteer(office.town), noon(0), 30)
        with django_assert_max_num_queries(20) as seen:
            assert client.get(url).status_code == 200
        counted.append(len(seen))
    assert counted[0] == counted[1]


def test_a_list_is_asked_for_on_its_page_and_taken(office, client):
    hours_for(office.volunteer, noon(1), 90)
    makers.sign_in(client, office.cadre)
    today = timezone.localdate().isoformat()
    typed = {
        "what": "services", "region": office.town.code, "first_day": today[:5] + "01-01", "last_day": today,
        "file_type": "xlsx", "purpose": "报上级系统",
    }  # fmt: skip
    answer = client.post(reverse("services:hours:list_new"), typed)
    assert answer.status_code == 302
    make(RegisterExport.objects.get())
    no = RegisterExport.objects.get().no
    page = client.get(answer["Location"]).content.decode()
    assert "志愿服务记录" in page and "Excel" in page
    taken = client.post(reverse("services:exports:take", args=[no]))
    assert taken["Content-Disposition"].endswith(f'{no}.xlsx"') and taken.content[:2] == b"PK"
    wrong = client.post(reverse("services:hours:list_new"), {**typed, "last_day": "2020-01-01"})
    assert wrong.status_code == 422


def test_writings_are_known_by_the_database():
    row = columns_of("services")[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        HoursColumn.objects.filter(pk=row.pk).update(form="morse")
    assert set(ColumnForm.values) >= {
        one for part in SOURCES.values() for each in part.values() for one in each.forms
    }
