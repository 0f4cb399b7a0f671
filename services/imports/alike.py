"""People who may be one: same village, birth years at most one apart, names equal or alike in sound."""

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from partners.network.queries import in_subtree
from services.imports.models import LikenessKind
from services.recipients.models import Person
from services.recipients.names import name_key

YEARS_APART = 1
# What sounds alike in the mouth of the county: 银 and 英, 知 and 资, 男 and 兰, 湖 and 扶.
_FOLDS = (
    (re.compile(r"\b([zcs])h"), r"\1"),
    (re.compile(r"([ei])ng\b"), r"\1n"),
    (re.compile(r"\bn(?=[aeiouv])"), "l"),
    (re.compile(r"\bhu(?=[aeio])"), "f"),
    (re.compile(r"\bhu\b"), "fu"),
)


@lru_cache(maxsize=16_384)
def sound(key: str) -> str:
    """The sound of a name: its pinyin with what the dialect does not tell apart made equal."""
    for pattern, same in _FOLDS:
        key = pattern.sub(same, key)
    return key


@dataclass(frozen=True, slots=True)
class Likely:
    """Somebody on the register who may be the person of a row."""

    person_id: int
    household_id: int
    kind: str


class Neighbours:
    """The people of each village by the sound of their names, read when first asked for."""

    def __init__(self) -> None:
        self._villages: dict[str, dict[str, list[tuple[int, int, int, str]]]] = {}

    def like(self, village: str, name: str, born: date) -> list[Likely]:
        """Who in this village may be the person of that name and birthday."""
        if village not in self._villages:
            self._villages[village] = self._read(village)
        found = self._villages[village].get(_key(name), ())
        return [
            Likely(pk, household, LikenessKind.NAME if other == name else LikenessKind.SOUND)
            for pk, household, year, other in found
            if abs(year - born.year) <= YEARS_APART
        ]

    def add(self, village: str, person_id: int, household_id: int, name: str, born: date) -> None:
        """A person who has just been entered is a neighbour of those who follow."""
        if village in self._villages:
            self._villages[village][_key(name)].append((person_id, household_id, born.year, name))

    def _read(self, village: str) -> dict[str, list[tuple[int, int, int, str]]]:
        rows = Person.objects.filter(in_subtree(village, "household__region__path"), died_on=None)
        people: dict[str, list[tuple[int, int, int, str]]] = defaultdict(list)
        for pk, household, name, key, born in rows.values_list(
            "pk", "household_id", "name", "name_key", "birth_date"
        ):
            people[sound(key or name_key(name))].append((pk, household, born.year, name))
        return people


def _key(name: str) -> str:
    return sound(name_key(name))
