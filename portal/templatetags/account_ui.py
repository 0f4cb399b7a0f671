"""Words of one's own pages: devices, and where a hat comes from."""

from typing import Any

from django import template
from django.utils.translation import gettext, gettext_lazy

from portal.base.models import OPEN_END
from portal.permissions.hats import Hat, hats

register = template.Library()

SYSTEMS = [
    ("HarmonyOS", gettext_lazy("鸿蒙手机")),
    ("Android", gettext_lazy("安卓手机")),
    ("iPhone", gettext_lazy("苹果手机")),
    ("iPad", gettext_lazy("苹果平板")),
    ("Windows", gettext_lazy("Windows 电脑")),
    ("Mac OS", gettext_lazy("苹果电脑")),
    ("Linux", gettext_lazy("Linux 电脑")),
]
BROWSERS = [
    ("MicroMessenger", gettext_lazy("微信")),
    ("QQBrowser", gettext_lazy("QQ 浏览器")),
    ("UCBrowser", gettext_lazy("UC 浏览器")),
    ("Edg", gettext_lazy("Edge")),
    ("Firefox", gettext_lazy("火狐")),
    ("Chrome", gettext_lazy("Chrome 类浏览器")),
    ("Safari", gettext_lazy("Safari")),
]
CAUSES = {
    "kin": gettext_lazy("本人或单位登记"),
    "post": gettext_lazy("任职"),
    "membership": gettext_lazy("机构成员"),
    "volunteer": gettext_lazy("志愿者登记"),
    "visit": gettext_lazy("停用时正在上门"),
}


@register.filter
def device_words(agent: str) -> str:
    """A browser's long name of itself, as people call it."""
    found = [next((str(word) for mark, word in table if mark in agent), "") for table in (SYSTEMS, BROWSERS)]
    return " · ".join(word for word in found if word) or gettext("别的设备")


@register.filter
def cause_words(hat: Hat) -> str:
    """Where a hat comes from."""
    return str(CAUSES.get(hat.cause.partition(":")[0], ""))


@register.filter
def is_open_end(moment: Any) -> bool:
    """Whether no end is set."""
    return moment is None or moment >= OPEN_END


@register.filter
def must_keep_factor(user: Any) -> bool:
    """Whether a hat of this person demands two factors."""
    return any(hat.rules.two_factor for hat in hats(user))
