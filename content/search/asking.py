"""What somebody asks: the words of a query, each with the other ways to write it."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field

from content.search.folding import fold
from content.search.synonyms import Meanings, forms

LONGEST_QUERY = 100
MOST_TERMS = 10
_WORD = r"[^\W_]+"


Readings = Callable[[str], list[str]]


@dataclass(frozen=True)
class Term:
    """One word of a query. Each form is folded; the first is the word as typed."""

    forms: tuple[str, ...]

    @property
    def typed(self) -> str:
        """The word as typed, folded."""
        return self.forms[0]


@dataclass(frozen=True)
class Asked:
    """A query read: what was typed, its terms, and whether it is more than is searched at once."""

    text: str
    terms: tuple[Term, ...] = field(default=())
    too_long: bool = False
    too_many: bool = False

    @property
    def forms(self) -> list[str]:
        """All forms of all terms, for marking."""
        return [form for term in self.terms for form in term.forms]


def clean(text: str) -> str:
    """The text without what no keyboard types: control and direction characters, halves of characters."""
    kept = (" " if char.isspace() else char for char in text)
    return "".join(c for c in kept if c == " " or unicodedata.category(c)[0] != "C").strip()


def read(text: str, meanings: Meanings, readings: Readings) -> Asked:
    """Read a query. `readings` gives the Chinese words that letters may stand for."""
    typed = clean(text)
    if len(typed) > LONGEST_QUERY:
        return Asked(typed, too_long=True)
    words = _words(fold(typed), meanings)
    words = list(dict.fromkeys(_syllables_together(words, readings) if len(words) <= MOST_TERMS else words))
    if len(words) > MOST_TERMS:
        return Asked(typed, too_many=True)
    return Asked(typed, tuple(_term(word, meanings, readings) for word in words))


def _words(folded: str, meanings: Meanings) -> list[str]:
    """The words of a folded query; a known wording of several words stays together."""
    several = sorted((word for word in meanings if re.search(r"[\W_]", word)), key=len, reverse=True)
    return re.findall("|".join([*map(re.escape, several), _WORD]), " ".join(folded.split()))


def _as_typed_in_pinyin(word: str) -> str:
    """Letters without tones, whether those stand above (dībǎo) or behind (di1bao3); ü as v."""
    apart = unicodedata.normalize("NFD", word).replace("u\u0308", "v")
    bare = "".join(char for char in apart if not unicodedata.combining(char))
    return re.sub(r"(?<=[a-z])[1-5](?![0-9])", "", bare)


def _syllables_together(words: list[str], readings: Readings) -> list[str]:
    """Syllables typed apart (di bao) as one word, where that may stand for something."""
    found: list[str] = []
    for word in words:
        joined = found[-1] + word if found else ""
        if re.fullmatch(r"[a-z]{2,}", joined) and readings(joined):
            found[-1] = joined
        else:
            found.append(word)
    return found


def _term(word: str, meanings: Meanings, readings: Readings) -> Term:
    found, plain = forms(word, meanings), _as_typed_in_pinyin(word)
    for letters in re.findall(r"[a-z]{2,}", plain):
        for read_as in readings(letters):
            found += forms(plain.replace(letters, read_as), meanings)
    return Term(tuple(dict.fromkeys(found)))
