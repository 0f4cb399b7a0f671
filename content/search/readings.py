"""Chinese typed in letters: pinyin (dibao) and first letters (db), and what sounds the same."""

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from pypinyin import lazy_pinyin

from content.search.cutting import is_chinese, runs

MOST_READINGS = 5
# Two first letters stand for too much to be looked for inside headings.
SHORTEST_INITIALS = 3


@lru_cache(20_000)
def sounds(run: str) -> tuple[str, ...]:
    """The syllable of each character, ü as v; a character without one has an empty one."""
    # A list is what pypinyin takes for several characters, though its types say otherwise.
    return tuple(lazy_pinyin(run, errors=lambda chars: [""] * len(chars)))  # type: ignore[arg-type, return-value]


def sounds_like(one: str, other: str) -> bool:
    """Whether two words of Chinese characters sound the same, tones apart."""
    return is_chinese(one) and is_chinese(other) and sounds(one) == sounds(other)


def readings(letters: str, words: Iterable[str], headings: Iterable[str]) -> list[str]:
    """What the letters may stand for: a known word, else a piece of headings, the commonest first."""
    wanted = letters.replace("ü", "v")
    whole = [word for word in words if is_chinese(word) and wanted in _spellings(word)]
    if whole:
        return whole[:MOST_READINGS]
    pieces = Counter(
        run[start:end]
        for heading in headings
        for run in runs(heading)
        if is_chinese(run)
        for start, end in _spans(wanted, sounds(run))
    )
    return [piece for piece, _times in pieces.most_common(MOST_READINGS)]


def _spellings(word: str) -> tuple[str, str]:
    heard = sounds(word)
    return "".join(heard), "".join(syllable[:1] for syllable in heard)


def _spans(wanted: str, heard: tuple[str, ...]) -> set[tuple[int, int]]:
    """Where two or more neighbouring syllables, or their first letters, spell exactly what is wanted."""
    found = set()
    for start in range(len(heard)):
        spelt = ""
        for end in range(start, len(heard)):
            spelt += heard[end]
            if not heard[end] or not wanted.startswith(spelt):
                break
            if spelt == wanted and end > start:
                found.add((start, end + 1))
    if len(wanted) >= SHORTEST_INITIALS:
        first = "".join(syllable[:1] or "-" for syllable in heard)
        at = first.find(wanted)
        while at >= 0:
            found.add((at, at + len(wanted)))
            at = first.find(wanted, at + 1)
    return found
