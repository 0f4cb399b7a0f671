"""Reading a list of days as people write it: by hand, from a sheet, or the State Council's notice itself.

Nothing here raises or writes: what cannot be read is said line by line, with how to mend it.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils.translation import gettext as _

MOST_LINES = 400
MOST_DAYS_IN_A_SPAN = 16  # the longest holiday so far had ten
LONGEST_NAME = 50

_TOKEN = re.compile(
    r"(?<!\d)(?P<y>\d{4})\s*(?:[-/.]|年)\s*(?P<m>\d{1,2})\s*(?:[-/.]|月)\s*(?P<d>\d{1,2})(?!\d)\s*[日号]?"
    r"|(?<!\d)(?P<py>\d{4})(?P<pm>\d{2})(?P<pd>\d{2})(?!\d)"
    r"|(?<!\d)(?P<sm>\d{1,2})\s*月\s*(?P<sd>\d{1,2})(?!\d)\s*[日号]?"
    r"|(?<!\d)(?P<alone>\d{1,2})\s*[日号]"
    r"|(?P<works>上班|补班|工作日|\bwork(?:s|ing|day)?\b)"
    r"|(?P<off>放假调休|放假|休假|休息|\boff\b|\bholiday\b)",
    re.IGNORECASE | re.ASCII,
)
_IN_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_NOISE = re.compile(r"共\s*\d+\s*天|,?\s*与周末连休|\d{1,2}:\d{2}(?::\d{2})?")
_NUMBERING = re.compile(r"^\s*(?:[一二三四五六七八九十]+、|\d{1,2}[.、)]\s*)")
_UNTIL = re.compile(r"\s*(?:至|到|~|-+|—+|–|,|;|\||to)?\s*", re.IGNORECASE)
_HEADING = re.compile(r"\s*(?:日期|起|开始|date|from)", re.IGNORECASE)
_EDGES = re.compile(r"[\s,;:.、。|~—-]+")


@dataclass(frozen=True)
class Entry:
    """One day of the list, and the line that names it."""

    day: date
    works: bool
    name: str
    line: int


@dataclass(frozen=True)
class Fault:
    """One line that cannot be entered: which, what stands there, why and how to mend it."""

    line: int
    text: str
    why: str

    @property
    def words(self) -> str:
        """第 3 行“2027-02-30 放假”：没有这一天……."""
        shown = self.text if len(self.text) <= 40 else f"{self.text[:40]}…"
        return _("第 %(line)d 行“%(text)s”：%(why)s") % {"line": self.line, "text": shown, "why": self.why}


@dataclass
class DayList:
    """What a text says: the days, each once, and the lines that are wrong."""

    entries: list[Entry] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


class _Unclear(Exception):
    """Why a line cannot be read."""


def read_days(text: str, *, year: int, years: range) -> DayList:
    """The days of a text, a line each or a span; `year` counts where a line names none."""
    found = DayList()
    lines = text.lstrip("\ufeff").splitlines()
    if len(lines) > MOST_LINES:
        too_many = _("一次最多 %(most)d 行，请分几次录") % {"most": MOST_LINES}
        found.faults.append(Fault(MOST_LINES + 1, lines[MOST_LINES].strip(), too_many))
        return found
    known: dict[date, Entry] = {}
    for number, raw in enumerate(lines, start=1):
        line = unicodedata.normalize("NFKC", raw).replace('"', "").strip()
        if not line or (_HEADING.match(line) and not any(char.isdigit() for char in line)):
            continue
        try:
            for entry in _entries(line, number, year, years):
                before = known.setdefault(entry.day, entry)
                if before.works != entry.works:
                    clash = _("和第 %(line)d 行打架：同一天又放假又上班。请留一行")
                    raise _Unclear(clash % {"line": before.line})
        except _Unclear as problem:
            found.faults.append(Fault(number, raw.strip(), str(problem)))
    found.entries = sorted(known.values(), key=lambda entry: entry.day)
    return found


@dataclass
class _Line:
    """A line while it is read: spans that know their kind, spans that wait for it, and the words between."""

    year: int
    years: range
    spans: list[tuple[date, date, bool]] = field(default_factory=list)
    waiting: list[tuple[date, date]] = field(default_factory=list)
    kind: bool | None = None
    words: list[str] = field(default_factory=list)

    def take_kind(self, works: bool) -> None:
        """放假 or 上班: it is about the days before it, or, at the beginning, about those to come."""
        if self.waiting:
            self.spans += [(*pair, works) for pair in self.waiting]
            self.waiting, self.kind = [], works
        elif self.kind not in (None, works):
            raise _Unclear(_("又写放假又写上班。请只留一个"))
        else:
            self.kind = works

    def take_day(self, token: re.Match[str], gap: str) -> None:
        """A day: the end of a span, or the first of a new one."""
        ends_span = (
            bool(self.waiting) and self.waiting[-1][0] == self.waiting[-1][1] and bool(_UNTIL.fullmatch(gap))
        )
        day = self._day(token, ends_span)
        if not ends_span:
            if self.spans and not self.waiting:
                self.kind = None
            self.waiting.append((day, day))
            return
        first = self.waiting[-1][0]
        if day < first:
            raise _Unclear(_("后一天比前一天还早。请把两天对调"))
        if (day - first).days >= MOST_DAYS_IN_A_SPAN:
            long = _("一段最多 %(most)d 天。请核对起止日期")
            raise _Unclear(long % {"most": MOST_DAYS_IN_A_SPAN})
        self.waiting[-1] = (first, day)

    def _day(self, token: re.Match[str], ends_span: bool) -> date:
        before = self.waiting[-1][1] if self.waiting else self.spans[-1][1] if self.spans else None
        year = before.year if before else self.year
        if token["y"] or token["py"]:
            numbers = [int(token[name] or token[f"p{name}"]) for name in ("y", "m", "d")]
        elif token["alone"]:
            if before is None:
                raise _Unclear(_("只写了几日，没写几月。请写成 2027-10-01"))
            numbers = [before.year, before.month, int(token["alone"])]
        else:
            month = int(token["sm"])
            numbers = [year + bool(ends_span and before and month < before.month), month, int(token["sd"])]
        try:
            day = date(*numbers)
        except ValueError:
            raise _Unclear(_("没有这一天。请核对月和日")) from None
        if day.year not in self.years:
            range_words = {"first": self.years[0], "last": self.years[-1]}
            raise _Unclear(_("年份要在 %(first)d 到 %(last)d 之间。请核对") % range_words)
        return day

    def done(self) -> list[tuple[date, date, bool]]:
        """The spans, each with its kind."""
        if self.waiting and self.kind is None:
            raise _Unclear(_("没写放假还是上班。请在日期后面写上"))
        self.spans += [(*pair, bool(self.kind)) for pair in self.waiting]
        if not self.spans:
            raise _Unclear(_("没找到日期。请写成“2027-10-01，放假，国庆节”，说明文字请删掉"))
        return self.spans


def _entries(line: str, number: int, year: int, years: range) -> list[Entry]:
    """Every day that one line names."""
    bare = _NOISE.sub(" ", _IN_BRACKETS.sub("", line))
    read, end, first = _Line(year, years), 0, len(bare)
    for token in _TOKEN.finditer(bare):
        gap, end = bare[end : token.start()], token.end()
        read.words.append(gap)
        if token["works"] or token["off"]:
            read.take_kind(bool(token["works"]))
        else:
            first = min(first, token.start())
            read.take_day(token, gap)
    read.words.append(bare[end:])
    spans = read.done()
    name = _name(bare, first, read.words)
    return [
        Entry(start + timedelta(days=n), works, name, number)
        for start, last, works in spans
        for n in range((last - start).days + 1)
    ]


def _name(bare: str, first: int, words: list[str]) -> str:
    """What the day is called: before the colon in the notice, else what is left of the line."""
    head, colon, _rest = bare[:first].partition(":")
    said = _NUMBERING.sub("", head) if colon and head.strip() else " ".join(words)
    name = " ".join(
        part for part in _EDGES.split(said.replace("\0", "")) if part not in {"", "至", "到", "和", "to"}
    )
    if len(name) > LONGEST_NAME:
        raise _Unclear(_("名称最多 %(most)d 个字。请写短一点") % {"most": LONGEST_NAME})
    return name
