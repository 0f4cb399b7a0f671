"""The parts of the vetting desk, as tabs above each of its lists."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partners.vetting.access import CHECK, DECIDE
from portal.permissions.hats import places_for

PARTS = (
    ("partners:vetting", _("申请"), (CHECK, DECIDE)),
    ("partners:papers_desk", _("材料"), (CHECK, DECIDE)),
    ("partners:partners", _("机构和志愿者"), (CHECK, DECIDE)),
    ("partners:requirements", _("准入要求"), ("partners.set_requirement",)),
)


def desk_tabs(user: Any, current: str) -> list[dict[str, Any]]:
    """The parts that this person may open."""
    return [
        {"label": label, "url": reverse(name), "current": name == current, "count": None}
        for name, label, permissions in PARTS
        if any(places_for(user, permission) for permission in permissions)
    ]
