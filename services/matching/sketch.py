"""Where the need and the suggested providers are: a drawing on village-group level, never a door."""

import math
from dataclasses import dataclass, replace

from services.matching.candidates import Candidate

WIDTH, HEIGHT, MARGIN = 300, 210, 26
RING_KM = 3.0


@dataclass(frozen=True)
class Pin:
    """One provider on the drawing. `anchor` keeps its name inside the frame."""

    number: int
    name: str
    x: float
    y: float
    label_x: float
    anchor: str
    dash: str

    @property
    def text_y(self) -> float:
        """The base line of number and name."""
        return self.y + 5


@dataclass(frozen=True)
class Drawing:
    """The need in the middle, the ring of three kilometres, and the pins."""

    x: float
    y: float
    ring: float
    pins: list[Pin]


DASHES = ["", "5 4", "2 4", "8 3 2 3", "1 3"]


def draw(place: tuple[float, float] | None, shown: list[Candidate]) -> Drawing | None:
    """The drawing for these candidates; None where the need's place is not known."""
    if place is None:
        return None
    located = [
        (one, _km_from(place, (one.provider.lat, one.provider.lng)))
        for one in shown
        if one.distance_km is not None and one.provider.lat is not None and one.provider.lng is not None
    ]
    if not located:
        return None
    widest = max([abs(east) / (WIDTH / 2 - MARGIN) for _one, (east, _n) in located] + [0])
    highest = max([abs(north) / (HEIGHT / 2 - MARGIN) for _one, (_e, north) in located] + [0])
    km_a_unit = max(widest, highest, RING_KM / (HEIGHT / 2 - MARGIN))
    x, y = WIDTH // 2, HEIGHT // 2
    pins = [_pin(one, x + east / km_a_unit, y - north / km_a_unit) for one, (east, north) in located]
    return Drawing(x, y, round(RING_KM / km_a_unit, 1), _apart(pins))


def _km_from(origin: tuple[float, float], point: tuple[float, float]) -> tuple[float, float]:
    """Kilometres east and north, flat: good to a hundredth within a county."""
    east = (point[1] - origin[1]) * 111.32 * math.cos(math.radians(origin[0]))
    return east, (point[0] - origin[0]) * 110.6


def _pin(one: Candidate, x: float, y: float) -> Pin:
    right = x <= WIDTH / 2 + 20
    return Pin(
        number=one.rank,
        name=short_name(one.provider.name),
        x=round(x, 1),
        y=round(y, 1),
        label_x=round(x + 15 if right else x - 15, 1),
        anchor="start" if right else "end",
        dash=DASHES[(one.rank - 1) % len(DASHES)],
    )


def _apart(pins: list[Pin]) -> list[Pin]:
    """Pins on one spot are moved to the nearest free row, so that each number can be read."""
    placed: list[Pin] = []
    for pin in pins:
        rows = sorted(range(14, HEIGHT - 12, 6), key=lambda y: abs(y - pin.y))
        free = (y for y in [pin.y, *rows] if not any(_touch(pin.x, y, other) for other in placed))
        placed.append(replace(pin, y=next(free, pin.y)))
    return placed


def _touch(x: float, y: float, other: Pin) -> bool:
    return abs(x - other.x) < 24 and abs(y - other.y) < 24


def short_name(name: str) -> str:
    """Up to six characters, without what stands in brackets."""
    return name.split("（")[0][:6]
