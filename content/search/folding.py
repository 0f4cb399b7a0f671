"""One way of writing for everything: half width, lower case, simplified characters; and the way back to the original.

A text is folded cluster by cluster (a character with the marks that combine with it), so that each
character of the folded text knows from which piece of the original it came. The traditional
characters are a slice of OpenCC's table (docs/data.md).
"""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

TRADITIONAL = Path(__file__).resolve().parent.parent / "data" / "traditional.txt"


@lru_cache(1)
def _simplified() -> dict[str, str]:
    return {pair[0]: pair[1] for pair in TRADITIONAL.read_text("utf-8").split()}


@lru_cache(20_000)
def _fold_cluster(cluster: str) -> str:
    known = _simplified()
    plain = unicodedata.normalize("NFKC", cluster).lower()
    # Lower case may leave marks apart that belong together, so that a second folding would change them.
    plain = unicodedata.normalize("NFKC", plain)
    return "".join(known.get(char, char) for char in plain)


def _clusters(text: str) -> list[str]:
    """The text in pieces: each character with the marks that follow it."""
    found: list[str] = []
    for char in text:
        if found and unicodedata.combining(char):
            found[-1] += char
        else:
            found.append(char)
    return found


def fold(text: str) -> str:
    """The text in the one way of writing that the search compares."""
    return "".join(_fold_cluster(cluster) for cluster in _clusters(text))


@dataclass(frozen=True)
class Folded:
    """A folded text with the way back: where a piece of the original begins and where it ends."""

    original: str
    text: str
    begins: dict[int, int]
    ends: dict[int, int]

    def original_span(self, start: int, end: int) -> tuple[int, int] | None:
        """Where folded[start:end] stands in the original; None if it would cut a piece in two."""
        if start in self.begins and end in self.ends:
            return self.begins[start], self.ends[end]
        return None


def folded_with_way_back(text: str) -> Folded:
    """Fold a text and remember where each piece came from."""
    parts: list[str] = []
    begins: dict[int, int] = {}
    ends: dict[int, int] = {}
    at = place = 0
    for cluster in _clusters(text):
        plain = _fold_cluster(cluster)
        begins.setdefault(place, at)
        at += len(cluster)
        place += len(plain)
        ends[place] = at
        parts.append(plain)
    return Folded(text, "".join(parts), begins, ends)
