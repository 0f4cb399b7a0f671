"""The tiles of the home page: a difficulty in plain words, and the clause that answers it."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from content.pages import plain_words


@dataclass(frozen=True)
class Tile:
    """A difficulty: its picture, its words, what the heading of the fitting clause holds, and the kind of help."""

    icon: str
    title: Any
    text: Any
    heading: str
    help_code: str


TILES = [
    Tile("bowl", _("生活费不够"), _("收入低于低保标准的家庭，按差额发低保金。"), "基本生活救助制度", "dibao"),
    Tile(
        "care",
        _("年老、残疾，没人照料"),
        _("特困人员供养：管基本生活，也有人上门照料。"),
        "创新社会救助方式",
        "tekun",
    ),
    Tile("clinic", _("看病花钱多"), _("资助参加医保，紧急时先救治、后收费。"), "医疗救助", "medical"),
    Tile("book", _("孩子上学困难"), _("助学金、生活补助，还可送教上门。"), "教育救助", "education"),
    Tile("house", _("房子破旧、没房住"), _("危房改造优先，住房有难处可以说。"), "住房救助", "housing_repair"),
    Tile("work", _("找不到活干"), _("职业介绍、公益性岗位。"), "就业救助", "employment"),
    Tile("rain", _("遭了灾"), _("应急救助、过渡期生活救助。"), "受灾人员救助", "disaster"),
    Tile("alarm", _("突然遇到大难"), _("临时救助：乡镇有备用金，可以先给。"), "临时救助", "emergency"),
]


def featured(policies: list[Any], chosen: int | None, county: str) -> Any:
    """The document the tiles lead to: the editors' choice, else the county's own newest, else the newest."""
    ranked = sorted(policies, key=lambda page: (page.pk != chosen, not page.issuer.startswith(county)))
    return ranked[0] if ranked else None


def tiles(policy: Any, url: str, request: HttpRequest | None = None) -> list[dict[str, Any]]:
    """Each tile with its guide, or else with the clause that the policy has; none without either."""
    guides = plain_words.of_help(request)
    clauses = list(policy.clauses.exclude(anchor="").values_list("heading", "anchor")) if policy else []
    shown = []
    for tile in TILES:
        anchor = next((anchor for heading, anchor in clauses if tile.heading in heading), "")
        guide = guides.get(tile.help_code)
        if guide or anchor:
            address = guide.url if guide else f"{url}#{anchor}"
            shown.append({"tile": tile, "url": address, "is_guide": bool(guide)})
    return shown
