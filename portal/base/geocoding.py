"""Asking a map service where an address lies. Off by default: an address is personal data that leaves the house."""

from django.conf import settings
from django.utils.translation import gettext as _
from geopy.exc import GeopyError
from geopy.geocoders import BaiduV3

from portal.base.geo import LatLng, bd_to_wgs
from portal.base.refused import Refused

TIMEOUT_SECONDS = 8


def may_ask() -> bool:
    """Whether the site has a key to ask with."""
    return bool(settings.BAIDU_MAP_KEY)


def find(address: str) -> LatLng:
    """The WGS-84 position of an address. Never call it inside a transaction.

    Refused: lookup_off, lookup_failed, lookup_nothing.
    """
    if not may_ask():
        raise Refused("lookup_off", _("没有开通按地址查位置"))
    try:
        found = BaiduV3(settings.BAIDU_MAP_KEY, timeout=TIMEOUT_SECONDS).geocode(address)
    except GeopyError as error:
        raise Refused("lookup_failed", _("地图服务没有答复。请在图上点，或按村定位")) from error
    if found is None:
        raise Refused("lookup_nothing", _("地图上查不到这个地址。请在图上点，或按村定位"))
    return bd_to_wgs(found.latitude, found.longitude)
