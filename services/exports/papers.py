"""The file a list is written to: CSV with a byte order mark, as Excel wants it, or a workbook of text cells."""

import csv
import io
from typing import ClassVar, Protocol

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from services.exports.models import ExportFile
from services.imports.reading import guarded


class Paper(Protocol):
    """Takes lines and ends as bytes. No cell begins a formula."""

    content_type: ClassVar[str]

    def line(self, cells: list[str]) -> None:
        """Write one row."""

    def raw(self) -> bytes:
        """The whole file."""


class CsvPaper:
    """RFC 4180, UTF-8 with a byte order mark."""

    content_type: ClassVar[str] = "text/csv; charset=utf-8"

    def __init__(self) -> None:
        self._text = io.StringIO(newline="")
        self._writer = csv.writer(self._text)

    def line(self, cells: list[str]) -> None:
        """Write one row."""
        self._writer.writerow([guarded(cell) for cell in cells])

    def raw(self) -> bytes:
        """The whole file."""
        return self._text.getvalue().encode("utf-8-sig")


class WorkbookPaper:
    """One sheet, every cell text: numbers of papers keep their zeros, dates are not made over."""

    content_type: ClassVar[str] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    def __init__(self) -> None:
        self._book = Workbook(write_only=True)
        self._sheet = self._book.create_sheet("1")

    def line(self, cells: list[str]) -> None:
        """Write one row, without the control characters that a workbook cannot hold."""
        self._sheet.append([ILLEGAL_CHARACTERS_RE.sub("", guarded(cell)) for cell in cells])

    def raw(self) -> bytes:
        """The whole file."""
        out = io.BytesIO()
        self._book.save(out)
        return out.getvalue()


PAPERS: dict[str, type[CsvPaper] | type[WorkbookPaper]] = {
    ExportFile.CSV: CsvPaper,
    ExportFile.XLSX: WorkbookPaper,
}
