"""The closed list of what the ledger may give out of a volunteer and of a service, and how each value is written.

Paid work is no source: the rows are voluntary ones alone. A whole ID number or phone is no source either; MZ/T 061-2015
itself puts the volunteer's number in place of the ID number.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from partners.providers.models import ServiceCode
from partners.volunteers.models import Volunteer
from portal.base.privacy import mask_name, mask_phone, mask_tail
from services.exports.models import ExportList
from services.hours.access import ISSUE, KEEP
from services.hours.list_models import ColumnForm as F
from services.hours.rules import stars

TEXT = (F.TEXT,)
CODED = (F.WORDS, F.CODE)
DAYS = (F.DAY_DASHES, F.DAY_DIGITS, F.DAY_WORDS)
TIMES = (F.MOMENT, F.CLOCK)
LENGTHS = (F.HOURS, F.MINUTES)
# GB/T 2261.1: 1 male, 2 female, 0 unknown. GA/T 517: 111 is the resident's identity card.
SEXES = {"m": ("1", "男"), "f": ("2", "女")}
RESIDENT_CARD = ("111", "居民身份证")


@dataclass(frozen=True)
class Coded:
    """A value with its code and its word."""

    code: str
    words: str


@dataclass(frozen=True)
class Cell:
    """What a source needs beside its row: whether names show whole, and the levels of stars."""

    full_names: bool = False
    levels: list[tuple[int, int]] = field(default_factory=list)


@dataclass(frozen=True)
class Source:
    """One thing that may be given out: its words, the writings it knows, the right that opens it, its value."""

    label: str | Promise
    forms: tuple[F, ...]
    value: Callable[[Any, Cell], Any]
    right: str = KEEP


def _name(row: Volunteer, cell: Cell) -> str:
    name = row.user.get_full_name()
    return name if cell.full_names else mask_name(name)


def _sex(row: Volunteer, cell: Cell) -> Coded:
    return Coded(*SEXES.get(row.sex, ("0", "")))


def _born(row: Volunteer, cell: Cell) -> date | str:
    if row.birth_date is None:
        return ""
    return row.birth_date if cell.full_names else str(row.birth_date.year)


def _card(row: Volunteer, cell: Cell) -> Coded:
    return Coded(*RESIDENT_CARD) if _number(row, cell) else Coded("", "")


def _number(row: Volunteer, cell: Cell) -> str:
    human = row.user.identity
    return mask_tail(human.id_number) if human is not None and human.id_number else ""


def _phone(row: Volunteer, cell: Cell) -> str:
    return mask_phone(row.user.phone) if row.user.phone else ""


def _volunteer_no(row: Volunteer, cell: Cell) -> str:
    return row.badge_no or row.no


def _recorder(row: Any, cell: Cell) -> str:
    if row.by is None:
        return ""
    name = row.by.get_full_name()
    return name if cell.full_names else mask_name(name)


def _services(row: Volunteer, cell: Cell) -> Coded:
    known = [ServiceCode(code) for code in row.services if code in ServiceCode.values]
    return Coded(" ".join(known), "、".join(str(each.label) for each in known))


# The same things of a volunteer stand in both lists.
_PERSON: dict[str, Source] = {
    "volunteer_no": Source(_("志愿者编号（工作证号）"), TEXT, _volunteer_no),
    "name": Source(_("姓名"), TEXT, _name),
    "id_type": Source(_("证件类型"), CODED, _card, right=ISSUE),
    "id_number": Source(_("证件号码（只有后四位）"), TEXT, _number, right=ISSUE),
}
VOLUNTEERS: dict[str, Source] = _PERSON | {
    "sex": Source(_("性别（代码按 GB/T 2261.1）"), CODED, _sex),
    "birth_date": Source(_("出生日期（遮住姓名时只有年份）"), DAYS, _born),
    "home": Source(
        _("居住的村、乡镇（代码按统计用区划代码）"),
        CODED,
        lambda row, cell: Coded(row.home.code, row.home.name),
    ),
    "phone": Source(_("联系电话（遮住中间）"), TEXT, _phone, right=ISSUE),
    "skills": Source(_("会做什么"), TEXT, lambda row, cell: row.skills),
    "services": Source(_("服务类别"), CODED, _services),
    "since": Source(_("登记的日子"), DAYS, lambda row, cell: timezone.localdate(row.created_at)),
    "total": Source(_("这段日子的时长"), LENGTHS, lambda row, cell: row.voluntary),
    "stars": Source(
        _("星级（按这段日子的时长）"), TEXT, lambda row, cell: str(stars(row.voluntary, cell.levels))
    ),
}


def _of_the_volunteer(one: Source) -> Source:
    """The same of a service: what it says of who did it."""
    return Source(one.label, one.forms, lambda row, cell: one.value(row.volunteer, cell), right=one.right)


SERVICES: dict[str, Source] = {key: _of_the_volunteer(one) for key, one in _PERSON.items()} | {
    "service": Source(
        _("服务名称"),
        CODED,
        lambda row, cell: Coded(row.service, str(ServiceCode(row.service).label)),
    ),
    "day": Source(_("服务日期"), DAYS, lambda row, cell: row.day),
    "starts": Source(_("开始时间"), TIMES, lambda row, cell: row.starts_at),
    "ends": Source(_("结束时间"), TIMES, lambda row, cell: row.ends_at),
    "length": Source(_("服务时长（不含路上）"), LENGTHS, lambda row, cell: row.minutes),
    "place": Source(
        _("服务地点（乡镇；代码按统计用区划代码）"),
        CODED,
        lambda row, cell: Coded(row.township.code, row.township.name),
    ),
    "ground": Source(
        _("记录的依据"), CODED, lambda row, cell: Coded(row.cause, str(row.get_cause_display()))
    ),
    "organiser": Source(_("组织单位"), TEXT, lambda row, cell: settings.SPONSOR_NAME),
    "recorder": Source(_("记录人"), TEXT, _recorder),
    "record_no": Source(_("记录编号"), TEXT, lambda row, cell: str(row.uid)),
}
SOURCES: dict[str, dict[str, Source]] = {ExportList.VOLUNTEERS: VOLUNTEERS, ExportList.SERVICES: SERVICES}


def written(value: Any, form: str) -> str:
    """A value as the column asks for it: words or a code, a day, a moment in local time, hours or minutes."""
    if isinstance(value, Coded):
        return value.code if form == F.CODE else value.words
    if isinstance(value, datetime):
        local = timezone.localtime(value)
        return local.strftime("%H:%M" if form == F.CLOCK else "%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return _day(value, form)
    if isinstance(value, int):
        return str(value) if form == F.MINUTES else str(hours_of(value))
    return str(value)


def _day(day: date, form: str) -> str:
    if form == F.DAY_DIGITS:
        return day.strftime("%Y%m%d")
    if form == F.DAY_WORDS:
        return f"{day.year}年{day.month}月{day.day}日"
    return day.isoformat()


def hours_of(minutes: int) -> Decimal:
    """Minutes as hours with two places, half up; each line is rounded for itself."""
    return (Decimal(minutes) / 60).quantize(Decimal("0.01"), ROUND_HALF_UP)
