"""What changed between two documents, clause by clause."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

MOST_WORK = 4_000_000


@dataclass(frozen=True)
class Part:
    """A run of text: the same in both, only in the older, or only in the newer."""

    kind: str
    text: str


@dataclass(frozen=True)
class Change:
    """A clause that is new, gone or worded differently; `anchor` is in the newer, or the older if gone."""

    kind: str
    anchor: str
    number: str
    heading: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Comparison:
    """All changes in the order of the newer document, what is gone last, and how many clauses are the same."""

    changes: tuple[Change, ...]
    same: int


def words(older: str, newer: str) -> tuple[Part, ...]:
    """Character by character; very long texts are set against each other whole."""
    if len(older) * len(newer) > MOST_WORK:
        return (Part("gone", older), Part("new", newer))
    parts: list[Part] = []
    for kind, a, b, c, d in SequenceMatcher(None, older, newer, autojunk=False).get_opcodes():
        if kind == "equal":
            parts.append(Part("same", older[a:b]))
            continue
        if b > a:
            parts.append(Part("gone", older[a:b]))
        if d > c:
            parts.append(Part("new", newer[c:d]))
    return tuple(parts)


def compare(older: Sequence[Any], newer: Sequence[Any]) -> Comparison:
    """Clauses with the same heading belong together wherever they stand, else those with the same anchor."""
    partner = _partners(older, newer)
    changes, same = [], 0
    for clause in newer:
        before = partner.get(clause.anchor)
        if before is None:
            changes.append(_change("new", clause, (Part("new", clause.text),)))
        elif (before.heading, before.text) == (clause.heading, clause.text):
            same += 1
        else:
            changes.append(_change("changed", clause, words(_whole(before), _whole(clause))))
    kept = {clause.anchor for clause in partner.values()}
    gone = [clause for clause in older if clause.anchor not in kept]
    changes += [_change("gone", clause, (Part("gone", clause.text),)) for clause in gone]
    return Comparison(tuple(changes), same)


def _whole(clause: Any) -> str:
    return f"{clause.heading}{clause.text}"


def _change(kind: str, clause: Any, parts: tuple[Part, ...]) -> Change:
    return Change(kind, clause.anchor, clause.number, clause.heading, parts)


def _partners(older: Sequence[Any], newer: Sequence[Any]) -> dict[str, Any]:
    """Anchor in the newer: the clause of the older it goes with; each has at most one."""
    named, twice = {clause.heading: clause for clause in older if clause.heading}, _repeated(older, newer)
    found = {
        clause.anchor: named[clause.heading]
        for clause in newer
        if clause.heading in named and clause.heading not in twice
    }
    taken = {clause.anchor for clause in found.values()}
    free = {clause.anchor: clause for clause in older if clause.anchor not in taken}
    for clause in newer:
        if clause.anchor not in found and clause.anchor in free:
            found[clause.anchor] = free.pop(clause.anchor)
    return found


def _repeated(*documents: Sequence[Any]) -> set[str]:
    counts = [Counter(clause.heading for clause in clauses) for clauses in documents]
    return {heading for count in counts for heading, times in count.items() if times > 1}
