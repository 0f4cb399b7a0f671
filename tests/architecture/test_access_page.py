"""`docs/access.md` says what the code does."""

from services.recipients.fields import FIELDS, TABLE
from tests.architecture.reading import ROOT


def rows_of(page: str) -> dict[str, list[str]]:
    """The table of the page by its first column."""
    lines = [line.strip("| ").split(" | ") for line in page.splitlines() if line.startswith("| ")]
    return {cells[0]: cells[1:] for cells in lines}


def test_the_page_and_the_code_have_one_table():
    rows = rows_of((ROOT / "docs" / "access.md").read_text())
    assert rows.pop("column") == list(FIELDS)
    assert rows == {column: [modes[field] for field in FIELDS] for column, modes in TABLE.items()}


def test_the_guard_sees_a_changed_cell():
    page = (ROOT / "docs" / "access.md").read_text().replace("| county | D ", "| county | C ")
    assert rows_of(page)["county"] != [TABLE["county"][field] for field in FIELDS]
