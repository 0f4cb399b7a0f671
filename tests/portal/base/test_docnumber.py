"""Document numbers."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.base.docnumber import DocumentNumber, parse_document_number
from portal.base.refused import Refused


@pytest.mark.parametrize(
    ("text", "agency", "year", "serial"),
    [
        ("潭县政办发〔2021〕11号", "潭县政办发", 2021, 11),
        ("民发〔2021〕43号", "民发", 2021, 43),
        ("民函〔2012〕340号", "民函", 2012, 340),
        ("国办函〔2025〕75号", "国办函", 2025, 75),
        ("川民规〔2024〕3号", "川民规", 2024, 3),
        ("济民字〔2020〕20号", "济民字", 2020, 20),
        ("黔民发〔 2025〕6号", "黔民发", 2025, 6),
        ("工信部联管函(2020) 146号", "工信部联管函", 2020, 146),
        ("民发﹝2015﹞149号", "民发", 2015, 149),
        ("民发［2015］149号", "民发", 2015, 149),
        ("民发[2015]149号", "民发", 2015, 149),
        ("民发【2015】１４９号", "民发", 2015, 149),
        ("民发（2015）149 号", "民发", 2015, 149),
        ("湘民（救）发〔2021〕2号", "湘民（救）发", 2021, 2),
    ],
)
def test_a_document_number_is_parsed_and_tidied(text, agency, year, serial):
    found = parse_document_number(text)
    assert found == DocumentNumber(agency, year, serial, "document")
    assert found.text == f"{agency}〔{year}〕{serial}号"


@pytest.mark.parametrize(
    ("text", "agency", "serial"),
    [
        ("民政部令第67号", "民政部", 67),
        ("国务院令第649号", "国务院", 649),
        ("财政部令 第102号", "财政部", 102),
        ("财政部令102号", "财政部", 102),
    ],
)
def test_an_order_has_no_year(text, agency, serial):
    found = parse_document_number(text)
    assert found == DocumentNumber(agency, None, serial, "order")
    assert found.text == f"{agency}令第{serial}号"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "docnumber_form"),
        ("潭县政办发2021年11号", "docnumber_form"),
        ("潭县政办发〔2021〕11", "docnumber_form"),
        ("abc〔2021〕11号", "docnumber_form"),
        ("潭县政办发〔21〕11号", "docnumber_year"),
        ("潭县政办发〔1948〕11号", "docnumber_year"),
        ("潭县政办发〔2028〕11号", "docnumber_year"),
        ("潭县政办发〔2021〕第11号", "docnumber_serial"),
        ("潭县政办发〔2021〕011号", "docnumber_serial"),
        ("潭县政办发〔2021〕0号", "docnumber_serial"),
        ("潭县政办发〔2021〕123456号", "docnumber_serial"),
        ("民政部令第067号", "docnumber_serial"),
    ],
)
def test_a_wrong_document_number_is_refused(text, code):
    with pytest.raises(Refused) as refusal:
        parse_document_number(text, on=date(2026, 11, 23))
    assert refusal.value.code == code


def test_numbers_sort_by_agency_year_and_serial_not_as_text():
    in_order = [
        "民函〔2012〕340号",
        "民发〔2019〕124号",
        "民发〔2021〕9号",
        "民发〔2021〕11号",
        "民发〔2021〕110号",
    ]
    numbers = [parse_document_number(text) for text in sorted(in_order)]
    assert [str(number) for number in sorted(numbers, key=lambda number: number.sort_key)] == in_order


@given(st.text() | st.text("民政发令第〔〕[]（）()0123456789号 ", max_size=25))
def test_a_document_number_is_accepted_or_refused_never_anything_else(text):
    try:
        found = parse_document_number(text)
    except Refused as refusal:
        assert refusal.code.startswith("docnumber_")
    else:
        assert parse_document_number(found.text) == found
