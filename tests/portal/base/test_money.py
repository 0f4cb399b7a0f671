"""Money in fen, in yuan and in capital numerals."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.base import money
from portal.base.refused import Refused


@pytest.mark.parametrize(
    ("yuan", "fen"),
    [
        ("58", 5800),
        ("0.005", 1),
        ("0.004", 0),
        ("0.015", 2),
        ("0.025", 3),
        ("38.3333", 3833),
        ("-0.005", -1),
        ("1.115", 112),
    ],
)
def test_yuan_are_rounded_half_up_once(yuan, fen):
    assert money.to_fen(Decimal(yuan)) == fen


def test_a_float_is_never_money():
    with pytest.raises(TypeError):
        money.to_fen(58.0)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("58", 5800),
        ("58.00", 5800),
        ("58.5", 5850),
        ("58.", 5800),
        ("５８．５０元", 5850),
        ("1,234.50", 123450),
        ("1，234", 123400),
        ("¥ 58", 5800),
        ("￥58", 5800),
        ("人民币58元整", 5800),
        ("58块", 5800),
        ("0", 0),
        ("0.01", 1),
        ("007", 700),
        ("999,999,999,999.99", 99999999999999),
    ],
)
def test_an_amount_may_be_typed_in_many_ways(text, fen):
    assert money.fen_from_text(text) == fen


@pytest.mark.parametrize(
    "text",
    [
        "",
        "元",
        "abc",
        "-5",
        "−5",
        "5.555",
        "1,23",
        "12,345,6",
        "1e5",
        "5..0",
        "٥٨",
        "1000000000000",
        "NaN",
        "五十八",
        ".5",
    ],
)
def test_a_wrong_amount_is_refused(text):
    with pytest.raises(Refused) as refusal:
        money.fen_from_text(text)
    assert refusal.value.code == "money"


@pytest.mark.parametrize(
    ("fen", "long", "short"),
    [
        (5800, "58.00", "58"),
        (5850, "58.50", "58.50"),
        (0, "0.00", "0"),
        (1, "0.01", "0.01"),
        (123450, "1,234.50", "1,234.50"),
        (-5, "-0.05", "-0.05"),
        (-5800, "-58.00", "-58"),
        (10000000, "100,000.00", "100,000"),
    ],
)
def test_amounts_are_shown_with_two_decimals_or_short(fen, long, short):
    assert money.yuan_text(fen) == long
    assert money.yuan_short(fen) == short


@pytest.mark.parametrize(
    ("yuan", "words"),
    [
        ("0", "零元整"),
        ("0.01", "壹分"),
        ("0.10", "壹角整"),
        ("0.56", "伍角陆分"),
        ("1", "壹元整"),
        ("10", "壹拾元整"),
        ("15.30", "壹拾伍元叁角整"),
        ("100.05", "壹佰元零伍分"),
        ("101", "壹佰零壹元整"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        ("1234.50", "壹仟贰佰叁拾肆元伍角整"),
        ("1409.50", "壹仟肆佰零玖元伍角整"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("1680.32", "壹仟陆佰捌拾元叁角贰分"),
        ("10000", "壹万元整"),
        ("10001", "壹万零壹元整"),
        ("10010", "壹万零壹拾元整"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("107000.53", "壹拾万柒仟元伍角叁分"),
        ("100100", "壹拾万零壹佰元整"),
        ("20000005", "贰仟万零伍元整"),
        ("100000000", "壹亿元整"),
        ("100000001", "壹亿零壹元整"),
        ("100010000", "壹亿零壹万元整"),
        ("110000000", "壹亿壹仟万元整"),
        ("300500000.09", "叁亿零伍拾万元零玖分"),
        ("1200000000000", "壹万贰仟亿元整"),
        ("-58", "负伍拾捌元整"),
    ],
)
def test_amounts_in_capital_numerals(yuan, words):
    assert money.in_words(money.to_fen(Decimal(yuan))) == f"人民币{words}"


@given(st.integers(0, 10**13), st.integers(1, 400))
def test_a_split_sums_to_the_whole_and_is_even(total, parts):
    shares = money.split_fen(total, parts)
    assert sum(shares) == total
    assert len(shares) == parts
    assert max(shares) - min(shares) <= 1


@given(st.integers(-(10**13), -1), st.integers(1, 50))
def test_a_negative_amount_splits_too(total, parts):
    assert sum(money.split_fen(total, parts)) == total


def test_a_split_needs_a_part():
    with pytest.raises(ValueError, match="at least one"):
        money.split_fen(5, 0)


@given(st.integers(0, 10**14 - 1))
def test_what_is_shown_can_be_typed_again(fen):
    assert money.fen_from_text(money.yuan_text(fen)) == fen
    assert money.fen_from_text(money.yuan_short(fen)) == fen


UNITS = {"拾": 10, "佰": 100, "仟": 1000}


def _read(words: str) -> int:
    """The fen of an amount in capital numerals, by an independent reading from left to right."""
    total = section = digit = 0
    for char in words.removeprefix("人民币").removesuffix("整"):
        if char in "零壹贰叁肆伍陆柒捌玖":
            digit = "零壹贰叁肆伍陆柒捌玖".index(char)
        elif char in UNITS:
            section, digit = section + digit * UNITS[char], 0
        elif char == "万":
            section, digit = (section + digit) * 10_000, 0
        elif char == "亿":
            total, section, digit = (section + digit) * 10**8, 0, 0
        elif char == "元":
            total, section, digit = (total + section + digit) * 100, 0, 0
        else:
            total, digit = total + digit * {"角": 10, "分": 1}[char], 0
    return total


@given(st.integers(0, 10**13))
def test_capital_numerals_can_be_read_back(fen):
    words = money.in_words(fen)
    assert _read(words) == fen
    assert "零零" not in words
