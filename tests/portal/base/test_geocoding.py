"""Asking a map service for an address: off without a key, converted from its datum, never silent."""

from types import SimpleNamespace

import pytest
from geopy.exc import GeocoderTimedOut

from portal.base import geocoding
from portal.base.geo import wgs_to_bd
from portal.base.refused import Refused


def service(answer):
    """A map service that answers this."""

    class Service:
        def __init__(self, key, timeout):
            assert key == "k"

        def geocode(self, address):
            if isinstance(answer, Exception):
                raise answer
            return answer

    return Service


def ask(monkeypatch, settings, answer, key="k"):
    settings.BAIDU_MAP_KEY = key
    monkeypatch.setattr(geocoding, "BaiduV3", service(answer))
    return geocoding.find("石潭镇古城村1号")


def test_the_answer_is_turned_into_wgs(monkeypatch, settings):
    lat, lng = wgs_to_bd(27.75, 112.85)
    found = ask(monkeypatch, settings, SimpleNamespace(latitude=lat, longitude=lng))
    assert found == pytest.approx((27.75, 112.85), abs=2e-6)


@pytest.mark.parametrize(
    ("answer", "key", "code"),
    [
        (None, "", "lookup_off"),
        (None, "k", "lookup_nothing"),
        (GeocoderTimedOut("slow"), "k", "lookup_failed"),
    ],
)
def test_no_answer_is_said(monkeypatch, settings, answer, key, code):
    with pytest.raises(Refused) as refusal:
        ask(monkeypatch, settings, answer, key)
    assert refusal.value.code == code
