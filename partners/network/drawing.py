"""The county as a plain drawing: its outline, and where a position stands on it.

One unit of the drawing is one metre, east and south of the outline's north-west corner; close enough to
the truth for a pin (a tenth of a per cent over the county's width).
"""

import json
import math
from dataclasses import dataclass
from functools import cache

from partners.network.outline import OUTLINE

METRES_A_DEGREE = 111_320.0


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

    def whole(self) -> tuple[int, int, int, int]:
        """The window (left, top, width, height) that shows all of the county with a margin."""
        margin = max(self.width, self.height) // 50
        return -margin, -margin, self.width + 2 * margin, self.height + 2 * margin


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
def outline_path() -> str:
    """The outline as the path of an SVG."""
    parts = []
    for ring in _rings():
        steps = [frame().point(lat, lng) for lng, lat, *_more in ring]
        parts.append("M" + "L".join(f"{x} {y}" for x, y in steps) + "Z")
    return "".join(parts)
