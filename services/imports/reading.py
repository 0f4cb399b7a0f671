"""Reading a sheet as rows of text: CSV in any of the encodings offices use, or the first sheet of an .xlsx.

Nothing here raises: what cannot be read is said in `Sheet.problems`. The limits stop bombs: bytes, rows,
columns, the length of a cell, and what a workbook unpacks to.
"""

import codecs
import csv
import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

MAX_BYTES = 30_000_000
MAX_ROWS = 200_000
MAX_COLUMNS = 100
MAX_CELL = 2_000
MAX_UNPACKED = 150_000_000
MAX_SHARED = 40_000_000
MAX_PARTS = 2_000
BLANKS_IN_A_ROW = 1_000
HEADER_WITHIN = 15

GUARDED = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20", "'")
_DELIMITERS = (",", "\t", ";", "\uff0c", "|")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What openpyxl and the archive under it raise on broken workbooks.
_BROKEN = (
    zipfile.BadZipFile, zlib.error, InvalidFileException, ParseError, DefusedXmlException, KeyError, ValueError,
    TypeError, AttributeError, IndexError, OSError, EOFError, NotImplementedError, RuntimeError, OverflowError,
)  # fmt: skip

WORDS: dict[str, Promise] = {
    "file_empty": _("文件是空的。请看看是不是选错了文件"),
    "file_large": _("文件太大。请分成几个文件，每个不超过 30 MB"),
    "file_kind": _("只收 Excel（.xlsx）和 CSV。老的 .xls 请在 Excel 里另存为 .xlsx"),
    "file_locked": _("这个 Excel 加了密码。请去掉密码再存一次"),
    "file_broken": _("文件打不开，可能没传完整。请重新存一次再传"),
    "file_bomb": _("这个 Excel 解开后太大。请只留名册那一张表，另存后再传"),
    "encoding": _("文字认不出来。请在 Excel 里另存为“CSV UTF-8”"),
    "csv_broken": _("从这一行起引号不配对，读不下去。请改好再传"),
    "rows_many": _("超过 20 万行。请分成几个文件再传"),
    "columns_many": _("这一行超过 100 列，多的没读"),
    "cell_long": _("有一格超过 2000 个字，多的没读"),
}


@dataclass(frozen=True)
class FileProblem:
    """Something of the file itself that could not be read: its code, and the line where it is known."""

    code: str
    line: int = 0

    @property
    def words(self) -> str:
        """What is wrong and how to mend it."""
        return str(WORDS[self.code])


@dataclass
class Sheet:
    """Rows of a file as they come; `problems` grow while `rows` is read."""

    kind: str = ""
    encoding: str = ""
    rows: Iterator[list[str]] = field(default_factory=lambda: iter(()))
    problems: list[FileProblem] = field(default_factory=list)

    def wrong(self, code: str, line: int = 0) -> None:
        """Note a problem, each kind once."""
        if all(each.code != code for each in self.problems):
            self.problems.append(FileProblem(code, line))


def read_sheet(raw: bytes) -> Sheet:
    """The rows of a CSV or .xlsx file; never raises."""
    sheet = Sheet()
    if not raw.strip(b"\x00 \r\n\t"):
        sheet.wrong("file_empty")
    elif len(raw) > MAX_BYTES:
        sheet.wrong("file_large")
    elif raw[:4] == b"PK\x03\x04":
        sheet.kind = "xlsx"
        sheet.rows = _workbook_rows(raw, sheet)
    elif raw[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        sheet.wrong("file_locked" if b"E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d" in raw else "file_kind")
    else:
        sheet.kind = "csv"
        text = _decoded(raw, sheet)
        if text is not None:
            sheet.rows = _text_rows(text, sheet)
    return sheet


def _decoded(raw: bytes, sheet: Sheet) -> str | None:
    for mark, encoding in _BOMS:
        if raw.startswith(mark):
            candidates: tuple[str, ...] = (encoding,)
            raw = raw[len(mark) :]
            break
    else:
        candidates = ("utf-8", "gb18030")
    for encoding in candidates:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        sheet.encoding = encoding
        return text
    sheet.wrong("encoding")
    return None


def _delimiter(text: str) -> str:
    """The separator that stands most often in the first lines."""
    head = text[:4000]
    return max(_DELIMITERS, key=head.count)


def _text_rows(text: str, sheet: Sheet) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            sheet.wrong("csv_broken", reader.line_num)
            return
        if reader.line_num > MAX_ROWS + HEADER_WITHIN:
            sheet.wrong("rows_many", reader.line_num)
            return
        yield _bounded(row, sheet, reader.line_num)


def _bounded(row: list[str], sheet: Sheet, line: int) -> list[str]:
    if len(row) > MAX_COLUMNS:
        sheet.wrong("columns_many", line)
        row = row[:MAX_COLUMNS]
    cells = [unguarded(cell) if cell[:1] == "'" else cell for cell in map(str.strip, row)]
    if max(map(len, cells), default=0) > MAX_CELL:
        sheet.wrong("cell_long", line)
        cells = [cell[:MAX_CELL] for cell in cells]
    return cells


def _workbook_rows(raw: bytes, sheet: Sheet) -> Iterator[list[str]]:
    try:
        if not _may_unpack(raw, sheet):
            return
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True, keep_links=False)
        first = book.worksheets[0]
        first.reset_dimensions()
        blanks = 0
        for line, values in enumerate(first.iter_rows(max_col=MAX_COLUMNS, values_only=True), start=1):
            if line > MAX_ROWS + HEADER_WITHIN:
                sheet.wrong("rows_many", line)
                return
            cells = [written(value) for value in values]
            blanks = 0 if any(cells) else blanks + 1
            if blanks > BLANKS_IN_A_ROW:
                return
            yield _bounded(cells, sheet, line)
    except _BROKEN:
        sheet.wrong("file_broken")
    except MemoryError:
        sheet.wrong("file_bomb")


def _may_unpack(raw: bytes, sheet: Sheet) -> bool:
    """Judge the archive by its directory; Python's zipfile never unpacks more than the directory says."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        parts = archive.infolist()
    if any(part.flag_bits & 1 for part in parts):
        sheet.wrong("file_locked")
    elif not any(part.filename == "[Content_Types].xml" for part in parts) or not any(
        part.filename.startswith("xl/") for part in parts
    ):
        sheet.wrong("file_kind")
    elif (
        len(parts) > MAX_PARTS
        or sum(part.file_size for part in parts) > MAX_UNPACKED
        or any(part.file_size > MAX_SHARED for part in parts if part.filename.endswith("sharedStrings.xml"))
    ):
        sheet.wrong("file_bomb")
    else:
        return True
    return False


def written(value: Any) -> str:
    """A cell of a workbook as somebody would have typed it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value)


def guarded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe before what could begin one."""
    return f"'{cell}" if cell.startswith(GUARDED) else cell


def unguarded(cell: str) -> str:
    """The cell without that apostrophe."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(GUARDED) else cell
