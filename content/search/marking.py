"""A passage as a result shows it: the piece about the first hit, hits marked where they stand in the original."""

import re
from collections.abc import Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from content.search.folding import Folded, folded_with_way_back

AROUND = 40


def hits(folded: Folded, forms: Sequence[str]) -> list[tuple[int, int]]:
    """Where the forms stand in the original, from left to right, the longest first where several begin.

    Whatever is returned folds to exactly one of the forms.
    """
    wanted = sorted(set(filter(None, forms)), key=len, reverse=True)
    if not wanted:
        return []
    found, at = [], 0
    pattern = re.compile("|".join(map(re.escape, wanted)))
    while hit := pattern.search(folded.text, at):
        span = folded.original_span(*hit.span())
        if span:
            found.append(span)
        at = hit.end() if span else hit.start() + 1
    return found


def marked(text: str, forms: Sequence[str]) -> SafeString:
    """The whole text with the hits marked, everything else escaped."""
    return _marked(text, hits(folded_with_way_back(text), forms), 0, len(text))


def excerpt(text: str, forms: Sequence[str], around: int = AROUND) -> SafeString:
    """The piece about the first hit, marked."""
    places = hits(folded_with_way_back(text), forms)
    first = places[0] if places else (0, 0)
    start, end = max(0, first[0] - around), min(len(text), first[1] + 2 * around)
    shown = _marked(text, [(a, b) for a, b in places if start <= a and b <= end], start, end)
    return mark_safe(("…" if start else "") + shown + ("…" if end < len(text) else ""))  # noqa: S308  (escaped)


def _marked(text: str, places: list[tuple[int, int]], start: int, end: int) -> SafeString:
    parts, at = [], start
    for begins, ends in places:
        parts.append(f"{escape(text[at:begins])}<mark>{escape(text[begins:ends])}</mark>")
        at = ends
    parts.append(escape(text[at:end]))
    return mark_safe("".join(parts))  # noqa: S308  (every part escaped)
