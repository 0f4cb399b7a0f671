"""The reader knows encodings, shapes and bombs, and never raises."""

import io
import zipfile
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.base.refused import Refused
from services.imports.cells import read_day
from services.imports.columns import find_header, suggest
from services.imports.reading import MAX_BYTES, guarded, read_sheet, unguarded
from tests.services.imports.files import as_xlsx

TEXT = "姓名,村\r\n周桂英,古城村\r\n"


def codes(sheet):
    list(sheet.rows)
    return [each.code for each in sheet.problems]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_encoding_of_an_office_is_read(encoding):
    assert list(read_sheet(TEXT.encode(encoding)).rows) == [["姓名", "村"], ["周桂英", "古城村"]]


@pytest.mark.parametrize("separator", [",", "\t", ";", "，"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_separator_and_line_end_is_read(separator, newline):
    raw = newline.join([f"姓名{separator}村", f"罗满秀{separator}古城村"]).encode()
    assert list(read_sheet(raw).rows) == [["姓名", "村"], ["罗满秀", "古城村"]]


@pytest.mark.parametrize("name", ["𠮷田", "㐂", "䶮", "周·买买提"])
def test_rare_characters_survive(name):
    assert list(read_sheet(f"姓名,村\n{name},x".encode("gb18030")).rows)[1][0] == name


@pytest.mark.parametrize(
    "typed",
    ["2021-11-15", "2021/11/15", "2021.11.15", "2021年11月15日", "20211115", "44515", "２０２１－１１－１５",
     "2021-11-15 00:00:00", "2021年 11月 15日"],
)  # fmt: skip
def test_a_day_in_every_shape(typed):
    assert read_day(typed) == date(2021, 11, 15)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("21-11-15", "date_year"),
        ("2021-11", "date_month"),
        ("2021-02-30", "date_none"),
        ("上个月", "date_shape"),
    ],
)
def test_a_day_that_is_none_says_how_to_write_it(typed, code):
    with pytest.raises(Refused) as refused:
        read_day(typed)
    assert refused.value.code == code


@given(st.binary(max_size=3000))
def test_no_bytes_make_the_reader_raise(raw):
    sheet = read_sheet(raw)
    rows = list(sheet.rows)
    assert all(isinstance(cell, str) for row in rows for cell in row)
    assert rows or sheet.problems


@given(st.binary(max_size=400), st.integers(0, 6000))
def test_no_damage_to_a_workbook_makes_the_reader_raise(noise, place):
    raw = as_xlsx([["姓名", "村"], ["周桂英", "古城村"]])
    broken = raw[:place] + noise + raw[place + len(noise) :]
    list(read_sheet(broken).rows)


@given(st.lists(st.lists(st.text(max_size=30), min_size=2, max_size=4), min_size=1, max_size=20))
def test_what_is_written_is_read_again(rows):
    import csv

    plain = [[" ".join(cell.replace("\x00", "").split()) for cell in row] for row in rows]
    text = io.StringIO(newline="")
    csv.writer(text).writerows([["姓名", "村"], *([guarded(cell) for cell in row] for row in plain)])
    raw = text.getvalue().encode("utf-8-sig", "surrogatepass")
    try:
        raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return
    assert list(read_sheet(raw).rows)[1:] == plain


@given(st.text())
def test_a_guarded_cell_is_no_formula_and_opens_again(cell):
    made = guarded(cell)
    assert unguarded(made) == cell
    assert not made.startswith(("=", "+", "-", "@", "\t", "\r"))


def test_a_workbook_that_unpacks_to_a_mountain_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _each in range(160):
                part.write(b"0" * 1_000_000)
    assert len(out.getvalue()) < 1_000_000
    assert codes(read_sheet(out.getvalue())) == ["file_bomb"]


def test_billion_laughs_are_refused():
    laughs = '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><worksheet>&b;</worksheet>'
    book = io.BytesIO(as_xlsx([["姓名"]]))
    out = io.BytesIO()
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.infolist():
            bad = part.filename == "xl/worksheets/sheet1.xml"
            new.writestr(part.filename, laughs if bad else old.read(part.filename))
    sheet = read_sheet(out.getvalue())
    assert list(sheet.rows) == []
    assert codes(sheet) == ["file_broken"]


def test_a_million_empty_rows_end_early():
    book = as_xlsx([["姓名", "村"], *([[None, None]] * 3), ["周桂英", "古城村"]])
    assert len(list(read_sheet(book).rows)) == 5
    from openpyxl import Workbook

    far = Workbook()
    far.active["A1"] = "姓名"
    far.active["A1000000"] = "周桂英"
    out = io.BytesIO()
    far.save(out)
    assert len(list(read_sheet(out.getvalue()).rows)) < 2000


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "file_empty"),
        (b"\r\n \r\n", "file_empty"),
        (b"a" * (MAX_BYTES + 1), "file_large"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 100, "file_kind"),
        (b"PK\x03\x04" + b"x" * 100, "file_broken"),
        (b"\xff\x00\x80\x81\xff", "encoding"),
    ],
)
def test_what_cannot_be_read_is_said(raw, code):
    assert codes(read_sheet(raw)) == [code]


def test_a_zip_that_is_no_workbook_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "x")
    assert codes(read_sheet(out.getvalue())) == ["file_kind"]


def test_the_heading_is_found_below_a_title_and_columns_are_suggested():
    rows = [
        ["石潭镇特困人员名册"],
        [""],
        ["序号", "姓 名", "身份证号码*", "所属村", "批准时间"],
        ["1", "周桂英", "", "", ""],
    ]
    assert find_header(rows) == 2
    assert suggest(rows[2], {}) == {1: "name", 2: "id_number", 3: "village", 4: "since"}
    assert suggest(rows[2], {"批准时间": "", "序号": "household_key"}) == {
        0: "household_key",
        1: "name",
        2: "id_number",
        3: "village",
    }
