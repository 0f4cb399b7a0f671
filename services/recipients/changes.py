"""Every change of a file as a row of its own: which fields, what stood before, what stands after."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from partners.models import Region
from services.recipients.fields import CLEAR, Shown
from services.recipients.models import CirclePerson, FileChange, Household, Person

Kept = Household | Person | CirclePerson

# The number itself is never kept a second time: only that it changed.
HIDDEN = frozenset({"id_number"})
HOUSEHOLD_FIELDS = (
    "region", "name", "address", "phone", "lat", "lng", "accuracy_m", "position_source", "door_note", "dialect",
    "stairs",
)  # fmt: skip
PERSON_FIELDS = ("name", "relation", "sex", "birth_date", "id_number", "health_notes", "died_on")
CIRCLE_FIELDS = (
    "part", "name", "relation", "person", "phone", "call_order", "ability", "sex", "address", "id_number",
)  # fmt: skip
# Which field of the table of sight decides whether an old value shows.
GROUP = {
    "name": "name", "address": "address", "phone": "phone", "lat": "position", "lng": "position",
    "accuracy_m": "position", "position_source": "position", "door_note": "address", "health_notes": "health",
    "id_number": "id_number", "birth_date": "name", "sex": "self_care", "relation": "self_care",
    "died_on": "self_care", "region": "self_care", "dialect": "self_care", "stairs": "self_care",
}  # fmt: skip


def _plain(value: Any) -> Any:
    if isinstance(value, Region):
        return value.code
    if isinstance(value, Person):
        return str(value.uid)
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def picture(row: Kept) -> dict[str, Any]:
    """The fields of a row as they stand, to be compared later."""
    names: tuple[str, ...] = PERSON_FIELDS if isinstance(row, Person) else CIRCLE_FIELDS
    names = HOUSEHOLD_FIELDS if isinstance(row, Household) else names
    return {name: _plain(getattr(row, name)) for name in names}


def keep_change(*, by: Any, row: Kept, before: dict[str, Any]) -> FileChange | None:
    """Keep what changed since `before`, inside the caller's transaction; nothing where nothing did."""
    after = picture(row)
    changed = {
        name: ["", ""] if name in HIDDEN else [before.get(name), after[name]]
        for name in after
        if (before.get(name) or "") != (after[name] or "")
    }
    if not changed:
        return None
    return FileChange.objects.create(
        household=row if isinstance(row, Household) else row.household,
        person=row if isinstance(row, Person) else None,
        circle=row if isinstance(row, CirclePerson) else None,
        by=by,
        version=row.version,
        fields=json.dumps(changed, ensure_ascii=False),
    )


def stood_at(row: Kept, version: int) -> dict[str, Any]:
    """The fields as they stood at an older version: the present ones with later changes taken back."""
    values = picture(row)
    later = row.changes.filter(version__gt=version)
    if isinstance(row, Household):
        later = later.filter(person=None, circle=None)
    for change in later.order_by("-version", "-pk"):
        for name, (was, _became) in json.loads(change.fields).items():
            values[name] = was
    return values


@dataclass(frozen=True)
class ChangedField:
    """One field of a change in words; `hidden` where the reader may not see its values."""

    label: str
    before: str
    after: str
    hidden: bool = False


@dataclass(frozen=True)
class ChangeLine:
    """One change as a page tells it."""

    at: datetime
    by: str
    about: str
    fields: list[ChangedField]


def labels() -> dict[str, str]:
    """The fields by their names on pages."""
    return {
        "region": _("村组"),
        "name": _("姓名"),
        "address": _("门牌地址"),
        "phone": _("电话"),
        "lat": _("纬度"),
        "lng": _("经度"),
        "accuracy_m": _("位置误差（米）"),
        "position_source": _("位置怎么来的"),
        "door_note": _("上门提示"),
        "dialect": _("方言"),
        "stairs": _("要不要爬楼"),
        "relation": _("与户主关系"),
        "sex": _("性别"),
        "birth_date": _("出生日期"),
        "id_number": _("身份证号"),
        "health_notes": _("健康情况"),
        "died_on": _("去世日期"),
        "part": _("是什么人"),
        "person": _("是家里谁的"),
        "call_order": _("先打给谁"),
        "ability": _("能否履行义务"),
    }


def _word(model: type[Kept], name: str, value: Any, regions: dict[str, str]) -> str:
    if value in (None, ""):
        return ""
    if name == "region":
        return regions.get(str(value), str(value))
    if name == "person":
        return regions.get(str(value), _("家里的人"))
    choices = dict(getattr(model._meta.get_field(name), "flatchoices", None) or [])
    return str(choices.get(value, value))


def _about(row: FileChange, shown: Shown) -> str:
    """Whom a change is about, by name where the reader sees it."""
    if row.circle is not None:
        part = str(row.circle.get_part_display())
        if shown.mode("circle") != CLEAR:
            return part
        return _("%(part)s：%(name)s") % {"part": part, "name": row.circle.name}
    if row.person is None:
        return _("住户")
    if shown.mode("name") != CLEAR:
        return _("家庭成员")
    return _("家庭成员：%(name)s") % {"name": row.person.name}


def changes_of(household: Household, shown: Shown, limit: int = 50) -> list[ChangeLine]:
    """The newest changes of a file, each value only as this reader may see it."""
    rows = list(household.changes.select_related("by", "person", "circle")[:limit])
    parsed = [(row, json.loads(row.fields)) for row in rows]
    codes = {str(code) for _row, fields in parsed for code in fields.get("region", []) if code}
    regions = {region.code: str(region) for region in Region.objects.filter(code__in=codes)}
    regions |= {str(person.uid): person.name for person in household.persons.all()}
    words = labels()
    lines = []
    for row, fields in parsed:
        model: type[Kept] = CirclePerson if row.circle_id else Person if row.person_id else Household
        told = []
        for name, (was, became) in fields.items():
            clear = (
                name not in HIDDEN
                and shown.mode("circle" if row.circle_id else GROUP.get(name, "name")) == CLEAR
            )
            told.append(
                ChangedField(
                    label=words.get(name, name),
                    before=_word(model, name, was, regions) if clear else "",
                    after=_word(model, name, became, regions) if clear else "",
                    hidden=not clear,
                )
            )
        lines.append(
            ChangeLine(row.created_at, row.by.get_full_name() if row.by else "", _about(row, shown), told)
        )
    return lines
