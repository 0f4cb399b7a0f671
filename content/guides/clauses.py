"""The clause a statement rests on: what it is called, and whether a reader can open it."""

import re
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.translation import gettext as _

from content.pages.display import label
from content.pages.models import PolicyClause, PolicyPage
from content.rules.eligibility import INTERIM, PLAN, TEKUN_RULES, Clause

# Papers that a guide may name though they are not on this site; the reader gets their name and number.
ELSEWHERE = frozenset({PLAN, TEKUN_RULES, INTERIM})
# 社会救助暂行办法 of 2014, as amended in 2019.
ARTICLES = {INTERIM: frozenset(f"a{number}" for number in range(1, 71))}
# What the heading of the like of an item holds in the plan of another county (`content.rules.citing`).
HEADINGS = {
    "item4": "基本生活救助制度",
    "item6": "定期复核",
    "item7": "医疗救助制度",
    "item8": "教育救助制度",
    "item9": "住房救助制度",
    "item10": "就业救助制度",
    "item11": "受灾人员救助制度",
    "item13": "临时救助制度",
    "item16": "求助热线",
    "item17": "一门受理",
    "item19": "创新社会救助方式",
    "item20": "引导社会力量",
}
_NUMBERED = re.compile(r"^(item|a)(\d+)$")
_PART = re.compile(r"^s(\d+)-(\d+)$")


def short_name(document: str) -> str:
    """What a paper is called beside each statement that rests on it."""
    return {INTERIM: _("救助办法"), TEKUN_RULES: _("认定办法")}.get(document, document)


def name_of(anchor: str) -> str:
    """How a clause is called: 第4项, 第11条, 第3部分第2点; another anchor by itself."""
    if part := _PART.match(anchor):
        return _("第%(part)s部分第%(number)s点") % {"part": part[1], "number": part[2]}
    found = _NUMBERED.match(anchor)
    if found is None:
        return anchor
    if found[1] == "item":
        return label("item", found[2], "")
    return _("第%(number)s条") % {"number": found[2]}


def clause_of(statement: Any) -> Clause:
    """The clause as the rules cite it, with its name in the language of the page."""
    heading = HEADINGS.get(statement.anchor, "") if statement.document == PLAN else ""
    return Clause(statement.document, statement.anchor, lazy(name_of, str)(statement.anchor), heading)


def broken(statements: Iterable[Any]) -> dict[int, str]:
    """Place of a statement -> why its clause cannot be opened."""
    listed = list(statements)
    numbers = {statement.document for statement in listed}
    pages = PolicyPage.objects.live().filter(document_number__in=numbers)
    here = dict(pages.values_list("pk", "document_number"))
    known = {
        (here[page], anchor)
        for page, anchor in PolicyClause.objects.filter(page__in=here)
        .exclude(anchor="")
        .values_list("page_id", "anchor")
    }
    found = {}
    for place, statement in enumerate(listed):
        if statement.document in here.values():
            there = (statement.document, statement.anchor) in known
        else:
            there = statement.anchor in ARTICLES.get(statement.document, {statement.anchor})
        if not there:
            found[place] = _("%(document)s没有这一条：%(anchor)s。请打开文件核对") % {
                "document": statement.document,
                "anchor": statement.anchor,
            }
        elif statement.document not in ELSEWHERE and statement.document not in here.values():
            found[place] = _("网站上没有公开的“%(document)s”。请核对文号，或先公开这份文件") % {
                "document": statement.document
            }
    return found


def refuse_broken(statements: Iterable[Any]) -> None:
    """Raise ValidationError (`broken_clause`) where a clause cannot be opened, with every fault in words."""
    faults = broken(statements)
    if faults:
        raise ValidationError(
            [ValidationError(fault, code="broken_clause") for fault in dict.fromkeys(faults.values())]
        )
