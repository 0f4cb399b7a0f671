"""A share of the matrix: every cell of some routes for some personas, and what the log said meanwhile."""

import logging
from collections.abc import Iterable

from tests.matrix.engine import _SECRET, Findings, Matrix
from tests.matrix.expectations import LINES

PARTS = 8
# The personas that hold a post; the other half are partners and strangers.
OFFICES = frozenset(
    [
        "village-gucheng",
        "village-luohan",
        "township-shitan",
        "township-huashi",
        "bureau",
        "inspector",
        "editor",
        "sysadmin",
        "finance",
        "department-yibao",
    ]
)


class _Kept(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


def part(number: int) -> list[str]:
    """The names of a share of the routes."""
    return sorted(LINES)[number::PARTS]


def run_part(matrix: Matrix, number: int, personas: Iterable[str]) -> tuple[Findings, list[str]]:
    """What was found, and the lines of the log that hold a secret."""
    kept = _Kept()
    logging.getLogger().addHandler(kept)
    try:
        found = matrix.run(part(number), sorted(personas))
    finally:
        logging.getLogger().removeHandler(kept)
    return found, [line for line in kept.lines if _SECRET.search(line)]
