"""People who may be one: same village, birth years at most one apart, names equal or alike in sound."""

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, reduce
from operator import or_

from partners.network.queries import in_subtree
from services.imports.models import LikenessKind
from services.recipients.models import Person
from services.recipients.names import name_key

YEARS_APART = 1
PLACE = "household__region__path"
AT_ONCE = 40
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
    return " ".join(map(_syllable, key.split(" ")))


@lru_cache(maxsize=4_096)
def _syllable(text: str) -> str:
    for pattern, same in _FOLDS:
        text = pattern.sub(same, text)
    return text


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
        self.visit({village})
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

    def visit(self, villages: set[str]) -> None:
        """Read the people of the villages that were not read yet; one statement for many villages."""
        fresh = sorted(villages - self._villages.keys())
        self._villages |= {village: defaultdict(list) for village in fresh}
        for start in range(0, len(fresh), AT_ONCE):
            within = [in_subtree(village, PLACE) for village in fresh[start : start + AT_ONCE]]
            rows = Person.objects.filter(reduce(or_, within), died_on=None)
            for path, pk, household, name, key, born in rows.values_list(
                PLACE, "pk", "household_id", "name", "name_key", "birth_date"
            ):
                people = self._villages[path[:12]]
                people[sound(key or name_key(name))].append((pk, household, born.year, name))


def _key(name: str) -> str:
    return sound(name_key(name))
