"""Telephone numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.base.identifiers import contact_phone, format_phone, landline, mobile_e164
from portal.base.refused import Refused


@pytest.mark.parametrize(
    "text",
    [
        "13800000000",
        "138 0000 0000",
        "138-0000-0000",
        "+8613800000000",
        "+86 138 0000 0000",
        "008613800000000",
        "１３８００００００００",
        "　13800000000　",
    ],
)
def test_a_mobile_number_may_be_typed_in_many_ways(text):
    assert mobile_e164(text) == "+8613800000000"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "请填手机号"),
        ("1380000000", "手机号应是 11 位，现在是 10 位"),
        ("138000000000", "手机号应是 11 位，现在是 12 位"),
        ("12800000000", "手机号应以 13 到 19 开头，请再看一遍"),
        ("23800000000", "手机号应以 13 到 19 开头，请再看一遍"),
        ("1380000000O", "手机号里只能有数字，请再看一遍"),
        ("١٣٨٠٠٠٠٠٠٠٠", "手机号里只能有数字，请再看一遍"),
    ],
)
def test_a_wrong_mobile_number_says_what_is_wrong(text, message):
    with pytest.raises(Refused) as refusal:
        mobile_e164(text)
    assert refusal.value.code == "phone"
    assert refusal.value.message == message


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("0731-57880000", "0731-57880000"),
        ("073157880000", "0731-57880000"),
        ("57880000", "0731-57880000"),
        ("（0731）57880000", "0731-57880000"),
        ("0731—5788 0000", "0731-57880000"),
        ("0731-57880000-12", "0731-57880000-12"),
        ("0731-57880000转12", "0731-57880000-12"),
        ("+86 731 57880000", "0731-57880000"),
        ("010-66550000", "010-66550000"),
        ("0739-5350000", "0739-5350000"),
    ],
)
def test_a_landline_is_kept_with_its_area_code(text, stored):
    assert landline(text) == stored


@pytest.mark.parametrize(
    "text",
    ["", "0731", "0731-5788000", "0731-578800000", "0732-57880000", "5788000", "0731-17880000", "座机"],
)
def test_a_wrong_landline_is_refused(text):
    with pytest.raises(Refused) as refusal:
        landline(text)
    assert refusal.value.code == "phone"


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("12345", "12345"),
        ("120", "120"),
        ("138 0000 0000", "+8613800000000"),
        ("0731 57880000", "0731-57880000"),
    ],
)
def test_a_contact_phone_may_be_of_any_kind(text, stored):
    assert contact_phone(text) == stored


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("+8613800000000", "138 0000 0000"),
        ("13800000000", "138 0000 0000"),
        ("0731-57880000", "0731-57880000"),
        ("12345", "12345"),
        ("", ""),
    ],
)
def test_a_mobile_number_is_shown_in_groups(text, shown):
    assert format_phone(text) == shown


@given(st.text() | st.text("0123456789+- ()转", max_size=20))
@pytest.mark.parametrize("reader", [mobile_e164, landline, contact_phone])
def test_a_phone_is_accepted_or_refused_never_anything_else(reader, text):
    try:
        found = reader(text)
    except Refused as refusal:
        assert refusal.code == "phone"
    else:
        assert reader(found) == found
        assert format_phone(found)
