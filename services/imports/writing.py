"""Writing a chunk of planned households: new ones by bulk, known ones by the register's own actions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from portal.base.audit import record
from portal.base.bulk import insert_columns, next_keys
from portal.base.models import record_number, record_numbers, uuid7_texts
from portal.base.privacy import seal_many
from portal.base.refused import Refused
from services.imports.alike import Likely, Neighbours
from services.imports.checking import Line
from services.imports.known import Known
from services.imports.models import ImportBatch, ImportMark, Likeness, LikenessKind
from services.imports.places import Places
from services.imports.planning import Plan
from services.recipients import people
from services.recipients.actions import HouseholdFacts, change_household
from services.recipients.categories import CategoryFacts, note_verified, set_category
from services.recipients.models import Household, Person, PersonCategory, Relation
from services.recipients.names import name_key
from services.recipients.people import PersonFacts
from services.recipients.standing_models import FOREVER

IMPORT = "services.import_household"


def sealed_column(model: Any, name: str, uids: Sequence[str], values: Sequence[str]) -> list[str]:
    """Values of an encrypted column, each bound to its row."""
    column = model._meta.get_field(name)
    return seal_many(values, [column.place_of(uid) for uid in uids])


@dataclass
class NewRows:
    """New households and their people as columns, sealed and ready before the transaction opens."""

    household_lines: list[Line] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    owner: list[int] = field(default_factory=list)
    households: dict[str, list[Any]] = field(default_factory=dict)
    persons: dict[str, list[Any]] = field(default_factory=dict)


def prepare(plans: Iterable[Plan], known: Known, places: Places) -> NewRows:
    """All that can be done for new households without the database: keys of names, numbers, encryption."""
    rows = NewRows()
    for plan in plans:
        head = next(line for line in plan.lines if line.relation == Relation.SELF)
        rows.household_lines.append(head)
        for line in plan.lines:
            rows.lines.append(line)
            rows.owner.append(len(rows.household_lines) - 1)
    heads, lines = rows.household_lines, rows.lines
    if not heads:
        return rows
    uids = uuid7_texts(len(heads))
    rows.households = {
        "uid": uids,
        "no": _numbers(len(heads)),
        "region_id": [head.region.pk for head in heads if head.region],
        "township_id": [places.township_of(head.region).pk for head in heads if head.region],
        "name": [head.name for head in heads],
        "name_key": [name_key(head.name) for head in heads],
        "address": [head.free.get("address", "") for head in heads],
        "phone": sealed_column(Household, "phone", uids, [head.phone for head in heads]),
        "door_note": [head.free.get("door_note", "") for head in heads],
        "dialect": [head.free.get("dialect", "") for head in heads],
        "stairs": [head.free.get("stairs", "") for head in heads],
    }
    uids = uuid7_texts(len(lines))
    rows.persons = {
        "uid": uids,
        "name": [line.name for line in lines],
        "name_key": [name_key(line.name) for line in lines],
        "relation": [line.relation for line in lines],
        "sex": [line.sex for line in lines],
        "birth_date": [line.birth_date for line in lines],
        "id_number": sealed_column(Person, "id_number", uids, [line.id_number for line in lines]),
        "id_blind": [
            known.blinds.get(line.row) if line.row not in known.elsewhere else None for line in lines
        ],
        "health_notes": sealed_column(
            Person, "health_notes", uids, [line.free.get("health_notes", "") for line in lines]
        ),
    }
    return rows


def _numbers(count: int) -> list[str]:
    """Record numbers that no file has, each once."""
    found: dict[str, None] = {}
    while len(found) < count:
        drawn = record_numbers("H", count - len(found))
        drawn -= set(Household.objects.filter(no__among=drawn).values_list("no", flat=True))
        found |= dict.fromkeys(drawn)
    return list(found)


def write_new(rows: NewRows, batch: ImportBatch, by: Any, known: Known, at: datetime) -> list[int]:
    """Enter new households with their people, status and marks; returns the keys of the people."""
    if not rows.lines:
        return []
    homes = next_keys(Household, len(rows.household_lines))
    insert_columns(Household, {"id": homes, **rows.households}, created_at=at, updated_at=at)
    persons = list(next_keys(Person, len(rows.lines)))
    owners = [homes[place] for place in rows.owner]
    insert_columns(
        Person, {"id": persons, "household_id": owners, **rows.persons}, created_at=at, updated_at=at
    )
    status = [(pk, line) for pk, line in zip(persons, rows.lines, strict=True) if line.kind]
    if status:
        columns: dict[str, list[Any]] = {
            "uid": uuid7_texts(len(status)),
            "person_id": [pk for pk, _line in status],
            "kind": [line.kind for _pk, line in status],
            "mode": [line.mode for _pk, line in status],
            "dibao_class": [line.dibao_class for _pk, line in status],
            "valid_from": [line.since for _pk, line in status],
            "verified_on": [line.verified_on for _pk, line in status],
        }
        insert_columns(PersonCategory, columns, created_at=at, updated_at=at, confirmed_by_id=by.pk)
    marked = [
        (known.prints[line.row], pk)
        for pk, line in zip(persons, rows.lines, strict=True)
        if not line.id_number or line.row in known.elsewhere
    ]
    ImportMark.objects.bulk_create(ImportMark(fingerprint=mark, person_id=pk) for mark, pk in marked)
    _report_twice(rows, persons, batch, by, known)
    return persons


def _report_twice(rows: NewRows, persons: list[int], batch: ImportBatch, by: Any, known: Known) -> None:
    """A number that stands outside the area is kept without its index; the bureau compares. The importer is not told."""
    twice = [
        (pk, known.elsewhere[line.row], place)
        for pk, line, place in zip(persons, rows.lines, rows.owner, strict=True)
        if line.row in known.elsewhere
    ]
    if not twice:
        return
    note_likenesses([(pk, other, LikenessKind.NUMBER) for pk, other, _place in twice], batch)
    for _pk, _other, place in twice:
        household = Household(no=rows.households["no"][place])
        record(by, "person.number_twice", household, household=household)


def note_likenesses(pairs: Iterable[tuple[int, int, str]], batch: ImportBatch | None) -> int:
    """Put pairs of people before somebody who decides; a pair known already stays as it is."""
    rows = [
        Likeness(no=record_number("D", 10), one_id=max(pair), other_id=min(pair), kind=kind, batch=batch)
        for *pair, kind in pairs
    ]
    Likeness.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    return len(rows)


def likely_ones(line: Line, household_id: int | None, neighbours: Neighbours) -> list[Likely]:
    """Who on the register may be this row's person."""
    if line.region is None or line.birth_date is None:
        return []
    found = neighbours.like(line.region.path[:12], line.name, line.birth_date)
    return [each for each in found if each.household_id != household_id]


def write_changes(plan: Plan, by: Any, on: date) -> None:
    """Carry a known household's differences into its file, each by the register's own action. Refused: as those."""
    file = plan.file
    assert file is not None
    if plan.household:
        facts = HouseholdFacts(
            **{
                each.name: plan.household.get(each.name, getattr(file, each.name))
                for each in fields(HouseholdFacts)
            }
        )
        change_household(by=by, household=file, version=file.version, facts=facts, right=IMPORT)
    for row, differs in plan.people.items():
        _write_person(
            plan.persons[row], differs, next(each for each in plan.lines if each.row == row), by, on
        )
    for line in plan.added:
        facts_of_line = PersonFacts(
            name=line.name,
            sex=line.sex,
            birth_date=line.birth_date,
            id_number=line.id_number,
            health_notes=line.free.get("health_notes", ""),
            relation=line.relation,
        )
        person = people.add_person(by=by, household=file, facts=facts_of_line, on=on)
        if line.kind:
            set_category(by=by, person=person, facts=_category(line))


def _write_person(person: Person, differs: dict[str, Any], line: Line, by: Any, on: date) -> None:
    plain = {key: value for key, value in differs.items() if key not in {"category", "verified_on"}}
    if plain:
        facts = PersonFacts(
            name=plain.get("name", person.name),
            sex=plain.get("sex", person.sex),
            birth_date=plain.get("birth_date", person.birth_date),
            id_number=plain.get("id_number", ""),
            health_notes=plain.get("health_notes", person.health_notes),
            relation=plain.get("relation", person.relation),
        )
        people.change_person(by=by, person=person, version=person.version, facts=facts, on=on)
    if "category" in differs:
        set_category(by=by, person=person, facts=_category(line))
    if "verified_on" in differs:
        row = person.categories.get(kind=line.kind, valid_to=FOREVER)
        note_verified(by=by, row=row, on=differs["verified_on"])


def _category(line: Line) -> CategoryFacts:
    if line.since is None:
        raise Refused("since_empty", _("填了类别，就要填从哪天起"), field="since")
    return CategoryFacts(
        line.kind, line.since, mode=line.mode, dibao_class=line.dibao_class, verified_on=line.verified_on
    )
