"""The county as a plain drawing: its outline, the towns whose place is known, and where a pin stands.

One unit of the drawing is one metre, east and south of the outline's north-west corner; close enough to
the truth for a pin (a tenth of a per cent over the county's width).
"""

import json
import math
from dataclasses import dataclass
from functools import cache
from typing import Any

from partners.models import Region
from partners.network.outline import OUTLINE

METRES_A_DEGREE = 111_320.0
WINDOW_M = 16_000
NEAR_M = 5_000


@dataclass(frozen=True)
class Frame:
    """What turns degrees into units of the drawing; the script reads the same numbers."""

    west: float
    north: float
    east_m: float
    north_m: float
    width: int
    height: int

    def point(self, lat: float, lng: float) -> tuple[int, int]:
        """Units east and south of the corner."""
        return round((lng - self.west) * self.east_m), round((self.north - lat) * self.north_m)


@dataclass(frozen=True)
class Dot:
    """A named point of the drawing."""

    x: int
    y: int
    name: str


@dataclass(frozen=True)
class CountyMap:
    """What the template draws. Sizes of text and dots follow the window, so that they look the same at any zoom."""

    frame: Frame
    outline: str
    view: str
    unit: int
    towns: list[Dot]
    pin: Dot | None


def _rings() -> list[list[list[float]]]:
    geometry = json.loads(OUTLINE.read_text())["geometry"]
    areas = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [ring for area in areas for ring in area]


@cache
def frame() -> Frame:
    """The frame of the county."""
    points = [point for ring in _rings() for point in ring]
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    east_m = METRES_A_DEGREE * math.cos(math.radians((south + north) / 2))
    return Frame(
        west,
        north,
        east_m,
        METRES_A_DEGREE,
        round((east - west) * east_m),
        round((north - south) * METRES_A_DEGREE),
    )


@cache
def _outline() -> str:
    parts = []
    for ring in _rings():
        steps = [frame().point(lat, lng) for lng, lat, *_more in ring]
        parts.append("M" + "L".join(f"{x} {y}" for x, y in steps) + "Z")
    return "".join(parts)


def county_map(around: tuple[float, float] | None, pin: tuple[float, float] | None) -> CountyMap:
    """The drawing round a point (the whole county without one), with a pin where a position is known."""
    drawn = frame()
    if pin is not None or around is not None:
        middle = drawn.point(*(pin or around))  # type: ignore[misc]
        side = NEAR_M if pin is not None else WINDOW_M
        view = (middle[0] - side // 2, middle[1] - side // 2, side, side)
    else:
        side = max(drawn.width, drawn.height)
        view = (-side // 50, -side // 50, drawn.width + side // 25, drawn.height + side // 25)
    towns = [
        Dot(*drawn.point(town.lat, town.lng), str(town))
        for town in Region.objects.filter(level="township").order_by("path")
        if town.lat is not None and town.lng is not None
    ]
    return CountyMap(
        frame=drawn,
        outline=_outline(),
        view=" ".join(str(number) for number in view),
        unit=max(1, max(view[2], view[3]) // 100),
        towns=towns,
        pin=Dot(*drawn.point(*pin), "") if pin is not None else None,
    )


def point_of(region: Region | None) -> tuple[float, float] | None:
    """The known middle of a place, or of the next one above that has any."""
    step: Any = region
    while step is not None:
        if step.lat is not None and step.lng is not None:
            return step.lat, step.lng
        step = step.parent
    return None
