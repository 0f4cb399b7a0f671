"""What every page's frame needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.functional import SimpleLazyObject

from portal.base.names import county_name, site_name, sponsor_name
from portal.navigation import desk_area, emergencies, tabs, worn_as


def frame(request: HttpRequest) -> dict[str, Any]:
    """Names of the site and its sponsor, and the display choices of this reader."""
    size = request.COOKIES.get("size", "")
    return {
        "site_name": site_name(),
        "county_name": county_name(),
        "sponsor_name": sponsor_name(),
        "demo_site": settings.DEMO_SITE,
        "display_size": size if size in {"l", "xl"} else "",
        "display_theme": "contrast" if request.COOKIES.get("theme") == "contrast" else "",
        # Asked only by the frames that show them.
        "tabs": SimpleLazyObject(lambda: tabs(request)),
        "desk_area": SimpleLazyObject(lambda: desk_area(request)),
        "worn_as": SimpleLazyObject(lambda: worn_as(request)),
        "emergencies": SimpleLazyObject(lambda: emergencies(request)),
        "desk_url": reverse_lazy("portal:landing"),
    }
