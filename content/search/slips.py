"""Did you mean: what somebody meant who typed one character wrong, too many, too few, or two in the wrong order."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from content.search.cutting import runs
from content.search.readings import sounds_like

LONGEST_WORD = 12
SHORTEST_IN_TEXT = 4
MOST_TRIED = 6


def one_slip_apart(typed: str, meant: str) -> bool:
    """Whether one change, one character more or less, or one exchange of neighbours leads from one to the other."""
    if typed == meant or abs(len(typed) - len(meant)) > 1:
        return False
    start = 0
    while start < min(len(typed), len(meant)) and typed[start] == meant[start]:
        start += 1
    left, right = typed[start:], meant[start:]
    exchanged = left[:2] == right[:2][::-1] and left[2:] == right[2:]
    return left[1:] == right[1:] or left[1:] == right or left == right[1:] or (len(right) > 1 and exchanged)


def _windows(text: str, size: int) -> Iterator[tuple[int, str]]:
    for at in range(len(text) - size + 1):
        yield at, text[at : at + size]


def _by_words(typed: str, words: Iterable[str]) -> Iterator[str]:
    """The word as typed with a piece of it put right to a known word."""
    for word in words:
        for size in (len(word), len(word) - 1, len(word) + 1):
            for at, piece in _windows(typed, size) if size > 1 else ():
                if word not in typed and one_slip_apart(piece, word):
                    yield typed[:at] + word + typed[at + size :]


def _by_headings(typed: str, headings: Iterable[str]) -> Iterator[str]:
    """A piece of a heading; two characters say little, so they must sound the same or stand the other way round."""
    for heading in headings:
        for run in runs(heading):
            for size in (len(typed), len(typed) - 1, len(typed) + 1):
                for _at, piece in _windows(run, size) if size > 1 else ():
                    if one_slip_apart(typed, piece) and (
                        len(typed) > 2 or sounds_like(typed, piece) or typed[::-1] == piece
                    ):
                        yield piece


def _in_texts(typed: str, some_texts: Callable[[list[str]], list[str]]) -> Iterator[str]:
    """What texts hold that have all of the word but one place."""
    for at in range(len(typed)):
        changed, inserted = (typed[:at], typed[at + 1 :]), (typed[:at], typed[at:])
        for left, right in (changed, inserted):
            needed = [piece for piece in (left, right) if len(piece) > 1]
            if not needed:
                continue
            pattern = re.compile(re.escape(left) + r"[^\W_]?" + re.escape(right))
            seen = Counter(hit for text in some_texts(needed) for hit in pattern.findall(text))
            yield from (hit for hit, _times in seen.most_common(2) if one_slip_apart(typed, hit))


def suggestion(
    typed: str,
    *,
    words: Iterable[str],
    headings: Iterable[str],
    some_texts: Callable[[list[str]], list[str]],
    finds: Callable[[str], bool],
) -> str:
    """The likeliest word one slip away that finds something, or nothing; what sounds the same comes first."""
    if not 2 <= len(typed) <= LONGEST_WORD:
        return ""
    known = [
        *_by_words(typed, words),
        *(word for word, _n in Counter(_by_headings(typed, headings)).most_common()),
    ]
    known = list(dict.fromkeys(known))
    known.sort(key=lambda word: (not sounds_like(typed, word), len(word) != len(typed)))
    tried = known[:MOST_TRIED]
    if not any(finds(word) for word in tried) and len(typed) >= SHORTEST_IN_TEXT:
        tried = list(_in_texts(typed, some_texts))[:MOST_TRIED]
    return next((word for word in tried if finds(word)), "")
