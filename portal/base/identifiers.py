"""Numbers that name people, organisations and telephones: checked, normalised, explained.

A rule that says no raises `Refused` with a sentence that says how to mend it. The standards are
GB 11643 (ID number), GB 32100 with GB 11714 (social credit code).
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.base.refused import Refused

_BLANKS_AND_DASHES = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\u00ad\-\u2010-\u2015\u2212\u30fc]+")

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_ID_PLAIN = re.compile(r"[0-9]{17}[0-9X]")
_MOBILE_PLAIN = re.compile(r"1[3-9][0-9]{9}")
_MAX_AGE = 130

_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = tuple(3**place % 31 for place in range(17))
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_USCC_KINDS = {
    "11": "organ",
    "12": "institution",
    "13": "mass_organisation",
    "51": "association",
    "52": "social_service_org",
    "53": "foundation",
    "54": "village_committee",
    "59": "other_social",
    "91": "enterprise",
    "92": "sole_trader",
    "93": "farmers_cooperative",
    "N1": "rural_collective",
    "N2": "rural_collective",
    "N3": "rural_collective",
    "A1": "military",
}
USCC_KIND_LABELS: dict[str, str | Promise] = {
    "organ": gettext_lazy("机关"),
    "institution": gettext_lazy("事业单位"),
    "mass_organisation": gettext_lazy("群团组织"),
    "association": gettext_lazy("社会团体"),
    "social_service_org": gettext_lazy("社会服务机构"),
    "foundation": gettext_lazy("基金会"),
    "village_committee": gettext_lazy("村（居）民委员会"),
    "other_social": gettext_lazy("其他社会组织"),
    "enterprise": gettext_lazy("企业"),
    "sole_trader": gettext_lazy("个体工商户"),
    "farmers_cooperative": gettext_lazy("农民专业合作社"),
    "rural_collective": gettext_lazy("农村集体经济组织"),
    "military": gettext_lazy("军队单位"),
    "other": gettext_lazy("其他单位"),
}

LOCAL_AREA = "0731"
# The government's line for everything, the same in the whole country.
HOTLINE = "12345"
SHORT_NUMBERS = frozenset({"110", "119", "120", "12345", "12348", "12349", "12338", "12355", "12356"})

_COUNTRY = re.compile(r"^(\+|00)86(?=[0-9])")
_LANDLINE = re.compile(
    r"(?P<area>010|02[0-9]|0[3-9][0-9]{2})-?(?P<number>[2-8][0-9]{6,7})(-(?P<extension>[0-9]{1,6}))?"
)
_BRACKETS = str.maketrans({"(": None, ")": "-", "转": "-", "#": "-"})


def normalise(text: str) -> str:
    """The bare form of an identifier: NFKC, without spaces and dashes, upper-case."""
    return _BLANKS_AND_DASHES.sub("", unicodedata.normalize("NFKC", text)).upper()


@dataclass(frozen=True)
class IdNumber:
    """A checked ID number and what it says of its holder."""

    number: str
    birth_date: date
    sex: str

    @property
    def division(self) -> str:
        """The six digits of the place of first registration; may be a code no longer in use."""
        return self.number[:6]


def id_check_character(first17: str) -> str:
    """The 18th character that belongs to the first 17 digits."""
    # division, birthday, order: each returns often in one register
    whole = _weighed(first17[:6], 0) + _weighed(first17[6:14], 6) + _weighed(first17[14:], 14)
    return _ID_CHECKS[whole % 11]


@lru_cache(maxsize=65_536)
def _weighed(digits: str, start: int) -> int:
    """What some digits of an ID number add to the sum that its check character is made of."""
    return sum(int(digit) * weight for digit, weight in zip(digits, _ID_WEIGHTS[start:], strict=False))


@lru_cache(maxsize=65_536)
def _birthday(digits: str) -> date:
    return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))


def check_id_number(text: str, *, on: date) -> IdNumber:
    """Check an 18-digit ID number on the day `on`. The division code is not judged: codes change.

    Refused: id_length, id_old, id_characters, id_date, id_future, id_checksum.
    """
    number = text if _ID_PLAIN.fullmatch(text) else _id_characters(text)
    try:
        birth_date = _birthday(number[6:14])
    except ValueError:
        raise Refused("id_date", _("第 7 到 14 位是生日，没有这一天。请照证件再核一遍")) from None
    if birth_date > on:
        raise Refused("id_future", _("第 7 到 14 位的生日还没到。请照证件再核一遍"))
    if on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day)) > _MAX_AGE:
        raise Refused("id_date", _("第 7 到 14 位的生日太早了。请照证件再核一遍"))
    if number[17] != id_check_character(number[:17]):
        raise Refused("id_checksum", _("身份证号第 18 位对不上，请照证件再核一遍"))
    return IdNumber(number, birth_date, "m" if number[16] in "13579" else "f")


def _id_characters(text: str) -> str:
    """Seventeen digits and a digit or X, however untidily typed. Refused: id_length, id_old, id_characters."""
    number = normalise(text)
    if not number:
        raise Refused("id_length", _("请填身份证号"))
    if re.fullmatch(r"[0-9]{15}", number):
        raise Refused("id_old", _("这是 15 位的老号码。请照现在的身份证填 18 位"))
    if len(number) != 18:
        raise Refused("id_length", _("身份证号应是 18 位，现在是 %(count)d 位") % {"count": len(number)})
    if not _ID_PLAIN.fullmatch(number):
        raise Refused("id_characters", _("身份证号只能有数字，末位可以是 X"))
    return number


@dataclass(frozen=True)
class Uscc:
    """A social credit code (统一社会信用代码) of the right form.

    A wrong checksum is a warning for a person to decide: at least one code in real use fails it.
    """

    value: str
    kind: str
    division: str
    checksum_ok: bool
    organisation_code_ok: bool

    @property
    def kind_label(self) -> str:
        """What kind of body the first two characters name, for people."""
        return str(USCC_KIND_LABELS[self.kind])


def uscc_check_character(first17: str) -> str:
    """The 18th character that belongs to the first 17."""
    total = sum(
        _USCC_ALPHABET.index(char) * weight for char, weight in zip(first17, _USCC_WEIGHTS, strict=True)
    )
    return _USCC_ALPHABET[-total % 31]


def organisation_check_character(body: str) -> str:
    """The ninth character of an organisation code (GB 11714) that belongs to the first eight."""
    check = (
        11
        - sum(int(char, 36) * weight for char, weight in zip(body, _ORGANISATION_WEIGHTS, strict=True)) % 11
    )
    return {10: "X", 11: "0"}.get(check, str(check))


def check_uscc(text: str) -> Uscc:
    """Check a social credit code. Refused: uscc_length, uscc_characters; checksums only inform."""
    value = normalise(text)
    if not value:
        raise Refused("uscc_length", _("请填统一社会信用代码"))
    if len(value) != 18:
        raise Refused(
            "uscc_length", _("统一社会信用代码应是 18 位，现在是 %(count)d 位") % {"count": len(value)}
        )
    wrong = [char for char in value if char not in _USCC_ALPHABET]
    if wrong:
        raise Refused("uscc_characters", _("代码里不会有“%(char)s”，请照证书再核一遍") % {"char": wrong[0]})
    if not re.fullmatch(r"[0-9]{6}", value[2:8]):
        raise Refused("uscc_characters", _("代码第 3 到 8 位应是数字，请照证书再核一遍"))
    return Uscc(
        value=value,
        kind=_USCC_KINDS.get(value[:2], "other"),
        division=value[2:8],
        checksum_ok=value[17] == uscc_check_character(value[:17]),
        organisation_code_ok=value[16] == organisation_check_character(value[8:16]),
    )


def mobile_e164(text: str) -> str:
    """A mainland mobile number as +8613800000000. Refused: phone."""
    number = _COUNTRY.sub("", normalise(text))
    if not number:
        raise Refused("phone", _("请填手机号"))
    if not re.fullmatch(r"[0-9]+", number):
        raise Refused("phone", _("手机号里只能有数字，请再看一遍"))
    if len(number) != 11:
        raise Refused("phone", _("手机号应是 11 位，现在是 %(count)d 位") % {"count": len(number)})
    if not _MOBILE_PLAIN.fullmatch(number):
        raise Refused("phone", _("手机号应以 13 到 19 开头，请再看一遍"))
    return f"+86{number}"


def landline(text: str) -> str:
    """A landline as 0731-57880000 or 0731-57880000-12; eight digits alone are local. Refused: phone."""
    plain = unicodedata.normalize("NFKC", text)
    plain = re.sub(r"[\u2010-\u2015\u2212\u30fc]", "-", re.sub(r"\s", "", plain)).translate(_BRACKETS)
    plain = re.sub(r"^(\+|00)86-?0?", "0", plain)
    plain = re.sub(r"-{2,}", "-", plain).strip("-")
    if re.fullmatch(r"[2-8][0-9]{7}(-[0-9]{1,6})?", plain):
        plain = f"{LOCAL_AREA}-{plain}"
    if plain.startswith("0732"):
        raise Refused("phone", _("区号 0732 已改成 0731，请填现在的号码"))
    match = _LANDLINE.fullmatch(plain)
    if match is None or (match["area"] == LOCAL_AREA and len(match["number"]) != 8):
        count = len(re.findall(r"[0-9]", plain))
        raise Refused("phone", _("座机号应是区号 0731 加 8 位，现在共 %(count)d 位") % {"count": count})
    tail = f"-{match['extension']}" if match["extension"] else ""
    return f"{match['area']}-{match['number']}{tail}"


def contact_phone(text: str) -> str:
    """Any number one may ring: a service number, a mobile or a landline. Refused: phone."""
    if _MOBILE_PLAIN.fullmatch(text):
        return f"+86{text}"
    bare = _COUNTRY.sub("", normalise(text))
    if bare in SHORT_NUMBERS:
        return bare
    if bare.startswith("1") or not bare:
        return mobile_e164(text)
    return landline(text)


def format_phone(text: str) -> str:
    """For people to read: 138 0000 0000; anything that is no mobile number stays as it is."""
    bare = _COUNTRY.sub("", normalise(text))
    if _MOBILE_PLAIN.fullmatch(bare):
        return f"{bare[:3]} {bare[3:7]} {bare[7:]}"
    return text
