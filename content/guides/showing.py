"""A guide as its page shows it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language

from content.guides.clauses import clause_of, short_name
from content.rules.citing import Citation, Library
from content.rules.eligibility import Rule, rules_on
from content.rules.figures import Figures
from content.rules.models import StandardKind
from content.rules.queries import figures_on
from content.rules.result import amounts_of
from content.rules.telling import told
from partners.network.queries import county
from portal.base.identifiers import HOTLINE


@dataclass(frozen=True)
class Shown:
    """A statement with its clause.

    Where the source is not on this site, `alike` is the like of it in the site's own plan, `short` how the source is
    called beside the statement, and `paper` the place where its full name stands.
    """

    words: str
    source: Citation
    alike: Citation | None
    short: str
    paper: str


@dataclass(frozen=True)
class Section:
    """A part of the page with its heading and statements."""

    code: str
    label: str
    statements: tuple[Shown, ...]


def rule_of(code: str, day: date) -> Rule | None:
    """The rule of a kind of help that is in force on a day."""
    return next((rule for rule in rules_on(day) if rule.code == code), None)


def guide(request: HttpRequest, page: Any, sections: Any) -> dict[str, Any]:
    """Everything the template needs."""
    today = timezone.localdate()
    statements = list(page.statements.all())
    whole = bool(page.title_en) and all(statement.words_en for statement in statements)
    english = get_language() == "en" and whole
    numbers = list(dict.fromkeys(statement.document for statement in statements))
    rule = rule_of(page.help_code, today)
    ruled = rule.clauses if rule else ()
    library = Library(request, [*ruled, *(clause_of(statement) for statement in statements)])
    parts = {code: Section(code, sections(code).label, ()) for code in sections.values}
    for code in parts:
        rows = [each for each in statements if each.section == code]
        parts[code] = Section(
            code, parts[code].label, tuple(_shown(each, library, english, numbers) for each in rows)
        )
    return {
        "parts": parts,
        "lang": "en" if english else "zh-Hans",
        "no_english": get_language() == "en" and not whole,
        "rule": rule,
        "who_from": library.cite_all(ruled),
        "papers": _papers(library, numbers),
        "hotline": HOTLINE,
        "today": today,
        **_from_the_rule(rule, today),
    }


def _from_the_rule(rule: Rule | None, today: date) -> dict[str, Any]:
    """Who may ask, and the standards of today; which of them nobody has entered."""
    if rule is None:
        return {"who": (), "amounts": [], "missing": []}
    place = county()
    figures: Figures = figures_on(today, place.code if place else "")
    return {
        "who": told(rule, figures),
        "amounts": amounts_of(rule.standards, figures),
        "missing": [StandardKind(kind).label for kind in rule.standards if kind not in figures.known],
    }


def _shown(statement: Any, library: Library, english: bool, numbers: list[str]) -> Shown:
    source, *others = library.cite(clause_of(statement))
    return Shown(
        words=statement.words_en if english else statement.words,
        source=source,
        alike=others[0] if others else None,
        short=short_name(statement.document),
        paper=f"paper-{numbers.index(statement.document) + 1}",
    )


def _papers(library: Library, numbers: list[str]) -> list[dict[str, Any]]:
    """The documents that the guide rests on, with what editors say of their validity."""
    return [
        {
            "number": number,
            "short": short_name(number),
            "page": library.pages.get(number),
            "url": library.urls.get(number, ""),
        }
        for number in numbers
    ]
