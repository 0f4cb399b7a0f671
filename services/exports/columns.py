"""Which columns an export may have, and how each shows to one person: by the table of fields, at that moment."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.base.privacy import mask_name, mask_phone, mask_tail
from services.recipients.categories import standing_of
from services.recipients.fields import CLEAR, NOTHING, Shown
from services.recipients.models import CategoryKind, Person, SelfCare


@dataclass(frozen=True)
class Cell:
    """What a column needs to print one person: the modes of the asker, the day, and whether names show in full."""

    shown: Shown
    on: Any
    full_names: bool

    def clear(self, group: str) -> bool:
        """Whether a field group shows in full."""
        return self.shown.mode(group) == CLEAR


@dataclass(frozen=True)
class ExportColumn:
    """One column: its heading (as an import knows it), the field group that guards it, and its text."""

    key: str
    label: str | Promise
    group: str
    text: Callable[[Person, Cell], str]


def _name(person: Person, cell: Cell) -> str:
    return person.name if cell.full_names else mask_name(person.name)


def _number(person: Person, cell: Cell) -> str:
    return mask_tail(person.id_number) if person.id_number else ""


def _phone(person: Person, cell: Cell) -> str:
    phone = person.household.phone
    return phone.removeprefix("+86") if cell.clear("phone") else mask_phone(phone)


def _group(person: Person, cell: Cell) -> str:
    region = person.household.region
    return region.name if region.level == "group" else ""


def _village(person: Person, cell: Cell) -> str:
    region = person.household.region
    return region.parent.name if region.level == "group" and region.parent else region.name


def _standing(person: Person, cell: Cell) -> Any:
    """The category that an export tells: tekun to all who see the people, 低保 by its own field group."""
    rows = {row.kind: row for row in standing_of(person, cell.on)}
    found = rows.get(CategoryKind.TEKUN)
    if found is None and cell.clear("category"):
        found = rows.get(CategoryKind.DIBAO)
    return found


def _category(person: Person, cell: Cell) -> str:
    row = _standing(person, cell)
    return str(row.get_kind_display()) if row else ""


def _mode(person: Person, cell: Cell) -> str:
    row = _standing(person, cell)
    return str(row.get_mode_display()) if row and row.mode else ""


def _class(person: Person, cell: Cell) -> str:
    row = _standing(person, cell)
    return row.dibao_class if row else ""


def _since(person: Person, cell: Cell) -> str:
    row = _standing(person, cell)
    return row.valid_from.isoformat() if row else ""


def _verified(person: Person, cell: Cell) -> str:
    row = _standing(person, cell)
    return row.verified_on.isoformat() if row and row.verified_on else ""


def _born(person: Person, cell: Cell) -> str:
    return person.birth_date.isoformat() if cell.full_names else str(person.birth_date.year)


EXPORT_COLUMNS: tuple[ExportColumn, ...] = (
    ExportColumn("household_no", _("档案编号"), "self_care", lambda person, cell: person.household.no),
    ExportColumn("name", _("姓名"), "name", _name),
    ExportColumn("relation", _("与户主关系"), "self_care", lambda p, cell: str(p.get_relation_display())),
    ExportColumn("id_number", _("身份证号"), "id_number", _number),
    ExportColumn("sex", _("性别"), "self_care", lambda person, cell: str(person.get_sex_display())),
    ExportColumn("birth_date", _("出生日期"), "self_care", _born),
    ExportColumn("phone", _("电话"), "phone", _phone),
    ExportColumn("township", _("乡镇"), "self_care", lambda person, cell: person.household.township.name),
    ExportColumn("village", _("村（社区）"), "self_care", _village),
    ExportColumn("group", _("村民小组"), "self_care", _group),
    ExportColumn(
        "address",
        _("门牌地址"),
        "address",
        lambda person, cell: person.household.address if cell.clear("address") else "****",
    ),
    ExportColumn("category", _("人员类别"), "self_care", _category),
    ExportColumn("mode", _("供养方式"), "self_care", _mode),
    ExportColumn("dibao_class", _("低保类别"), "category", _class),
    ExportColumn("since", _("从哪天起"), "self_care", _since),
    ExportColumn("verified_on", _("上次核查"), "self_care", _verified),
    ExportColumn(
        "self_care", _("自理能力"), "self_care", lambda p, cell: str(SelfCare(p.household.self_care).label)
    ),
    ExportColumn(
        "stairs", _("要不要爬楼"), "self_care", lambda p, cell: str(p.household.get_stairs_display())
    ),
)
BY_KEY = {column.key: column for column in EXPORT_COLUMNS}


def allowed(shown: Shown, wanted: list[str]) -> list[ExportColumn]:
    """The wanted columns that this person may have at all."""
    return [
        column for column in EXPORT_COLUMNS if column.key in wanted and shown.mode(column.group) != NOTHING
    ]
