"""What a hat lets its wearer see, in plain words: for one's own page, and for the bar of a page."""

from collections.abc import Iterable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.permissions.hats import Hat, hats
from portal.permissions.roles import PERSONAL

# What a permission shows besides households, in the order of the page.
SIGHTS: tuple[tuple[str, str | Promise], ...] = (
    ("services.inspect_household", gettext_lazy("抽查抽中的住户，到抽查结束")),
    ("services.answer_referral", gettext_lazy("转给本部门的住户")),
    ("services.finish_visit", gettext_lazy("停用、换人或离开时正在做的那次上门，只能把它做完")),
    ("services.read_visit", gettext_lazy("上门记录")),
    ("services.receive_alert", gettext_lazy("上门时发现的情况")),
    ("partners.manage_team", gettext_lazy("本机构的人员")),
    ("partners.view_own_contract", gettext_lazy("本机构的合同")),
    ("services.view_contract", gettext_lazy("合同")),
    ("services.manage_contract", gettext_lazy("合同")),
    ("partners.check_application", gettext_lazy("报名的材料")),
    ("partners.invite_person", gettext_lazy("四级网络里谁在岗")),
    ("services.ask_emergency", gettext_lazy("紧急时的一户：写明理由，三十分钟，事后有人复核")),
    ("portal.read_audit", gettext_lazy("操作记录")),
    ("wagtailadmin.access_admin", gettext_lazy("网站的文章")),
)


def sight_lines(hat: Hat) -> list[str]:
    """What this hat shows, one line each."""
    if hat.shut_household is not None:
        return [_("近亲这一户：什么都看不到，也不能派去")]
    rules, lines = hat.rules, []
    if rules.sees_place:
        lines.append(_("%(place)s的住户") % {"place": hat.region_name})
    if rules.sees_team:
        lines.append(_("派给%(team)s、还在做的住户") % {"team": hat.region_name})
    if "services.view_household" in rules.permissions & PERSONAL and not (
        rules.sees_place or rules.sees_team
    ):
        lines.append(_("派您去的住户，从派单那天到结束"))
    lines += [str(words) for permission, words in SIGHTS if permission in rules.permissions]
    return list(dict.fromkeys(lines))


def worn_for(user: Any, permissions: Iterable[str]) -> list[Hat]:
    """The hats under which the person opens a page that asks for any of these permissions."""
    wanted = set(permissions)
    return [hat for hat in hats(user) if wanted & hat.rules.permissions]


def wears_several(user: Any) -> bool:
    """Whether the person acts in more than one capacity, so that pages have to say which."""
    return len({(hat.role, hat.region_name) for hat in hats(user) if hat.shut_household is None}) > 1


def hat_name(hat: Hat) -> str:
    """The capacity in a few words: 民生员 · 古城村."""
    return f"{hat.rules.label} · {hat.region_name}" if hat.region_name else str(hat.rules.label)
