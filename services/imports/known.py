"""Whom of a file's people the register knows: by ID number exactly, by the mark of an earlier import, by file number."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch

from partners.models import Region
from partners.network.queries import in_subtree
from portal.base import keyring
from portal.base.index_rotation import register_index, swap
from portal.base.privacy import blind_indexes, blind_indexes_of
from portal.base.rotation import Store
from portal.base.row_security import beyond
from services.imports.checking import Line
from services.imports.models import ImportMark
from services.recipients.models import Household, NumberRedirect, Person
from services.recipients.people import ID_PURPOSE

MARK_PURPOSE = "import_row"


def _who(line: Line) -> str:
    """What a row without an ID number says of who it is: name, birthday, sex and place."""
    region = line.region.code if line.region else ""
    return f"{line.name}|{line.birth_date}|{line.sex}|{region}|{line.free.get('address', '')}"


def _prints(lines: list[Line]) -> dict[int, list[str]]:
    """The marks by which each row may be known, the one to be written first."""
    numbered = [line for line in lines if line.id_number]
    others = [line for line in lines if not line.id_number]
    found = blind_indexes_of([line.id_number for line in numbered], ID_PURPOSE)
    found += blind_indexes_of([_who(line) for line in others], MARK_PURPOSE)
    return {line.row: prints for line, prints in zip(numbered + others, found, strict=True)}


@dataclass
class Known:
    """The people and files of one chunk that are on the register, inside the importing office's area.

    `blinds` are the keyed prints of the chunk's ID numbers by row; `elsewhere` the keys of people outside the area who
    hold such a number: nothing of them is read or told.
    """

    persons: dict[int, Person] = field(default_factory=dict)
    households: dict[str, Household] = field(default_factory=dict)
    blinds: dict[int, str] = field(default_factory=dict)
    prints: dict[int, str] = field(default_factory=dict)
    tried: dict[int, list[str]] = field(default_factory=dict)
    elsewhere: dict[int, int] = field(default_factory=dict)
    _files: dict[int, Household] = field(default_factory=dict)
    _led: dict[str, str] = field(default_factory=dict)

    def file_of(self, person: Person) -> Household:
        """The person's household, one object for all its people."""
        return self._files[person.household_id]


def look_up(lines: Iterable[Line], office: Region) -> Known:
    """Look up the good rows of a chunk: three queries, and two for the files that were found."""
    known = Known()
    good = [line for line in lines if not line.problems]
    known.tried = _prints(good)
    known.blinds = {line.row: known.tried[line.row][0] for line in good if line.id_number}
    by_blind: dict[str, Person] = {}
    if known.blinds:
        wanted = {blind for row in known.blinds for blind in known.tried[row]}
        holders = Person.objects.filter(id_blind__among=wanted)
        with beyond("number"):
            by_blind = {row.id_blind or "": row for row in _with_place(holders)}
    known.prints = {row: prints[0] for row, prints in known.tried.items()}
    for line in good if by_blind else ():
        person = next((by_blind[blind] for blind in known.tried[line.row] if blind in by_blind), None)
        if person is None:
            continue
        if in_area(person, office):
            known.persons[line.row] = person
            del known.prints[line.row]
        else:
            known.elsewhere[line.row] = person.pk
    _by_mark(known, good, office)
    _by_number(known, good, office)
    _whole_files(known)
    return known


def in_area(person: Person, office: Region) -> bool:
    """Whether a person lives in the office's area."""
    return person.household.region.path.startswith(office.path)


def _with_place(rows: Any) -> Any:
    return rows.select_related("household__region").only(
        "id", "id_blind", "household_id", "household__id", "household__region__path"
    )


def _by_mark(known: Known, good: list[Line], office: Region) -> None:
    """Rows without an ID number of their own find the person whom an earlier import of the same row made."""
    if not known.prints:
        return
    area = in_subtree(office.path, "person__household__region__path")
    wanted = {mark for row in known.prints for mark in known.tried[row]}
    marks = ImportMark.objects.filter(area, fingerprint__among=wanted).values_list("fingerprint", "person_id")
    made = dict(marks)
    if not made:
        return
    people = {row.pk: row for row in _with_place(Person.objects.filter(pk__in=made.values()))}
    for line in good:
        marked = known.tried[line.row] if line.row in known.prints else []
        found = next((people[made[mark]] for mark in marked if made.get(mark) in people), None)
        if found is not None:
            known.persons[line.row] = found
            known.elsewhere.pop(line.row, None)


def _by_number(known: Known, good: list[Line], office: Region) -> None:
    wanted = {line.household_no for line in good if line.household_no}
    if wanted:
        rows = Household.objects.filter(in_subtree(office.path, "region__path"), no__in=wanted)
        known.households = {row.no: row for row in rows}
    # A number that a merge took away leads to the file that was kept.
    if gone := wanted - known.households.keys():
        led = NumberRedirect.objects.filter(
            in_subtree(office.path, "household__region__path"), old_no__in=gone
        ).select_related("household")
        known._led = {row.old_no: row.household.no for row in led}
        known.households |= {row.household.no: row.household for row in led}


def _whole_files(known: Known) -> None:
    """Read the found households with all their people at once, so that a comparison asks nothing more."""
    keys = {person.household_id for person in known.persons.values()}
    keys |= {household.pk for household in known.households.values()}
    if not keys:
        return
    members = Prefetch("persons", Person.objects.order_by("pk").prefetch_related("categories"))
    rows = (
        Household.objects.filter(pk__in=keys).select_related("region", "township").prefetch_related(members)
    )
    known._files = {row.pk: row for row in rows}
    known.households = {row.no: row for row in known._files.values()}
    known.households |= {old: known.households[no] for old, no in known._led.items()}
    people = {person.pk: person for row in known._files.values() for person in row.persons.all()}
    known.persons = {row: people[person.pk] for row, person in known.persons.items()}


def _carried(mark: ImportMark) -> str | None:
    """The mark under the newest key, made of what the person's file says now; None where that is not its row any more."""
    person, home = mark.person, mark.person.household
    who = f"{person.name}|{person.birth_date}|{person.sex}|{home.region.code}|{home.address}"
    for known in (blind_indexes(person.id_number, ID_PURPOSE), blind_indexes(who, MARK_PURPOSE)):
        if mark.fingerprint in known:
            return known[0]
    return None


def _marks(after: int = 0) -> Any:
    rows = ImportMark.objects.filter(pk__gt=after).select_related("person__household__region")
    return rows.order_by("pk")


def _step(after: int, size: int) -> tuple[int, int, int] | None:
    found = list(_marks(after)[:size])
    fresh = [(row.pk, row.fingerprint, _carried(row)) for row in found]
    changes = [(pk, old, new) for pk, old, new in fresh if new is not None and new != old]
    return (found[-1].pk, len(found), swap(ImportMark, "fingerprint", changes)) if found else None


def _left() -> int:
    return sum(_carried(row) not in {None, row.fingerprint} for row in _marks().iterator(chunk_size=2_000))


def stranded_marks() -> int:
    """Marks that no key can carry on, because the file changed since: once the old key is gone they find nobody."""
    return sum(_carried(row) is None for row in _marks().iterator(chunk_size=2_000))


register_index(
    Store("services_importmark.fingerprint", _step, _left, ImportMark.objects.count, keyring.index_id)
)
