"""Places on the earth: WGS-84 inside, the datums of Chinese maps at the edge, distances.

GCJ-02 (高德, 腾讯) and BD-09 (百度) by the published formulas; the inverse is iterated, because one
step is up to 2.8 m wrong in our county. Points are (latitude, longitude) in degrees.
"""

import json
import math
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from geopy.distance import geodesic
from numpy.typing import ArrayLike, NDArray
from shapely.geometry import Point, shape
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

LatLng = tuple[float, float]

EARTH_RADIUS_M = 6_371_008.8
_AXIS = 6378245.0
_ECCENTRICITY = 0.00669342162296594323
_BD_TURN = math.pi * 3000 / 180


def in_china(lat: float, lng: float) -> bool:
    """Whether the shifted datums apply here at all (a rough box, as all implementations have it)."""
    return 0.8293 <= lat <= 55.8271 and 72.004 <= lng <= 137.8347


def wgs_to_gcj(lat: float, lng: float) -> LatLng:
    """WGS-84 to GCJ-02; outside China nothing changes."""
    if not in_china(lat, lng):
        return lat, lng
    x, y, pi = lng - 105, lat - 35, math.pi
    waves = (20 * math.sin(6 * x * pi) + 20 * math.sin(2 * x * pi)) * 2 / 3
    d_lat = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x)) + waves
    d_lat += (20 * math.sin(y * pi) + 40 * math.sin(y / 3 * pi)) * 2 / 3
    d_lat += (160 * math.sin(y / 12 * pi) + 320 * math.sin(y / 30 * pi)) * 2 / 3
    d_lng = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x)) + waves
    d_lng += (20 * math.sin(x * pi) + 40 * math.sin(x / 3 * pi)) * 2 / 3
    d_lng += (150 * math.sin(x / 12 * pi) + 300 * math.sin(x / 30 * pi)) * 2 / 3
    sine = math.sin(math.radians(lat))
    bend = 1 - _ECCENTRICITY * sine * sine
    lat_metres = math.radians(_AXIS * (1 - _ECCENTRICITY) / (bend * math.sqrt(bend)))
    lng_metres = math.radians(_AXIS / math.sqrt(bend) * math.cos(math.radians(lat)))
    return lat + d_lat / lat_metres, lng + d_lng / lng_metres


def gcj_to_wgs(lat: float, lng: float) -> LatLng:
    """GCJ-02 to WGS-84, iterated to a millionth of a metre."""
    if not in_china(lat, lng):
        return lat, lng
    guess_lat, guess_lng = lat, lng
    for _round in range(8):
        there_lat, there_lng = wgs_to_gcj(guess_lat, guess_lng)
        guess_lat -= there_lat - lat
        guess_lng -= there_lng - lng
    return guess_lat, guess_lng


def gcj_to_bd(lat: float, lng: float) -> LatLng:
    """GCJ-02 to BD-09; outside China nothing changes."""
    if not in_china(lat, lng):
        return lat, lng
    length = math.hypot(lng, lat) + 0.00002 * math.sin(lat * _BD_TURN)
    angle = math.atan2(lat, lng) + 0.000003 * math.cos(lng * _BD_TURN)
    return length * math.sin(angle) + 0.006, length * math.cos(angle) + 0.0065


def bd_to_gcj(lat: float, lng: float) -> LatLng:
    """BD-09 to GCJ-02 by the published inverse; right to 0.12 m."""
    if not in_china(lat, lng):
        return lat, lng
    x, y = lng - 0.0065, lat - 0.006
    length = math.hypot(x, y) - 0.00002 * math.sin(y * _BD_TURN)
    angle = math.atan2(y, x) - 0.000003 * math.cos(x * _BD_TURN)
    return length * math.sin(angle), length * math.cos(angle)


def wgs_to_bd(lat: float, lng: float) -> LatLng:
    """WGS-84 to BD-09."""
    return gcj_to_bd(*wgs_to_gcj(lat, lng))


def bd_to_wgs(lat: float, lng: float) -> LatLng:
    """BD-09 to WGS-84."""
    return gcj_to_wgs(*bd_to_gcj(lat, lng))


def haversine_m(one: LatLng, other: LatLng) -> float:
    """Metres between two points on a sphere; for rules such as a geofence."""
    lat1, lng1, lat2, lng2 = (math.radians(value) for value in (*one, *other))
    chord = math.sin((lat2 - lat1) / 2) ** 2
    chord += math.cos(lat1) * math.cos(lat2) * math.sin((lng2 - lng1) / 2) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, chord)))


def haversine_many(lat1: ArrayLike, lng1: ArrayLike, lat2: ArrayLike, lng2: ArrayLike) -> NDArray[np.float64]:
    """The same for arrays that broadcast against each other."""
    a_lat, a_lng, b_lat, b_lng = (
        np.radians(np.asarray(values, dtype=np.float64)) for values in (lat1, lng1, lat2, lng2)
    )
    chord = np.sin((b_lat - a_lat) / 2) ** 2
    chord = chord + np.cos(a_lat) * np.cos(b_lat) * np.sin((b_lng - a_lng) / 2) ** 2
    return 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(1.0, chord)))


def distance_km_text(one: LatLng, other: LatLng) -> str:
    """The straight distance for people: 3.2 公里, and metres in tens below one kilometre."""
    metres = geodesic(one, other).meters
    if metres < 995:
        return _("%(metres)d 米") % {"metres": round(metres / 10) * 10}
    return _("%(km)s 公里") % {"km": f"{metres / 1000:.1f}"}


def outline(geojson: str | dict[str, Any]) -> BaseGeometry:
    """The shape of a GeoJSON geometry, feature or collection of features."""
    data = json.loads(geojson) if isinstance(geojson, str) else geojson
    if data["type"] == "FeatureCollection":
        return unary_union([shape(feature["geometry"]) for feature in data["features"]])
    return shape(data["geometry"] if data["type"] == "Feature" else data)


def inside(area: BaseGeometry | str | dict[str, Any], lat: float, lng: float) -> bool:
    """Whether a point lies in an area or on its edge. For many points make the `outline` once."""
    geometry = area if isinstance(area, BaseGeometry) else outline(area)
    return bool(geometry.covers(Point(lng, lat)))
