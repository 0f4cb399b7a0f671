"""An official notice as a structure. Every character of the text stays, in order, in some block."""

import re
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from content.pages.grammar import (
    SENTENCE_END,
    SIGNATURE,
    TITLE_END,
    DocumentError,
    Mark,
    bare,
    date_of,
    date_within,
    mark_of,
    split_heading,
    units_of,
    unreadable,
)
from portal.base.docnumber import DocumentNumber, parse_document_number
from portal.base.refused import Refused

LONGEST_TITLE = 200
LOOKS_LIKE_NUMBER = re.compile(
    r"^[^，。]{1,40}[\[〔［(（【﹝].{1,8}[\]〕］)）】﹞]\s*第?\s*[0-9０-９]+\s*号$|令\s*第?\s*[0-9０-９]+\s*号$"
)
ORDER_BY = re.compile(r"^[\u4e00-\u9fa5]{2,40}令$")
ORDER_NUMBER = re.compile(r"^[（(]?第?\s*[0-9０-９]{1,4}\s*号[）)]?$")
NAMED = re.compile(r"《([^《》]{4,60})》")
HEADINGS = {"first": 1, "chapter": 1, "second": 2, "section": 2}
RESETS = {"chapter": "section", "first": "second"}
ENDS_CLAUSE = {"signed", "date", "part_title", "attachment"}


@dataclass
class Block:
    """Some whole lines of the text, as they are, and what they are."""

    kind: str
    line: int
    source: str
    level: int = 0
    anchor: str = ""
    number: str = ""
    heading: str = ""
    body: str = ""
    units: tuple[str, ...] = ()


@dataclass
class Clause:
    """A heading, an item or an article with the paragraphs that belong to it."""

    kind: str
    level: int
    anchor: str
    number: str
    heading: str
    line: int
    paragraphs: list[str] = field(default_factory=list)
    units: tuple[str, ...] = ()

    @property
    def says_something(self) -> bool:
        """Whether this is more than a heading over others."""
        return bool(self.paragraphs)


@dataclass
class Notice:
    """What was read: the facts of the head, and all blocks in order."""

    issuer: str
    number: DocumentNumber
    title: str
    addressees: str
    written_on: date
    part_title: str
    blocks: list[Block]

    def text(self) -> str:
        """The text exactly as it came."""
        return "".join(block.source for block in self.blocks)

    def clauses(self) -> list[Clause]:
        """Headings, items and articles, each with its paragraphs and units."""
        found: list[Clause] = []
        clause: Clause | None = None
        for block in self.blocks:
            if block.kind in ENDS_CLAUSE:
                clause = None
            elif block.anchor:
                clause = Clause(
                    block.kind, block.level, block.anchor, block.number, block.heading, block.line
                )
                found.append(clause)
                if block.body:
                    clause.paragraphs.append(block.body)
            elif block.kind == "paragraph" and clause:
                clause.paragraphs.append(block.body)
            if block.units and clause:
                clause.units = tuple(dict.fromkeys(clause.units + block.units))
        return found


def parse_notice(text: str) -> Notice:
    """Read a notice, or raise DocumentError with the line and the remedy."""
    return _Reader(text).read()


class _Reader:
    """Goes through the lines once: head, letter, signature, attached plan."""

    def __init__(self, text: str) -> None:
        self.lines = re.findall(r"[^\n]*\n|[^\n]+", text)
        self.bare = [bare(line) for line in self.lines]
        self.blocks: list[Block] = []
        self.at = 0
        self.number: DocumentNumber | None = None
        self.written_on: date | None = None
        self.anchors: set[str] = set()

    def read(self) -> Notice:
        self._check_characters()
        title = self._order() or self._head()
        addressees = self._addressees()
        end = self._date_line()
        signed_from = self._signature(end)
        self._body(signed_from, {})
        signed = part_title = ""
        if end is not None:
            signed = " ".join(self.bare[signed_from:end])
            for index in range(signed_from, end):
                self._take("signed" if self.bare[index] else "blank")
            self._take("date")
            part_title = self._part_title()
            self._body(len(self.lines), {})
        return self._notice(title, addressees, signed, part_title)

    def _check_characters(self) -> None:
        if not any(self.bare):
            raise DocumentError(1, _("文件是空的。请选有文字的文件。"))
        for index, line in enumerate(self.lines):
            if unreadable(line):
                raise DocumentError(index + 1, _("有看不见的控制字符。请另存为纯文本（UTF-8）再试。"))

    def _take(self, kind: str, **facts: object) -> Block:
        block = Block(kind, self.at + 1, self.lines[self.at], **facts)  # type: ignore[arg-type]
        self.blocks.append(block)
        self.at += 1
        return block

    def _skip_blank(self) -> None:
        while self.at < len(self.lines) and not self.bare[self.at]:
            self._take("blank")

    def _order(self) -> str:
        """The head of an order: whose it is, its number below, and the measure that its letter names."""
        filled = [index for index, line in enumerate(self.bare) if line]
        if len(filled) < 3 or not ORDER_BY.match(self.bare[filled[0]]):
            return ""
        number, letter = self.bare[filled[1]].strip("（）()"), NAMED.search(self.bare[filled[2]])
        if not ORDER_NUMBER.match(number) or letter is None or not TITLE_END.search(letter.group(1)):
            return ""
        whole = number if number.startswith("第") else f"第{number}"
        try:
            self.number = parse_document_number(self.bare[filled[0]] + whole)
        except Refused as refusal:
            raise DocumentError(filled[1] + 1, refusal.message) from None
        while self.at < filled[2]:
            self._take("number" if self.bare[self.at] else "blank")
        return letter.group(1)

    def _head(self) -> str:
        title = ""
        started = self.at
        while self.at < len(self.lines):
            line = self.bare[self.at]
            if not line:
                self._take("blank")
            elif self._number_line(line):
                continue
            elif title and self._title_complete(title) and not line.startswith("的"):
                break
            elif line.endswith(SENTENCE_END) or mark_of(line) or len(title + line) > LONGEST_TITLE:
                raise DocumentError(
                    self.at + 1, _("这里还没读到标题。标题要单独成行，以“通知”“意见”“办法”等结尾。")
                )
            else:
                title += line
                self._take("title")
        if not self._title_complete(title):
            raise DocumentError(
                min(started + 1, len(self.lines)), _("没有找到标题。标题要以“通知”“意见”“办法”等结尾。")
            )
        return title

    def _title_complete(self, title: str) -> bool:
        return bool(TITLE_END.search(title)) and title.count("《") == title.count("》")

    def _number_line(self, line: str) -> bool:
        """Take a line that holds the document number, alone or within （…公布）."""
        if self.number is None and LOOKS_LIKE_NUMBER.search(line):
            try:
                self.number = parse_document_number(line)
            except Refused as refusal:
                raise DocumentError(self.at + 1, refusal.message) from None
            self._take("number")
            return True
        if line.startswith("（") and line.endswith("）") and date_within(line, self.at + 1):
            self.written_on = self.written_on or date_within(line, self.at + 1)
            inside = re.search(
                r"[\u4e00-\u9fa5]+(?:令第?[0-9]+号|〔[0-9]{4}〕[0-9]+号)", re.sub(r"^.*?日", "", line)
            )
            if self.number is None and inside:
                self.number = parse_document_number(inside.group())
            self._take("published")
            return True
        return False

    def _addressees(self) -> str:
        self._skip_blank()
        if self.at < len(self.lines):
            line = self.bare[self.at]
            if line.endswith(("：", ":")) and not mark_of(line):
                self._take("addressees")
                return line
        return ""

    def _date_line(self) -> int | None:
        for index in range(self.at, len(self.lines)):
            found = date_of(self.bare[index], index + 1)
            if found:
                self.written_on = found
                return index
        return None

    def _signature(self, end: int | None) -> int:
        """The index of the first line of the signature above the date; without one, all lines."""
        if end is None:
            return len(self.lines)
        first = end
        while first - 1 >= self.at:
            line = self.bare[first - 1]
            if line and (mark_of(line) or line.startswith("（") or not SIGNATURE.fullmatch(line)):
                break
            first -= 1
        while first < end and not self.bare[first]:
            first += 1
        return first

    def _part_title(self) -> str:
        self._skip_blank()
        title = ""
        while self.at < len(self.lines):
            line = self.bare[self.at]
            if not line or mark_of(line) or line.endswith(SENTENCE_END) or len(title + line) > LONGEST_TITLE:
                break
            title += line
            self._take("part_title")
        return title

    def _body(self, end: int, last: dict[str, int]) -> None:
        """Paragraphs and numbered lines up to `end`; `last` holds the running numbers."""
        place: dict[str, int] = {}
        while self.at < end:
            line = self.bare[self.at]
            mark = mark_of(line)
            if not line:
                self._take("blank")
            elif line.startswith(("附件：", "附件:")):
                self._take("attachment", body=line)
            elif re.sub(r"[\s　]", "", line) == "目录":
                self._contents(end)
            elif mark is None or (mark.kind == "second" and "article" in place):
                self._take("paragraph", body=line, units=units_of(line, self.at + 1))
            else:
                self._check_order(mark, last)
                place[mark.kind] = mark.ordinal
                self._numbered(mark, place)

    def _contents(self, end: int) -> None:
        """The table of contents some measures print before the text; the page makes its own."""
        self._take("contents")
        begun = False
        while self.at < end:
            mark = mark_of(self.bare[self.at])
            if self.bare[self.at] and (mark is None or mark.kind not in {"chapter", "section"}):
                break
            if mark is not None and (mark.kind, mark.ordinal) == ("chapter", 1):
                if begun:
                    break
                begun = True
            self._take("contents" if self.bare[self.at] else "blank")

    def _check_order(self, mark: Mark, last: dict[str, int]) -> None:
        expected = last.get(mark.kind, 0) + 1
        again = mark.kind == "item" and mark.ordinal == 1
        if mark.ordinal != expected and not again:
            raise DocumentError(
                self.at + 1,
                _("编号是“%(printed)s”，按顺序应是第 %(expected)s 个。请核对有没有漏行。")
                % {"printed": mark.printed.strip(), "expected": expected},
            )
        last[mark.kind] = mark.ordinal
        last.pop(RESETS.get(mark.kind, ""), None)

    def _numbered(self, mark: Mark, place: dict[str, int]) -> None:
        line = self.at + 1
        heading, body = ("", mark.rest) if mark.kind == "article" else split_heading(mark.rest)
        if not mark.rest.strip():
            raise DocumentError(
                line,
                _("“%(printed)s”后面没有内容。请补上，或删去这一行。") % {"printed": mark.printed.strip()},
            )
        self._take(
            mark.kind,
            level=HEADINGS.get(mark.kind, 3),
            anchor=self._anchor(mark, place),
            number=mark.printed.strip(),
            heading=heading,
            body=body,
            units=units_of(mark.rest, line),
        )

    def _anchor(self, mark: Mark, place: dict[str, int]) -> str:
        first, second = place.get("first", 0), place.get("second", 0)
        names = {
            "chapter": f"c{mark.ordinal}",
            "section": f"c{place.get('chapter', 0)}-{mark.ordinal}",
            "article": f"a{mark.ordinal}",
            "first": f"s{mark.ordinal}",
            "second": f"s{first}-{mark.ordinal}",
            "item": f"item{mark.ordinal}",
        }
        anchor = names[mark.kind]
        if anchor in self.anchors and mark.kind == "item":
            anchor = f"s{first}-{second}-item{mark.ordinal}"
        while anchor in self.anchors:
            anchor = f"b-{anchor}"
        self.anchors.add(anchor)
        return anchor

    def _notice(self, title: str, addressees: str, signed: str, part_title: str) -> Notice:
        if self.number is None:
            raise DocumentError(1, _("没有找到文号。请在标题前面单独写一行，如“潭县政办发〔2021〕11号”。"))
        if self.written_on is None:
            raise DocumentError(len(self.lines), _("没有找到成文日期。请单独写一行，如“2021年11月15日”。"))
        if not any(block.kind == "paragraph" or block.anchor for block in self.blocks):
            raise DocumentError(len(self.lines), _("只有标题，没有正文。请补上正文。"))
        before, about = title.partition("关于")[:2]
        ordered_by = self.number.agency if self.number.kind == "order" else ""
        issuer = re.sub(r"[\s　]+", "、", before if about and len(before) >= 2 else ordered_by or signed)
        if not issuer:
            raise DocumentError(len(self.lines), _("看不出发文机关。请在日期上面单独写一行发文机关。"))
        return Notice(issuer, self.number, title, addressees, self.written_on, part_title, self.blocks)
