"""What one household of a file means for the register: new, the same, changed, or wrong. Reads nothing, writes nothing."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from services.imports.checking import Line
from services.imports.known import Known
from services.recipients.models import Household, HouseholdState, Person, PersonCategory
from services.recipients.standing_models import FOREVER

NEW, SAME, CHANGED, BAD = "new", "same", "changed", "bad"
HOUSEHOLD_WORDS = ("address", "door_note", "dialect", "stairs")


@dataclass(slots=True)
class Plan:
    """One household of the file: its rows, what becomes of it, and for a known one what differs.

    `household` holds the differing fields of the file; `people` those of each known person by row; `added` the rows of
    people whom the file adds.
    """

    lines: list[Line]
    verdict: str = NEW
    file: Household | None = None
    household: dict[str, Any] = field(default_factory=dict)
    people: dict[int, dict[str, Any]] = field(default_factory=dict)
    persons: dict[int, Person] = field(default_factory=dict)
    added: list[Line] = field(default_factory=list)

    @property
    def columns(self) -> list[str]:
        """Which columns differ from the register."""
        found = set(self.household).union(*self.people.values())
        return sorted(found | ({"relation"} if self.added else set()))


def plan_for(group: list[Line], known: Known) -> Plan:
    """Compare the rows of one household with the register."""
    plan = Plan(group)
    if any(line.problems for line in group):
        plan.verdict = BAD
        return plan
    if not known.persons and not group[0].household_no:
        return plan
    _find_file(plan, known)
    if plan.file is not None and plan.verdict != BAD:
        _compare(plan)
    if any(line.problems for line in group):
        plan.verdict = BAD
        _let_wait(group)
    return plan


def _let_wait(group: list[Line]) -> None:
    bad = next(line.row for line in group if line.problems)
    for line in group:
        if not line.problems:
            line.wrong("", "household_waits", _("同户的第 %(row)d 行有错，这一户改好再导") % {"row": bad})


def _find_file(plan: Plan, known: Known) -> None:
    first = plan.lines[0]
    plan.persons = {line.row: known.persons[line.row] for line in plan.lines if line.row in known.persons}
    files = {known.file_of(person).pk: known.file_of(person) for person in plan.persons.values()}
    if first.household_no:
        plan.file = known.households.get(first.household_no)
        if plan.file is None:
            first.wrong(
                "household_no", "household_unknown", _("没有这个档案编号，或不归您管。新住户请空着这一格")
            )
            return
        files[plan.file.pk] = plan.file
    elif files:
        plan.file = next(iter(files.values()))
    if len(files) > 1:
        first.wrong("household_key", "household_split", _("这几行在册分属两户。请先到档案里核对"))


def _compare(plan: Plan) -> None:
    file = plan.file
    assert file is not None
    _members(plan, file)
    if any(line.problems for line in plan.lines):
        return
    for line in plan.lines:
        if line.row in plan.persons and (differs := _person_differs(plan.persons[line.row], line)):
            plan.people[line.row] = differs
    lead = next(
        (line for line in plan.lines if line.relation == "self"),
        next((line for line in plan.lines if line.row in plan.persons), plan.lines[0]),
    )
    plan.household = _household_differs(file, lead)
    touched = bool(plan.household or plan.people or plan.added)
    plan.verdict = CHANGED if touched else SAME
    if touched and file.state == HouseholdState.CLOSED:
        lead.wrong("", "household_closed", _("这户档案已注销。要改请先到档案里核对"))


def _members(plan: Plan, file: Household) -> None:
    """Tie rows without a known number to the file's people by name and birthday; others are added."""
    taken = {person.pk for person in plan.persons.values()}
    living = [person for person in file.persons.all() if person.died_on is None]
    for line in plan.lines:
        if line.row in plan.persons:
            if plan.persons[line.row].died_on is not None:
                line.wrong("name", "person_died", _("这个人登记为去世。请先到档案里核对"))
            continue
        fits = [
            person
            for person in living
            if person.pk not in taken
            and person.name == line.name
            and (line.birth_date is None or person.birth_date == line.birth_date)
            and not (person.id_blind and line.id_number)
        ]
        if len(fits) == 1:
            plan.persons[line.row] = fits[0]
            taken.add(fits[0].pk)
        else:
            _new_member(plan, line, living)


def _new_member(plan: Plan, line: Line, living: list[Person]) -> None:
    if not line.relation:
        line.wrong("relation", "relation_empty", _("这户里没有这个人。要加进去，请填与户主关系"))
    elif line.relation == "self" and any(person.relation == "self" for person in living):
        line.wrong("relation", "head_known", _("这户在册的户主是另一个人。请先到档案里核对"))
    elif not line.sex or line.birth_date is None:
        line.wrong("birth_date", "birth_empty", _("要加进这户，请填性别和出生日期，或身份证号"))
    else:
        plan.added.append(line)


def _household_differs(file: Household, line: Line) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if line.region is not None and _moved(file, line):
        found["region"] = line.region
    for name in HOUSEHOLD_WORDS:
        if name in line.given and line.free[name] != getattr(file, name):
            found[name] = line.free[name]
    if "phone" in line.given and line.phone != file.phone:
        found["phone"] = line.phone
    return found


def _moved(file: Household, line: Line) -> bool:
    """A village named without its group does not move a household out of its group."""
    assert line.region is not None
    inside = file.region.path.startswith(line.region.path)
    return file.region_id != line.region.pk and not (inside and "group" not in line.given)


def _standing_row(person: Person, line: Line) -> PersonCategory | None:
    wanted = (line.kind, line.mode, line.dibao_class)
    standing = (row for row in person.categories.all() if row.valid_to == FOREVER)
    return next((row for row in standing if (row.kind, row.mode, row.dibao_class) == wanted), None)


def _person_differs(person: Person, line: Line) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if line.name != person.name:
        found["name"] = line.name
    if "relation" in line.given and line.relation != person.relation:
        found["relation"] = line.relation
    if "health_notes" in line.given and line.free["health_notes"] != person.health_notes:
        found["health_notes"] = line.free["health_notes"]
    if not line.id_number:
        if line.birth_date is not None and line.birth_date != person.birth_date:
            found["birth_date"] = line.birth_date
        if line.sex and line.sex != person.sex:
            found["sex"] = line.sex
    elif not person.id_number:
        found["id_number"] = line.id_number
    if line.kind:
        standing = _standing_row(person, line)
        if standing is None:
            found["category"] = line.kind
        elif line.verified_on and (standing.verified_on or date.min) < line.verified_on:
            found["verified_on"] = line.verified_on
    return found
