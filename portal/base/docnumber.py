"""Document numbers of official papers: 潭县政办发〔2021〕11号, 民政部令第67号 (GB/T 9704)."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from portal.base.refused import Refused

_FIRST_YEAR = 1949
_YEAR_IN_BRACKETS = re.compile(r"[\[(【〔]([0-9]+)[\])】〕](?=第?[0-9]+号$)")
_DOCUMENT = re.compile(
    r"(?P<agency>[\u4e00-\u9fa5（）]{2,20})〔(?P<year>[0-9]+)〕(?P<nth>第?)(?P<serial>[0-9]+)号"
)
_ORDER = re.compile(r"(?P<agency>[\u4e00-\u9fa5（）]{2,20})令第?(?P<serial>[0-9]+)号")


@dataclass(frozen=True)
class DocumentNumber:
    """A parsed document number. An order (令) has no year."""

    agency: str
    year: int | None
    serial: int
    kind: str

    @property
    def text(self) -> str:
        """The number as it is printed."""
        if self.kind == "order":
            return f"{self.agency}令第{self.serial}号"
        return f"{self.agency}〔{self.year}〕{self.serial}号"

    @property
    def sort_key(self) -> tuple[str, int, int]:
        """Agency, year, serial as numbers: 11号 stands before 110号 and after 9号."""
        return (self.agency, self.year or 0, self.serial)

    def __str__(self) -> str:
        return self.text


def _bare(text: str) -> str:
    """NFKC without blanks, the year in 〔〕, other brackets full-width again."""
    plain = re.sub(r"\s|\u200b|\ufeff", "", unicodedata.normalize("NFKC", text))
    plain = _YEAR_IN_BRACKETS.sub(r"〔\1〕", plain)
    return plain.replace("(", "（").replace(")", "）")


def parse_document_number(text: str, *, on: date | None = None) -> DocumentNumber:
    """Parse and tidy a document number; with `on`, a year beyond the next one is refused too.

    Refused: docnumber_form, docnumber_year, docnumber_serial.
    """
    plain = _bare(text)
    order = _ORDER.fullmatch(plain)
    if order is not None:
        return DocumentNumber(order["agency"], None, _serial(order["serial"]), "order")
    found = _DOCUMENT.fullmatch(plain)
    if found is None:
        raise Refused("docnumber_form", _("发文字号请照这样填：潭县政办发〔2021〕11号"))
    if found["nth"]:
        raise Refused("docnumber_serial", _("发文字号里不写“第”，请照这样填：〔2021〕11号"))
    latest = on.year + 1 if on else 2099
    if len(found["year"]) != 4 or not _FIRST_YEAR <= int(found["year"]) <= latest:
        raise Refused("docnumber_year", _("年份请写 4 位，照文件上的填，比如〔2021〕"))
    return DocumentNumber(found["agency"], int(found["year"]), _serial(found["serial"]), "document")


def _serial(digits: str) -> int:
    if digits.startswith("0"):
        raise Refused("docnumber_serial", _("序号前面不加 0，请把 0 去掉"))
    if len(digits) > 5:
        raise Refused("docnumber_serial", _("序号太长了，请照文件再核一遍"))
    return int(digits)
