"""The grammar of official notices, line by line: numbers, headings, responsible units, dates."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

HAN_DIGITS = {c: n for n, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "Ｏ": 0}
HAN = "〇零一二三四五六七八九十百"
TITLE_END = re.compile(
    r"(通知|意见|办法|决定|公告|通告|方案|规定|细则|条例|函|批复|报告|纪要|措施|规则|制度|指南|计划|标准)"
    r"(（[^（）]{1,12}）)?$"
)
DATE = re.compile(r"([0-9０-９]{4})年([0-9０-９]{1,2})月([0-9０-９]{1,2})日")
HAN_DATE = re.compile(rf"([{HAN}○Ｏ]{{4}})年([{HAN}]{{1,3}})月([{HAN}]{{1,3}})日")
UNITS = re.compile(r"（((?:责任|牵头|配合|协办)(?:单位|部门)[：:].*)$", re.DOTALL)
UNIT_ROLE = re.compile(r"^(?:责任|牵头|配合|协办)(?:单位|部门)[：:]")
SIGNATURE = re.compile(r"[\u4e00-\u9fa5（）()\s　]{2,40}")
SENTENCE_END = ("。", "；", "：", ":", ";", "！", "，", "、")
LONGEST_UNIT = 50


class DocumentError(ValueError):
    """The text is not a notice of this grammar: the line, what is wrong there, and how to mend it."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(_("第 %(line)s 行：%(message)s") % {"line": line, "message": message})
        self.line = line
        self.message = message


@dataclass(frozen=True)
class Mark:
    """The numbering at the head of a line: its kind, its number, and how it is printed."""

    kind: str
    ordinal: int
    printed: str
    rest: str


MARKS = [
    ("chapter", re.compile(rf"^第([{HAN}]+)章[\s　]*(.*)$", re.DOTALL)),
    ("section", re.compile(rf"^第([{HAN}]+)节[\s　]*(.*)$", re.DOTALL)),
    ("article", re.compile(rf"^第([{HAN}]+)条[\s　]*(.*)$", re.DOTALL)),
    ("first", re.compile(rf"^([{HAN}]+)、(.*)$", re.DOTALL)),
    ("second", re.compile(rf"^[（(]([{HAN}]+)[）)](.*)$", re.DOTALL)),
    ("item", re.compile(r"^([0-9０-９]{1,3})[．.、](?![0-9０-９])(.*)$", re.DOTALL)),
]


def bare(line: str) -> str:
    """The line without blanks, ideographic ones and a byte order mark among them."""
    return line.strip().strip("\ufeff").strip()


def han_number(text: str) -> int | None:
    """二十三 -> 23, up to 999; None if it is no number."""
    total, digit = 0, None
    for char in text:
        if char in HAN_DIGITS:
            if digit not in (None, 0):
                return None
            digit = HAN_DIGITS[char]
        else:
            unit = 10 if char == "十" else 100
            if total and total % (unit * 10) // unit:
                return None
            total += (1 if digit in (None, 0) else digit) * unit
            digit = None
    return total + (digit or 0) or None


def mark_of(text: str) -> Mark | None:
    """The numbering of a line, if it has one."""
    for kind, pattern in MARKS:
        found = pattern.match(text)
        if found:
            raw = found.group(1)
            ordinal = int(raw) if kind == "item" else han_number(raw)
            if not ordinal:
                return None
            return Mark(kind, ordinal, text[: found.start(2)], found.group(2))
    return None


def date_of(text: str, line: int) -> date | None:
    """The date that a line consists of, if it does."""
    found = DATE.fullmatch(text)
    han = HAN_DATE.fullmatch(text)
    if found:
        year, month, day = (int(part) for part in found.groups())
    elif han:
        year = int("".join(str(HAN_DIGITS.get(c, 0)) for c in han.group(1)))
        month, day = han_number(han.group(2)) or 0, han_number(han.group(3)) or 0
    else:
        return None
    return _real_date(year, month, day, line)


def date_within(text: str, line: int) -> date | None:
    """The first date inside a line such as （2021年4月26日民政部令第67号公布）."""
    found = DATE.search(text)
    if not found:
        return None
    year, month, day = (int(part) for part in found.groups())
    return _real_date(year, month, day, line)


def _real_date(year: int, month: int, day: int, line: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise DocumentError(
            line,
            _("没有%(year)s年%(month)s月%(day)s日这一天。请核对成文日期。")
            % {"year": year, "month": month, "day": day},
        ) from None


def units_of(text: str, line: int) -> tuple[str, ...]:
    """The responsible units at the end of a clause, in the order of print, each once."""
    found = UNITS.search(text)
    if not found:
        return ()
    inside, closed, after = found.group(1).partition("）")
    if not closed:
        raise DocumentError(line, _("“（责任单位：”没有收尾。请在单位后面补上“）”。"))
    if after.strip(" \t\r\n　。"):
        raise DocumentError(line, _("“责任单位”的括号后面还有字。请把括号移到这一条的最后。"))
    names: list[str] = []
    for group in re.split(r"[；;]", inside):
        for name in re.split(r"[、，,]", UNIT_ROLE.sub("", group.strip())):
            if name.strip() and name.strip() not in names:
                names.append(name.strip())
    if not names:
        raise DocumentError(line, _("“责任单位”后面没有单位。请写上单位，用“、”隔开。"))
    for name in names:
        if len(name) > LONGEST_UNIT:
            raise DocumentError(
                line, _("责任单位“%(unit)s…”太长。单位之间请用“、”隔开。") % {"unit": name[:12]}
            )
    return tuple(names)


def split_heading(text: str) -> tuple[str, str]:
    """The heading of a clause and its body: up to the first full stop, or the whole short line."""
    head, stop, body = text.partition("。")
    if not stop:
        return (text, "") if len(text) <= 40 else ("", text)
    says_more = UNITS.sub("", body).strip()
    return (head + stop, body) if len(head) <= 40 and says_more else ("", text)


def unreadable(line: str) -> bool:
    """Whether the line holds characters that no database keeps."""
    return any(unicodedata.category(char) in {"Cc", "Cs"} and char not in "\t\r\n" for char in line)
