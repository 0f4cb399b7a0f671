"""From a row of text to checked facts, or to the list of what is wrong with it and how to mend it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from partners.models import Region
from portal.base.identifiers import check_id_number, contact_phone
from portal.base.refused import Refused
from services.imports.cells import (
    lost_digits,
    plain,
    read_category,
    read_day,
    read_dibao_class,
    read_mode,
    read_relation,
    read_sex,
    read_stairs,
    short,
)
from services.imports.places import Places
from services.recipients.models import CategoryKind
from services.recipients.names import clean_name
from services.recipients.people import OLDEST

MASK = "*"
OFTEN_NEW = {"name", "phone"}  # hardly two rows say the same here: remembering costs more than reading
FREE: dict[str, Callable[[str], str]] = {
    "address": lambda text: short(text, 120),
    "door_note": lambda text: short(text, 200),
    "dialect": lambda text: short(text, 50),
    "health_notes": lambda text: short(text, 1000),
    "stairs": read_stairs,
}


@dataclass(frozen=True)
class Problem:
    """One thing wrong in one row: the column, a code, and a sentence that says how to mend it."""

    row: int
    column: str
    code: str
    words: str


@dataclass(slots=True)
class Line:
    """One row as read: what it says of a person, and what is wrong with it. `given` names the filled columns."""

    row: int
    key: str = ""
    household_no: str = ""
    name: str = ""
    relation: str = ""
    sex: str = ""
    birth_date: date | None = None
    id_number: str = ""
    phone: str = ""
    region: Region | None = None
    kind: str = ""
    mode: str = ""
    dibao_class: str = ""
    since: date | None = None
    verified_on: date | None = None
    free: dict[str, str] = field(default_factory=dict)
    given: frozenset[str] = frozenset()
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, column: str, code: str, words: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(self.row, column, code, words))


class Checker:
    """Checks rows one by one and remembers the ID numbers it met, and what the words of a column meant."""

    def __init__(self, places: Places, on: date) -> None:
        self.places = places
        self.on = on
        self.seen: dict[str, int] = {}
        self._meant: dict[tuple[str, str], Any] = {}

    def line(self, row: int, cells: Mapping[str, str]) -> Line:
        """The facts and problems of a row's filled cells; never raises."""
        line = Line(row, given=frozenset(cells))
        if text := cells.get("household_key"):
            line.key = plain(text)
        if text := cells.get("household_no"):
            line.household_no = plain(text).upper()
        for key, text in cells.items():
            if (key, text) in self._meant:
                setattr(line, _READERS[key][0], self._meant[key, text])
            elif key in _READERS:
                self._read(line, key, text)
        self._place(line, cells)
        self._number(line, cells.get("id_number", ""))
        self._person(line)
        return line

    def remember(self, row: int, cells: Mapping[str, str]) -> None:
        """Note the ID number of a row that was checked in an earlier turn."""
        if number := plain(cells.get("id_number", "")).upper():
            self.seen.setdefault(number, row)

    def _read(self, line: Line, key: str, text: str) -> None:
        if MASK in text and key in {"phone", "id_number"}:
            return self._masked(line, key)
        attribute, reader = _READERS[key]
        try:
            value = reader(text)
        except Refused as refusal:
            line.wrong(key, refusal.code, refusal.message)
        else:
            setattr(line, attribute, value)
            if key not in OFTEN_NEW:
                self._meant[key, text] = value
        return None

    def _masked(self, line: Line, key: str) -> None:
        """What an export masked says nothing; it may stand only where the file is known by its number."""
        line.given -= {key}
        if not line.household_no:
            line.wrong(key, "masked", _("这一格遮住了几位，请填完整的，或空着"))

    def _place(self, line: Line, cells: Mapping[str, str]) -> None:
        for key, reader in FREE.items():
            if text := cells.get(key):
                try:
                    line.free[key] = reader(text)
                except Refused as refusal:
                    line.wrong(key, refusal.code, refusal.message)
        if line.household_no and not cells.get("village"):
            return
        try:
            line.region = self.places.find(
                cells.get("township", ""), cells.get("village", ""), cells.get("group", "")
            )
        except Refused as refusal:
            line.wrong(refusal.field or "village", refusal.code, refusal.message)

    def _number(self, line: Line, text: str) -> None:
        if not text:
            return None
        if MASK in text:
            return self._masked(line, "id_number")
        try:
            checked = check_id_number(text, on=self.on)
        except Refused as refusal:
            if lost_digits(text):
                words = _("身份证号存成了数字，后几位已丢。请把这一列设成“文本”再填")
                line.wrong("id_number", "id_as_number", words)
            else:
                line.wrong("id_number", refusal.code, refusal.message)
            return None
        line.id_number = checked.number
        first = self.seen.setdefault(checked.number, line.row)
        if first != line.row:
            line.wrong(
                "id_number", "id_twice_in_file", _("身份证号和第 %(row)d 行一样，请留一行") % {"row": first}
            )
        if line.sex and line.sex != checked.sex:
            line.wrong("sex", "sex_differs", _("性别和身份证号对不上，请照证件改"))
        if line.birth_date and line.birth_date != checked.birth_date:
            line.wrong("birth_date", "birth_differs", _("出生日期和身份证号对不上，请照证件改"))
        line.sex, line.birth_date = checked.sex, checked.birth_date
        return None

    def _person(self, line: Line) -> None:
        wrong = {problem.column for problem in line.problems}
        if "name" not in line.given:
            line.wrong("name", "name_empty", _("请填姓名"))
        if not line.id_number and "id_number" not in wrong and not line.household_no:
            if not line.sex and "sex" not in wrong:
                line.wrong("sex", "sex_empty", _("没有身份证号，就要填性别"))
            if line.birth_date is None and "birth_date" not in wrong:
                line.wrong("birth_date", "birth_empty", _("没有身份证号，就要填出生日期"))
        born = line.birth_date
        if born and born > self.on:
            line.wrong("birth_date", "birth_future", _("出生日期不能晚于今天"))
        if born and self.on.year - born.year > OLDEST:
            line.wrong("birth_date", "birth_early", _("出生日期太早了，请再核一遍"))
        if line.since and born and line.since < born:
            line.wrong("since", "since_early", _("这一天比出生还早，请再核一遍"))
        self._category(line, wrong)
        self._verified(line)

    def _category(self, line: Line, wrong: set[str]) -> None:
        """A category is whole: how a tekun person is supported, which class of 低保, and since when."""
        if not line.kind and line.mode:
            line.kind = CategoryKind.TEKUN.value
        if not line.kind and line.dibao_class:
            line.kind = CategoryKind.DIBAO.value
        if not line.kind:
            return
        if line.kind == CategoryKind.TEKUN and not line.mode and "mode" not in wrong:
            line.wrong("mode", "mode_empty", _("特困人员请填“分散供养”或“集中供养”"))
        if line.kind == CategoryKind.DIBAO and not line.dibao_class and "dibao_class" not in wrong:
            line.wrong("dibao_class", "class_empty", _("低保请填类别 A、B 或 C"))
        line.mode = line.mode if line.kind == CategoryKind.TEKUN else ""
        line.dibao_class = line.dibao_class if line.kind == CategoryKind.DIBAO else ""
        if line.since is None and "since" not in wrong:
            line.wrong("since", "since_empty", _("填了类别，就要填从哪天起"))

    def _verified(self, line: Line) -> None:
        """The last verification lies within the category and before tomorrow."""
        day = line.verified_on
        if day is None:
            return
        if not line.kind:
            line.wrong("verified_on", "verified_of_what", _("填了上次核查，就要填人员类别"))
        elif day > self.on:
            line.wrong("verified_on", "verified_future", _("上次核查不能晚于今天"))
        elif line.since and day < line.since:
            line.wrong("verified_on", "verified_early", _("上次核查早于开始那天，请再核一遍"))


def _name(text: str) -> str:
    if MASK in text:
        raise Refused("masked_name", _("姓名遮住了，认不出是谁。请填全名"))
    return clean_name(text)


_READERS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "name": ("name", _name),
    "relation": ("relation", read_relation),
    "sex": ("sex", read_sex),
    "birth_date": ("birth_date", read_day),
    "phone": ("phone", contact_phone),
    "category": ("kind", read_category),
    "mode": ("mode", read_mode),
    "dibao_class": ("dibao_class", read_dibao_class),
    "since": ("since", read_day),
    "verified_on": ("verified_on", read_day),
}


def groups(lines: Iterator[Line]) -> Iterator[list[Line]]:
    """Rows that follow each other under one household number; a row without one stands alone."""
    group: list[Line] = []
    for line in lines:
        key = line.household_no or line.key
        if group and (not key or key != (group[0].household_no or group[0].key)):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def judge_group(group: list[Line], closed: set[str]) -> None:
    """What only shows in all rows of a household: one head, rows together, all of them right."""
    first = group[0]
    key = first.household_no or first.key
    if key and key in closed:
        for line in group:
            line.wrong("household_key", "household_apart", _("同一户的行请排在一起，前面已有这个户号"))
    heads = [line for line in group if line.relation == "self"]
    if len(group) == 1 and not first.relation and not first.household_no:
        first.relation = "self"
    elif not first.household_no and len(heads) != 1:
        for line in heads[1:] if heads else [first]:
            code = "head_twice" if heads else "head_missing"
            words = _("这一户有两个户主，请改一个") if heads else _("这一户没有户主，请在一行填“户主”")
            line.wrong("relation", code, words)
    for line in group:
        if not line.relation and len(group) > 1 and not line.household_no:
            line.wrong("relation", "relation_empty", _("一户有几行时，请填与户主关系"))
    bad = next((line.row for line in group if line.problems), None)
    if bad is not None:
        for line in group:
            if not line.problems:
                line.wrong("", "household_waits", _("同户的第 %(row)d 行有错，这一户改好再导") % {"row": bad})
