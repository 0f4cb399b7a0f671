"""Chinese without a dictionary: runs of characters in single characters and neighbouring pairs.

The databases take a run of Chinese characters for one word, so their own search finds 低保 only
where it stands alone. Pairs find every part of a text and need no list of words.
"""

import re

from content.search.folding import fold

HAN = r"\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
RUN = re.compile(rf"[{HAN}]+|[^\W{HAN}_]+")
WORD = re.compile(r"[^\W_]+")
_CHINESE = re.compile(f"[{HAN}]")


def is_chinese(run: str) -> bool:
    """Whether a run is of Chinese characters."""
    return bool(_CHINESE.match(run))


def runs(folded: str) -> list[str]:
    """The runs of a folded text: Chinese characters, or letters and digits."""
    return RUN.findall(folded)


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)]


def cut(text: str) -> list[str]:
    """For Wagtail's index: single characters and pairs of Chinese, and the other words whole."""
    found: list[str] = []
    for run in runs(fold(text)):
        found += [*run, *_pairs(run)] if is_chinese(run) else [run]
    return found


def cut_query(text: str) -> list[str]:
    """For a query to Wagtail's index: the pairs; a character alone stays alone."""
    found: list[str] = []
    for run in runs(fold(text)):
        found += _pairs(run) if is_chinese(run) and len(run) > 1 else [run]
    return found


def words(folded: str) -> list[str]:
    """The words of a folded text: letters, digits and characters without a sign between them."""
    return WORD.findall(folded)


def tokens(folded: str) -> list[str]:
    """For the index of passages: each character of a word with its follower, the last alone.

    A character alone is then the beginning of a token, wherever it stands.
    """
    return [token for word in words(folded) for token in (*_pairs(word), word[-1])]
