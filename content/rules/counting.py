"""Where an upper layer says how many households a change of the figures touches; this room knows no household.

`services` registers its count in its app's `ready`, through `content.rules.queries`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from content.rules.figures import Figures, figures_of
from content.rules.models import Standard


@dataclass(frozen=True)
class Step:
    """The figures on the day a change begins: as they would be without it, and with it."""

    kind: str
    area: str
    on: date
    without: tuple[Standard, ...]
    within: tuple[Standard, ...]

    def figures(self, area: str) -> tuple[Figures, Figures]:
        """For a place (a region's code): before and after."""
        return figures_of(self.without, self.on, area), figures_of(self.within, self.on, area)


_counts: list[Callable[[Step], int]] = []


def register_count(count: Callable[[Step], int]) -> None:
    """Make a count of affected households known; called once by the upper app's `ready`."""
    _counts.append(count)


def counts() -> list[Callable[[Step], int]]:
    """All counts that were registered."""
    return list(_counts)
