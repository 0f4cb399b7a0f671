"""What a guide tells the search: its names, who may ask, and its parts, in both languages."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from content.guides.showing import rule_of
from content.pages.passages import CHINESE, ENGLISH, TITLE, Passage
from content.rules.figures import Figure, Figures
from content.rules.telling import lines, told

_BETWEEN = re.compile(r"[、,，;；\s]+")


def of_guide(page: Any) -> Iterator[Passage]:
    """The title and every other name as titles, so that whoever searches for a name finds its guide first."""
    statements = list(page.statements.all())
    with override("zh-hans"):
        note, who = _("办事指南"), _who(page.help_code)
    first = next((each.words for each in statements if each.section == "summary"), "")
    yield Passage(kind=TITLE, heading=page.title, note=f"{note} · {first}" if first else note)
    for name in filter(None, _BETWEEN.split(page.also_called)):
        yield Passage(kind=TITLE, heading=name, note=note)
    if page.title_en:
        yield Passage(kind=TITLE, heading=page.title_en, note=note, language=ENGLISH)
    for code, label in statements[0]._meta.get_field("section").choices if statements else ():
        rows = [each for each in statements if each.section == code]
        words = [*(who if code == "who" else ()), *(each.words for each in rows)]
        yield from _part(code, label, words, CHINESE)
        yield from _part(code, label, [each.words_en for each in rows if each.words_en], ENGLISH)


def _part(code: str, label: Any, words: list[str], language: str) -> Iterator[Passage]:
    """A part of the page under its heading, if it says anything."""
    if words:
        with override(language):
            heading = str(label)
        yield Passage(heading=heading, text="\n".join(words), anchor=code, language=language)


def _who(code: str) -> list[str]:
    """The rule's sentences but those with a figure: figures change without the page being published."""
    rule = rule_of(code, timezone.localdate())
    if rule is None:
        return []
    day = date.min
    other = Figures({"elder_age": Figure(0, day), "minor_age": Figure(0, day)})
    same = set(lines(told(rule, other)))
    return [line for line in lines(told(rule, Figures())) if line in same]
