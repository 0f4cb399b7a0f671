"""Datums and distances against published vectors and a second implementation."""

import json
import random

import numpy as np
import prcoords
import pytest
from geopy.distance import geodesic

from portal.base import geo

COUNTY_BOX = (27.33, 28.08, 112.42, 113.05)


def county_points(count: int) -> list[geo.LatLng]:
    """Points spread over the county's box, the same in every run."""
    dice = random.Random(430321)
    south, north, west, east = COUNTY_BOX
    return [(dice.uniform(south, north), dice.uniform(west, east)) for _ in range(count)]


@pytest.mark.parametrize(
    ("wgs", "gcj"),
    [
        ((31.1774276, 121.5272106), (31.17530398364597, 121.531541859215)),
        ((22.543847, 113.912316), (22.540796131694766, 113.9171764808363)),
        ((39.911954, 116.377817), (39.91334545536069, 116.38404722455657)),
        ((39.915, 116.404), (39.91640428150164, 116.41024449916938)),
        ((27.76544, 112.92683), (27.76197498, 112.93222113)),
        ((27.55551, 112.92332), (27.55205615, 112.92868971)),
    ],
)
def test_wgs_to_gcj_gives_the_published_values_and_comes_back(wgs, gcj):
    assert geo.wgs_to_gcj(*wgs) == pytest.approx(gcj, abs=1e-6)
    assert geo.gcj_to_wgs(*geo.wgs_to_gcj(*wgs)) == pytest.approx(wgs, abs=1e-10)


@pytest.mark.parametrize(
    ("gcj", "bd"),
    [
        ((39.915, 116.404), (39.92133699351021, 116.41036949371029)),
        ((27.76197498, 112.93222113), (27.76825062, 112.93867005)),
    ],
)
def test_gcj_to_bd_gives_the_published_values(gcj, bd):
    assert geo.gcj_to_bd(*gcj) == pytest.approx(bd, abs=1e-7)


def test_bd_to_gcj_gives_the_published_values():
    assert geo.bd_to_gcj(39.915, 116.404) == pytest.approx((39.90865673957631, 116.39762729119315), abs=1e-9)


@pytest.mark.parametrize(
    ("bd", "wgs"),
    [
        ((29.199786, 120.019809), (29.196131605295484, 120.00877901149691)),
        ((29.210504, 120.036455), (29.206795749156136, 120.0253853970846)),
    ],
)
def test_bd_to_wgs_is_near_the_vectors_made_with_a_simpler_wobble(bd, wgs):
    """Their source takes the sine of y·π where Baidu's formula has y·π·3000/180: up to 42 m apart."""
    assert geo.haversine_m(geo.bd_to_wgs(*bd), wgs) < 45
    assert geo.haversine_m(geo.bd_to_wgs(*bd), tuple(prcoords.bd_wgs(bd))) < 3


def test_outside_china_nothing_moves():
    london = (51.5, -0.12)
    for convert in (
        geo.wgs_to_gcj,
        geo.gcj_to_wgs,
        geo.gcj_to_bd,
        geo.bd_to_gcj,
        geo.wgs_to_bd,
        geo.bd_to_wgs,
    ):
        assert convert(*london) == london


def test_over_the_county_the_second_implementation_agrees_and_round_trips_are_exact():
    for point in county_points(500):
        assert geo.wgs_to_gcj(*point) == pytest.approx(tuple(prcoords.wgs_gcj(point)), abs=1e-9)
        assert geo.wgs_to_bd(*point) == pytest.approx(tuple(prcoords.wgs_bd(point)), abs=1e-9)
        assert 600 < geo.haversine_m(point, geo.wgs_to_gcj(*point)) < 700
        assert geo.haversine_m(geo.gcj_to_wgs(*geo.wgs_to_gcj(*point)), point) < 1e-5
        assert geo.haversine_m(geo.bd_to_wgs(*geo.wgs_to_bd(*point)), point) < 0.2


def test_the_sphere_is_close_to_the_ellipsoid_and_numpy_to_the_single_sum():
    points = county_points(60)
    here = (27.76544, 112.92683)
    lats, lngs = np.array(points).T
    many = geo.haversine_many(*here, lats, lngs)
    for point, metres in zip(points, many, strict=True):
        assert metres == pytest.approx(geo.haversine_m(here, point), rel=1e-9)
        assert metres == pytest.approx(geodesic(here, point).meters, rel=0.006)
    assert geo.haversine_many(lats[:, None], lngs[:, None], lats, lngs).shape == (60, 60)
    assert geo.haversine_m(here, here) == 0


@pytest.mark.parametrize(
    ("other", "text"),
    [
        ((27.76544, 112.92683), "0 米"),
        ((27.76644, 112.92683), "110 米"),
        ((27.77544, 112.92683), "1.1 公里"),
        ((27.55551, 112.92332), "23.3 公里"),
    ],
)
def test_a_distance_is_told_in_metres_or_kilometres(other, text):
    assert geo.distance_km_text((27.76544, 112.92683), other) == text


SQUARE = {
    "type": "Polygon",
    "coordinates": [[[112.0, 27.0], [113.0, 27.0], [113.0, 28.0], [112.0, 28.0], [112.0, 27.0]]],
}


@pytest.mark.parametrize(
    "area",
    [
        SQUARE,
        json.dumps(SQUARE),
        {"type": "Feature", "properties": {}, "geometry": SQUARE},
        {
            "type": "FeatureCollection",
            "features": [{"type": "Feature", "properties": {}, "geometry": SQUARE}],
        },
        geo.outline(SQUARE),
    ],
)
def test_a_point_is_inside_or_on_the_edge_or_outside(area):
    assert geo.inside(area, 27.5, 112.5) is True
    assert geo.inside(area, 27.0, 112.5) is True
    assert geo.inside(area, 112.5, 27.5) is False
    assert geo.inside(area, 28.5, 112.5) is False
