"""The county's outline: whether a position can be in the county."""

import json
from functools import cache
from pathlib import Path

from shapely import contains_xy, prepare
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

OUTLINE = Path(__file__).resolve().parent.parent / "data" / "county.geojson"
# The outline is coarse (202 points): about two kilometres of grace, in degrees.
MARGIN = 0.02


@cache
def _with_margin() -> BaseGeometry:
    area = shape(json.loads(OUTLINE.read_text())["geometry"]).buffer(MARGIN)
    prepare(area)
    return area


def may_lie_in_county(lat: float, lng: float) -> bool:
    """Whether a WGS-84 position lies in the county or within the margin around it."""
    return bool(contains_xy(_with_margin(), lng, lat))
