"""A list of days is read in any shape people write it in; every wrong line is named."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.base.calendar_list import MOST_LINES, read_days

YEARS = range(2021, 2029)


def read(text, year=2027):
    """The text as (day, works, name), and the lines that are wrong."""
    found = read_days(text, year=year, years=YEARS)
    return [(e.day.isoformat(), e.works, e.name) for e in found.entries], found.faults


@pytest.mark.parametrize(
    "line",
    [
        "2027-10-01,放假,国庆节",
        "2027-10-1，放假，国庆节",
        "２０２７年１０月１日　放假　国庆节",
        "2027/10/01\t放假\t国庆节",
        "2027.10.1 国庆节 放假",
        '"20271001","放假","国庆节"',
        "10月1日（周五） 放假 国庆节",
        "放假 2027-10-01 国庆节",
        "国庆节：10月1日放假",
        "七、国庆节：2027年10月1日（周五）放假调休，共1天。",
        "2027/10/1 00:00:00,放假,国庆节",
        "2027-10-01, OFF, 国庆节",
    ],
)
def test_one_day_in_many_shapes(line):
    assert read(line) == ([("2027-10-01", False, "国庆节")], [])


@pytest.mark.parametrize(
    "line",
    [
        "2027-10-01 至 2027-10-03，放假，国庆节",
        "2027-10-01,2027-10-03,放假,国庆节",
        "10月1日至3日 放假 国庆节",
        "10月1日-10月3日 放假 国庆节",
        "2027年10月1日～3日放假，国庆节",
        "国庆节：10月1日（周五）至3日（周日）放假，共3天。",
    ],
)
def test_a_span_in_many_shapes(line):
    days, faults = read(line)
    assert faults == []
    assert days == [(f"2027-10-0{n}", False, "国庆节") for n in (1, 2, 3)]


def test_the_notice_of_the_state_council_is_read_as_it_stands():
    days, faults = read(
        "一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。\n"
        "二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。"
        "2月14日（周六）、2月28日（周六）上班。\n"
        "三、清明节：4月4日（周六）至6日（周一）放假，共3天。\n",
        2026,
    )
    assert faults == []
    assert [day for day, works, _name in days if works] == ["2026-01-04", "2026-02-14", "2026-02-28"]
    assert len([day for day, works, _name in days if not works]) == 3 + 9 + 3
    assert {name for _day, _works, name in days} == {"元旦", "春节", "清明节"}


def test_a_span_runs_over_the_end_of_the_year():
    days, faults = read("12月31日至1月2日 放假 元旦", 2026)
    assert faults == []
    assert [day for day, _works, _name in days] == ["2026-12-31", "2027-01-01", "2027-01-02"]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("2027-02-30 放假", "没有这一天"),
        ("2027-13-01 放假", "没有这一天"),
        ("2072-10-01 放假", "年份要在 2021 到 2028 之间"),
        ("2027-10-01 国庆节", "没写放假还是上班"),
        ("国庆节放假", "没找到日期"),
        ("7日放假", "没写几月"),
        ("2027-10-07至2027-10-01放假", "对调"),
        ("2027-10-01至2027-12-01放假", "一段最多 16 天"),
        ("2027-09-26 放假 上班", "请只留一个"),
        ("2027-10-01 放假 " + "长" * 60, "名称最多 50 个字"),
    ],
)
def test_a_wrong_line_is_named_with_how_to_mend_it(line, says):
    days, faults = read(f"日期,类别,名称\n\n2027-01-01 放假\n{line}\n")
    assert [fault.line for fault in faults] == [4]
    assert says in faults[0].words and "第 4 行" in faults[0].words
    assert days == [("2027-01-01", False, "")]


def test_two_lines_that_disagree_name_each_other():
    _days, faults = read("2027-10-01 放假\n10月1日 上班")
    assert [(fault.line, "第 1 行" in fault.why) for fault in faults] == [(2, True)]
    assert read("2027-10-01 放假 国庆节\n2027-10-01 放假")[1] == []


def test_a_list_without_end_is_refused_at_its_limit():
    _days, faults = read("2027-10-01 放假\n" * (MOST_LINES + 1))
    assert [fault.line for fault in faults] == [MOST_LINES + 1]


@given(
    st.text(
        alphabet=st.one_of(
            st.sampled_from("0123456789年月日至、，。：放假上班2027-/ \n\t(（)\0元旦"), st.characters()
        )
    )
)
def test_nothing_that_is_typed_raises(text):
    found = read_days(text, year=2027, years=YEARS)
    assert all(isinstance(entry.day, date) and entry.day.year in YEARS for entry in found.entries)
    assert all(fault.words for fault in found.faults)
