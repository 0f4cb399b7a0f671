"""Words that mean the same: which belong together over several groups, and the other ways to put a word."""

from collections.abc import Iterable

from content.search.models import SynonymGroup

# A chain of groups counts as one meaning up to so many words; beyond it each group stands for itself.
MOST_TOGETHER = 24
MOST_FORMS = 12

Meanings = dict[str, tuple[str, ...]]


def known_meanings() -> Meanings:
    """Each word with the others that mean the same, as the editors have them now: one query."""
    return together(group.folded() for group in SynonymGroup.objects.only("words"))


def together(groups: Iterable[list[str]]) -> Meanings:
    """Each word with the others. Groups that share a word are one meaning; the relation is symmetrical."""
    listed = [list(dict.fromkeys(group)) for group in groups]
    joined: list[tuple[set[str], list[list[str]]]] = []
    for group in listed:
        words, parts = set(group), [group]
        for other in [each for each in joined if each[0] & words]:
            joined.remove(other)
            words |= other[0]
            parts = other[1] + parts
        joined.append((words, parts))
    found: dict[str, dict[str, None]] = {}
    for words, parts in joined:
        whole = [list(dict.fromkeys(word for part in parts for word in part))]
        for part in whole if len(words) <= MOST_TOGETHER else parts:
            for word in part:
                found.setdefault(word, {}).update(dict.fromkeys(each for each in part if each != word))
    return {word: tuple(others) for word, others in found.items()}


def forms(typed: str, meanings: Meanings) -> list[str]:
    """A word as typed, then with each word in it that means the same put otherwise; at most MOST_FORMS.

    What holds another form is left out: a text with 特困人员 also holds 特困.
    """
    found = [typed]
    inside = sorted((word for word in meanings if word in typed), key=len, reverse=True)
    for form in found:
        for word in inside:
            for other in meanings[word] if word in form else ():
                made = form.replace(word, other)
                if len(found) < MOST_FORMS and not any(known in made for known in found):
                    found.append(made)
    return found
