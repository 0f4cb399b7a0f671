"""The tiles of the home page: a difficulty in plain words, and the clause that answers it."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Tile:
    """A difficulty: its picture, its words, and what the heading of the fitting clause holds."""

    icon: str
    title: Any
    text: Any
    heading: str


TILES = [
    Tile("bowl", _("生活费不够"), _("收入低于低保标准的家庭，按差额发低保金。"), "基本生活救助制度"),
    Tile(
        "care", _("年老、残疾，没人照料"), _("特困人员供养：管基本生活，也有人上门照料。"), "创新社会救助方式"
    ),
    Tile("clinic", _("看病花钱多"), _("资助参加医保，紧急时先救治、后收费。"), "医疗救助"),
    Tile("book", _("孩子上学困难"), _("助学金、生活补助，还可送教上门。"), "教育救助"),
    Tile("house", _("房子破旧、没房住"), _("危房改造优先，住房有难处可以说。"), "住房救助"),
    Tile("work", _("找不到活干"), _("职业介绍、公益性岗位。"), "就业救助"),
    Tile("rain", _("遭了灾"), _("应急救助、过渡期生活救助。"), "受灾人员救助"),
    Tile("alarm", _("突然遇到大难"), _("临时救助：乡镇有备用金，可以先给。"), "临时救助"),
]


def featured(policies: list[Any], chosen: int | None, county: str) -> Any:
    """The document the tiles lead to: the editors' choice, else the county's own newest, else the newest."""
    ranked = sorted(policies, key=lambda page: (page.pk != chosen, not page.issuer.startswith(county)))
    return ranked[0] if ranked else None


def tiles(policy: Any, url: str) -> list[dict[str, Any]]:
    """Each tile whose clause the policy has, with its address; none without a policy."""
    if policy is None:
        return []
    clauses = list(policy.clauses.exclude(anchor="").values_list("heading", "anchor"))
    shown = []
    for tile in TILES:
        anchor = next((anchor for heading, anchor in clauses if tile.heading in heading), "")
        if anchor:
            shown.append({"tile": tile, "url": f"{url}#{anchor}"})
    return shown
