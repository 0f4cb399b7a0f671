"""ID numbers and social credit codes against the vectors of the standards."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.base.identifiers import (
    USCC_KIND_LABELS,
    check_id_number,
    check_uscc,
    id_check_character,
    normalise,
    uscc_check_character,
)
from portal.base.refused import Refused

TODAY = date(2026, 11, 23)

GOOD_IDS = [
    "11010519491231002X",
    "440524188001010014",
    "360426199101010071",
    "43032119500101000X",
    "430321195001010018",
    "430321195001010026",
    "430321195001010034",
    "430321195001010042",
    "430321195001010050",
    "430321195001010069",
    "430321195001010077",
    "430321195001010085",
    "430321195001010093",
    "430321195001010181",
    "43032119551231999X",
    "430321196408080135",
    "430321190001010023",
    "430321194802290019",
]
BAD_IDS = [
    ("", "id_length"),
    ("4303211950010100", "id_length"),
    ("43032119500101001", "id_length"),
    ("4303211950010100180", "id_length"),
    ("430321500101001", "id_old"),
    ("４３０３２１５００１０１００１", "id_old"),
    ("43032119500101001A", "id_characters"),
    ("X30321195001010018", "id_characters"),
    ("43032119500101X018", "id_characters"),
    ("٤٣٠٣٢١١٩٥٠٠١٠١٠٠١٨", "id_characters"),
    ("321321193802290014", "id_date"),
    ("430321193802290014", "id_date"),
    ("430321195013010018", "id_date"),
    ("430321195000010018", "id_date"),
    ("430321195004310018", "id_date"),
    ("430321000001010018", "id_date"),
    ("430321189501010018", "id_date"),
    ("430321202611240011", "id_future"),
    ("430321299901010011", "id_future"),
    ("430321195001010019", "id_checksum"),
    ("430321195001010108", "id_checksum"),
    ("43032119500101001X", "id_checksum"),
]
# The only one of the list born before 1896: the oldest holder we accept is 130.
OLDEST_DAY = date(2010, 6, 1)


@pytest.mark.parametrize("number", GOOD_IDS)
def test_a_good_id_number_tells_birth_and_sex(number):
    found = check_id_number(number, on=OLDEST_DAY)
    assert found.number == number
    assert found.birth_date == date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    assert found.sex == ("m" if int(number[16]) % 2 else "f")
    assert found.division == number[:6]


@pytest.mark.parametrize(("text", "code"), BAD_IDS)
def test_a_bad_id_number_is_refused_with_its_reason(text, code):
    with pytest.raises(Refused) as refusal:
        check_id_number(text, on=TODAY)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    "text",
    [
        "11010519491231002x",
        " 110105 19491231 002x ",
        "110105-19491231-002X",
        "１１０１０５１９４９１２３１００２Ｘ",
        "110105\u200b19491231002X",
        "110105—19491231—002X",
    ],
)
def test_an_id_number_may_be_typed_untidily(text):
    assert check_id_number(text, on=TODAY).number == "11010519491231002X"


def test_the_words_of_a_refusal_say_how_to_mend_it():
    with pytest.raises(Refused) as checksum:
        check_id_number("430321195001010019", on=TODAY)
    with pytest.raises(Refused) as length:
        check_id_number("43032119500101001", on=TODAY)
    assert checksum.value.message == "身份证号第 18 位对不上，请照证件再核一遍"
    assert length.value.message == "身份证号应是 18 位，现在是 17 位"


def test_the_oldest_age_is_130_and_someone_born_today_is_fine():
    assert check_id_number("440524188001010014", on=date(2010, 12, 31)).birth_date == date(1880, 1, 1)
    with pytest.raises(Refused) as refusal:
        check_id_number("440524188001010014", on=date(2011, 1, 1))
    assert refusal.value.code == "id_date"
    newborn = "43032120261123001"
    assert check_id_number(newborn + id_check_character(newborn), on=TODAY).birth_date == TODAY


def test_summer_time_of_1986_does_not_move_a_birthday():
    first = "43032119860504001"
    assert check_id_number(first + id_check_character(first), on=TODAY).birth_date == date(1986, 5, 4)


@given(
    st.text()
    | st.from_regex(r"[0-9]{14,19}[xX]?", fullmatch=True)
    | st.text("0123456789xX-　 ０９Ｘ", max_size=20)
)
def test_an_id_number_is_accepted_or_refused_never_anything_else(text):
    try:
        found = check_id_number(text, on=TODAY)
    except Refused as refusal:
        assert refusal.code in {"id_length", "id_old", "id_characters", "id_date", "id_future", "id_checksum"}
        assert refusal.message
    else:
        assert check_id_number(found.number, on=TODAY) == found


@given(st.sampled_from(GOOD_IDS), st.integers(0, 16), st.sampled_from("0123456789"))
def test_one_changed_digit_is_always_noticed(number, place, digit):
    changed = number[:place] + digit + number[place + 1 :]
    if changed != number:
        with pytest.raises(Refused):
            check_id_number(changed, on=OLDEST_DAY)


GOOD_USCCS = [
    "91110000600037341L",
    "91350200MA2YJ1XR9G",
    "91350200776049653A",
    "91350500798359476R",
    "91350503MA31DKY80A",
    "91440101MA5CJQ4N59",
    "123502001549897397",
    "913502115628130384",
    "9135021359498494XQ",
    "91350200MA31E12PXF",
    "52430321MJJ999997U",
    "51430321MJJ999997Y",
    "53430321MJJ999997Q",
    "54430321MJJ999997M",
    "11430321MJJ9999973",
    "12430321MJJ9999970",
    "91430321MJJ999997T",
    "52430321MJJ0000048",
    "51430321MJJ000004B",
    "54430321MJJ0000042",
]


@pytest.mark.parametrize("code", GOOD_USCCS)
def test_a_good_social_credit_code_passes_both_checksums(code):
    found = check_uscc(code)
    assert found.value == code
    assert found.division == code[2:8]
    assert found.checksum_ok is True
    assert found.organisation_code_ok is True


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("52430321MJJ999997U", "social_service_org"),
        ("51430321MJJ999997Y", "association"),
        ("53430321MJJ999997Q", "foundation"),
        ("54430321MJJ999997M", "village_committee"),
        ("11430321MJJ9999973", "organ"),
        ("12430321MJJ9999970", "institution"),
        ("91430321MJJ999997T", "enterprise"),
        ("N2430321MJJ999997A", "rural_collective"),
        ("A1430321MJJ999997A", "military"),
        ("Y1430321MJJ999997A", "other"),
    ],
)
def test_the_first_two_characters_name_the_kind(code, kind):
    found = check_uscc(code)
    assert found.kind == kind
    assert found.kind_label == str(USCC_KIND_LABELS[kind])


@pytest.mark.parametrize("prefix", ["N1", "N2", "N3", "A1"])
def test_prefixes_with_a_letter_may_have_a_right_checksum_too(prefix):
    first = f"{prefix}430321MJJ999997"
    assert check_uscc(first + uscc_check_character(first)).checksum_ok is True


def test_a_real_code_that_fails_its_checksum_is_a_warning_not_a_wall():
    assert check_uscc("91350203M0001QAY9B").checksum_ok is False


@pytest.mark.parametrize("code", GOOD_USCCS)
def test_every_change_of_one_character_fails_the_checksum(code):
    for place in range(17):
        for other in "0123456789" if 2 <= place < 8 else "0123456789ABCDEFGHJKLMNPQRTUWXY":
            changed = code[:place] + other + code[place + 1 :]
            assert check_uscc(changed).checksum_ok is (changed == code)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "uscc_length"),
        ("52430321MJJ999997", "uscc_length"),
        ("52430321MJJ999997UU", "uscc_length"),
        ("52430321MJI999997U", "uscc_characters"),
        ("52430321MJO999997U", "uscc_characters"),
        ("52430321MJS999997U", "uscc_characters"),
        ("52430321MJV999997U", "uscc_characters"),
        ("52430321MJZ999997U", "uscc_characters"),
        ("52430321MJ县999997U", "uscc_characters"),
        ("52A30321MJJ999997U", "uscc_characters"),
    ],
)
def test_a_malformed_code_is_refused(text, code):
    with pytest.raises(Refused) as refusal:
        check_uscc(text)
    assert refusal.value.code == code


def test_a_code_may_be_typed_in_small_letters_with_spaces():
    assert check_uscc(" 52430321 mjj99999-7u").value == "52430321MJJ999997U"


@given(st.text() | st.text("0123456789ABCDEFGHJKLMNPQRTUWXYIOSVZ", min_size=17, max_size=19))
def test_a_social_credit_code_is_accepted_or_refused_never_anything_else(text):
    try:
        found = check_uscc(text)
    except Refused as refusal:
        assert refusal.code in {"uscc_length", "uscc_characters"}
    else:
        assert check_uscc(found.value) == found


@given(st.text())
def test_normalising_twice_changes_nothing_more_for_identifiers(text):
    once = normalise(text)
    assert not any(char.isspace() for char in once)
