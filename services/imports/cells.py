"""What one cell means: dates in the shapes people use, sex, relation, category. Refusals say how to mend."""

import re
import unicodedata
from datetime import date, timedelta

from django.utils.translation import gettext as _

from portal.base.refused import Refused

_DAY = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIAL = re.compile(r"\d{5}")
_SHORT_YEAR = re.compile(r"\d{2}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?")
_MONTH = re.compile(r"\d{4}\s*[-/.年]\s*\d{1,2}\s*月?")
_SERIAL_ZERO = date(1899, 12, 30)
_LOST_DIGITS = re.compile(r"[0-9](?:\.[0-9]+)?[eE]\+?[0-9]+")

SEXES = {
    "男": "m",
    "女": "f",
    "男性": "m",
    "女性": "f",
    "1": "m",
    "2": "f",
    "m": "m",
    "f": "f",
    "male": "m",
    "female": "f",
}
STAIRS = {
    **dict.fromkeys(("要", "是", "要爬楼", "有", "yes"), "yes"),
    **dict.fromkeys(
        (
            "不用",
            "不要",
            "否",
            "不用爬楼",
            "不用爬楼(平房、一楼或有电梯)",
            "没有",
            "无",
            "平房",
            "一楼",
            "有电梯",
            "no",
        ),
        "no",
    ),
    **dict.fromkeys(("还不知道", "不知道", "不清楚"), ""),
}
MODES = {
    "分散": "dispersed",
    "分散供养": "dispersed",
    "分散特困": "dispersed",
    "集中": "institutional",
    "集中供养": "institutional",
    "集中特困": "institutional",
    "at home": "dispersed",
    "in an institution": "institutional",
}
KINDS = {
    "特困": "tekun", "特困人员": "tekun", "特困供养": "tekun", "特困供养人员": "tekun", "五保": "tekun", "五保户": "tekun",
    "低保": "dibao", "最低生活保障": "dibao", "低保对象": "dibao", "低保户": "dibao",
    "低保边缘": "dibao_marginal", "低保边缘家庭": "dibao_marginal", "低边": "dibao_marginal",
    "刚性支出困难": "rigid_expense", "刚性支出困难家庭": "rigid_expense", "重病": "serious_illness", "孤儿": "orphan",
    "事实无人抚养儿童": "unattended_child", "困境儿童": "child_in_difficulty", "防返贫监测": "poverty_monitoring",
    "监测户": "poverty_monitoring", "退役军人": "veteran", "受灾": "disaster_affected",
    "tekun": "tekun", "dibao": "dibao", "dibao-margin": "dibao_marginal",
}  # fmt: skip
RELATIONS = {
    "户主": "self", "本人": "self", "户主本人": "self", "配偶": "spouse", "夫": "spouse", "妻": "spouse", "丈夫": "spouse", "妻子": "spouse",
    "子": "child", "女": "child", "儿子": "child", "女儿": "child", "长子": "child", "次子": "child", "长女": "child", "次女": "child", "子女": "child",
    "父": "parent", "母": "parent", "父亲": "parent", "母亲": "parent", "父母": "parent",
    "兄": "sibling", "弟": "sibling", "姐": "sibling", "妹": "sibling", "兄弟": "sibling", "姐妹": "sibling", "兄弟姐妹": "sibling", "哥哥": "sibling",
    "弟弟": "sibling", "姐姐": "sibling", "妹妹": "sibling",
    "其他": "other", "孙子": "other", "孙女": "other", "侄子": "other", "侄女": "other", "外甥": "other", "儿媳": "other", "女婿": "other",
    "head": "self", "spouse": "spouse", "child": "child", "parent": "parent", "sibling": "sibling", "other": "other",
}  # fmt: skip


def plain(text: str) -> str:
    """Full-width digits and letters made half-width, without blanks at the ends."""
    return unicodedata.normalize("NFKC", text).strip()


def read_day(text: str) -> date:
    """2021-11-15, 2021/11/15, 2021.11.15, 2021年11月15日, 20211115, or Excel's day number.

    Refused: date_year, date_month, date_shape, date_none.
    """
    typed = plain(text)
    found = _DAY.fullmatch(typed) or _COMPACT.fullmatch(typed)
    if found:
        try:
            return date(*(int(part) for part in found.groups()))
        except ValueError:
            raise Refused("date_none", _("没有这一天，请照证件再核一遍")) from None
    if _SERIAL.fullmatch(typed):
        return _SERIAL_ZERO + timedelta(days=int(typed))
    if _SHORT_YEAR.fullmatch(typed):
        raise Refused("date_year", _("年份要写四位，例如 1948-03-02"))
    if _MONTH.fullmatch(typed):
        raise Refused("date_month", _("日期要写到哪一天，例如 1948-03-02"))
    raise Refused("date_shape", _("日期认不出来，请写成 1948-03-02 这样"))


def read_sex(text: str) -> str:
    """m or f. Refused: sex."""
    try:
        return SEXES[plain(text).lower()]
    except KeyError:
        raise Refused("sex", _("性别请填“男”或“女”")) from None


def read_stairs(text: str) -> str:
    """yes or no, or empty where the office does not know. Refused: stairs."""
    try:
        return STAIRS[plain(text).lower()]
    except KeyError:
        raise Refused("stairs", _("要不要爬楼请填“要”或“不用”，不知道就空着")) from None


def read_mode(text: str) -> str:
    """dispersed or institutional. Refused: mode."""
    try:
        return MODES[plain(text).lower()]
    except KeyError:
        raise Refused("mode", _("供养方式请填“分散供养”或“集中供养”")) from None


def read_category(text: str) -> str:
    """The code of a category. Refused: category."""
    try:
        return KINDS[plain(text).lower()]
    except KeyError:
        raise Refused("category", _("这个类别认不出来，请填特困人员、低保、低保边缘等")) from None


def read_dibao_class(text: str) -> str:
    """A, B or C. Refused: dibao_class."""
    letter = plain(text).upper().removesuffix("类").strip()
    if letter not in {"A", "B", "C"}:
        raise Refused("dibao_class", _("低保类别请填 A、B 或 C"))
    return letter


def read_relation(text: str) -> str:
    """The code of a relation to the head. Refused: relation."""
    try:
        return RELATIONS[plain(text).lower()]
    except KeyError:
        raise Refused("relation", _("关系请填户主、配偶、子女、父母、兄弟姐妹或其他")) from None


def lost_digits(text: str) -> bool:
    """Whether a long number was turned into 4.30321E+17 by a spreadsheet."""
    return bool(_LOST_DIGITS.fullmatch(plain(text)))


def short(text: str, most: int) -> str:
    """Free text up to its length. Refused: too_long."""
    if len(text) > most:
        raise Refused("too_long", _("这一格最多 %(count)d 个字，请写短些") % {"count": most})
    return text
