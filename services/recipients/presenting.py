"""A household's file as one person may see it: every field clear, masked, behind a click, or not there."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from portal.base.dates import day_words
from portal.base.identifiers import format_phone
from portal.base.periods import age_on
from portal.base.privacy import mask_name, mask_phone, mask_tail
from services.recipients.categories import standing_of
from services.recipients.fields import CLEAR, CLICK, GROUND, MASKED, NOTHING, Shown
from services.recipients.models import CategoryKind, Household, Person, PersonCategory, SelfCare
from services.recipients.standing_models import HEALTHY_KINDS

OPENABLE = {CLICK, GROUND}


@dataclass
class Row:
    """One line of the file. `opens` names the field that a click would show, `key` the field for machines."""

    label: str
    value: str
    opens: str = ""
    needs_ground: bool = False
    unmasked: bool = False
    key: str = ""


@dataclass
class Member:
    """One person of the household."""

    person: Person
    name: str
    about: str
    rows: list[Row] = field(default_factory=list)
    categories: list[Any] = field(default_factory=list)
    assessment: Any = None


@dataclass
class FileView:
    """The file as it shows to one person now."""

    title: str
    rows: list[Row]
    members: list[Member]
    shows_health: bool
    shows_members: bool


class _Pen:
    """Writes rows by the modes of one viewer; `opened` is the field unmasked on this page."""

    def __init__(self, shown: Shown, opened: str) -> None:
        self.shown = shown
        self.opened = opened

    def open(self, key: str) -> bool:
        mode = self.shown.mode(key)
        return mode == CLEAR or (mode in OPENABLE and self.opened == key)

    def name(self, name: str) -> str:
        return name if self.open("name") else mask_name(name)

    def row(self, key: str, label: str, value: str, masked: str) -> list[Row]:
        """The row of a field, or none where the field is not theirs."""
        mode = self.shown.mode(key)
        if mode == NOTHING:
            return []
        if not value:
            return [Row(label, "", key=key)]
        if self.open(key):
            return [Row(label, value, unmasked=mode != CLEAR, key=key)]
        if mode == MASKED:
            return [Row(label, masked, key=key)]
        return [Row(label, masked, opens=key, needs_ground=mode == GROUND, key=key)]


def file_view(household: Household, shown: Shown, *, on: date, opened: str = "") -> FileView:
    """Make the file for one viewer; `opened` is the one field they just unmasked, if any."""
    pen = _Pen(shown, opened)
    sees_more = shown.mode("self_care") != NOTHING
    rows = pen.row("name", _("户主"), household.name, mask_name(household.name))
    village = f"{household.region.parent} " if household.region.level == "group" else ""
    rows.append(Row(_("村组"), f"{household.township} {village}{household.region}", key="place"))
    rows += pen.row("address", _("门牌地址"), household.address, _("看不到门牌，只看得到村组"))
    rows += pen.row("phone", _("电话"), format_phone(household.phone), mask_phone(household.phone))
    rows += pen.row("self_care", _("自理能力"), self_care_word(household.self_care), "")
    if pen.open("address"):
        rows.append(Row(_("上门提示"), household.door_note, key="door_note"))
    if sees_more:
        rows.append(Row(_("方言"), household.dialect, key="dialect"))
        rows.append(Row(_("要不要爬楼"), str(household.get_stairs_display()), key="stairs"))
    if shown.mode("position") == CLEAR and household.lat is not None:
        rows.append(Row(_("位置"), f"{household.lat:.5f}, {household.lng:.5f}", key="position"))
    members = [_member(person, pen, on) for person in household.persons.all()] if sees_more else []
    has_health = any(person.health_notes for person in household.persons.all())
    return FileView(
        title=pen.name(household.name),
        rows=rows,
        members=members,
        shows_health=has_health and shown.mode("health") == CLEAR,
        shows_members=sees_more,
    )


def self_care_word(code: str) -> str:
    """自理, 半失能, 失能 or 没评估."""
    return str(SelfCare(code).label)


def _number_rows(person: Person, pen: _Pen) -> list[Row]:
    """An ID number shows its last four characters at most, and behind a click nothing before the click."""
    if not person.id_number:
        return pen.row("id_number", _("身份证号"), "", "")
    tail = mask_tail(person.id_number)
    hidden = tail if pen.shown.mode("id_number") == MASKED else _("已登记，没显示")
    return pen.row("id_number", _("身份证号"), tail, hidden)


def _shows(category: PersonCategory, shown: Shown) -> bool:
    """Tekun shows to all who see the people; disability and illness as health does; the rest by its own field."""
    if category.kind == CategoryKind.TEKUN:
        return True
    return shown.mode("health" if category.kind in HEALTHY_KINDS else "category") == CLEAR


def _member(person: Person, pen: _Pen, on: date) -> Member:
    about = [person.get_relation_display(), person.get_sex_display()]
    if person.died_on:
        about.append(_("%(year)s年去世") % {"year": person.died_on.year})
    else:
        about.append(_("%(years)d 周岁") % {"years": age_on(person.birth_date, on)})
    rows = []
    if pen.shown.mode("name") == CLEAR:
        rows.append(Row(_("出生日期"), day_words(person.birth_date), key="birth_date"))
    rows += _number_rows(person, pen)
    rows += pen.row("health", _("健康情况"), person.health_notes, _("有记录，没显示"))
    newest = next(iter(person.assessments.all()), None)
    standing = [each for each in standing_of(person, on) if _shows(each, pen.shown)]
    rows += [
        Row(_("平台以前核查过"), f"{day_words(each.verified_on)} · {each.get_kind_display()}")
        for each in standing
        if each.verified_on
    ]
    return Member(
        person=person,
        name=pen.name(person.name),
        about=" · ".join(str(part) for part in about),
        rows=rows,
        categories=standing,
        assessment=newest,
    )
