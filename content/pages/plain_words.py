"""Where a later room says in plain words what a clause or a kind of help means; this room knows no guide.

The guides register themselves in the app's `ready`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest


@dataclass(frozen=True)
class PlainWords:
    """A page that explains; `lang` is the language of its title."""

    title: str
    url: str
    lang: str = "zh-Hans"


OfHelp = Callable[[HttpRequest | None], dict[str, PlainWords]]
OfDocument = Callable[[str, dict[str, str], HttpRequest | None], dict[str, list[PlainWords]]]

_of_help: list[OfHelp] = []
_of_document: list[OfDocument] = []


def register(of_help: OfHelp, of_document: OfDocument) -> None:
    """Make a source known: by the code of a kind of help, and by the clauses of a document."""
    _of_help.append(of_help)
    _of_document.append(of_document)


def of_help(request: HttpRequest | None = None) -> dict[str, PlainWords]:
    """Code of a kind of help -> the page that explains it."""
    return {code: words for source in _of_help for code, words in source(request).items()}


def of_document(
    number: str, headings: dict[str, str], request: HttpRequest | None
) -> dict[str, list[PlainWords]]:
    """Anchor of a clause -> the pages that explain it; for a document by its number and its items' headings."""
    found: dict[str, list[PlainWords]] = {}
    for source in _of_document:
        for anchor, words in source(number, headings, request).items():
            found.setdefault(anchor, []).extend(words)
    return found
