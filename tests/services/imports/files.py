"""Small registers as files."""

import csv
import io

from openpyxl import Workbook

from portal.base.identifiers import id_check_character

HEADER = ["姓名", "身份证号", "村", "门牌地址", "联系电话", "供养方式", "纳入时间"]


def number(serial: int, born: str = "19480302") -> str:
    """An ID number with a right check digit."""
    body = f"430321{born}{serial % 1000:03d}"
    return body + id_check_character(body)


def person(serial: int, village: str, name: str = "周桂英", **more: str) -> dict[str, str]:
    """One right row."""
    row = {
        "姓名": name,
        "身份证号": number(serial),
        "村": village,
        "门牌地址": f"{serial}号",
        "联系电话": f"1390731{serial:04d}",
        "供养方式": "分散供养",
        "纳入时间": "2021-11-15",
    }
    return row | more


def as_csv(rows: list[dict[str, str]], header: list[str] | None = None, encoding: str = "utf-8-sig") -> bytes:
    """The rows as a CSV file."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, header or list(dict.fromkeys(key for row in rows for key in row)) or HEADER)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def as_xlsx(rows: list[list]) -> bytes:
    """The rows as the first sheet of a workbook."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
