"""Places among the results: townships, villages, and the agencies and stations one may ask."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from content.search.asking import Term
from content.search.folding import fold
from partners.memberships.queries import providers_at_work
from partners.memberships.who import office_of, public_places
from partners.network.models import Region, RegionLevel
from partners.vetting.directory import listed
from portal.base.dates import in_english

MOST_PLACES = 6
# What people add when they look for whom to ask, rather than for a text.
ASKING = ("村里有事找谁", "找谁", "窗口", "哪里办", "在哪办", "电话", "地址")


@dataclass(frozen=True)
class Place:
    """A place with the page that says whom to ask there."""

    name: str
    above: str
    url: str
    phone: str = ""


def _spellings(key: str) -> set[str]:
    """A sort key of syllables with tones, as one types it: whole, and by first letters."""
    syllables = ["".join(c for c in part if c.isalpha()) for part in fold(key).split()]
    return {"".join(syllables), "".join(part[:1] for part in syllables)} - {""}


def _names(terms: Sequence[Term]) -> list[str]:
    return [term.typed for term in terms]


def _fits(words: list[str], name: str, own: str, key: str, english: str) -> bool:
    """Whether each word stands in the full name, one of them in the place's own, or spells it in letters."""
    spelt = _spellings(key)
    known = [word in name or word in english or word in spelt for word in words]
    mine = [
        len(word) > 1 and (word in own or own in word or word in english or word in spelt) for word in words
    ]
    return all(known) and any(mine)


def regions(terms: Sequence[Term], at: datetime) -> list[Place]:
    """Townships and villages of that name, the township before its villages; none for the county."""
    words, found = _names(terms), []
    for region in public_places(at):
        above = region.parent
        if above is None or not words:
            continue
        own = fold(region.name)
        name = own if region.level == RegionLevel.TOWNSHIP else fold(above.name) + own
        if _fits(words, name, own, region.name_key, fold(region.name_en)):
            found.append(region)
    found.sort(key=lambda region: (fold(region.name) not in words, len(region.path), region.path))
    return [_place(region) for region in found[:MOST_PLACES]]


def _place(region: Region) -> Place:
    above = str(region.parent) if region.level == RegionLevel.VILLAGE else ""
    return Place(str(region), above, reverse("who_in", args=[region.code]), office_of(region).phone)


def providers(terms: Sequence[Term], at: datetime) -> list[Place]:
    """Agencies and stations of that name which may be asked at the moment; standing is asked only where a name fits."""
    words = _names(terms)
    named = {
        no
        for no, name, key in providers_at_work().prefetch_related(None).values_list("no", "name", "name_key")
        if words and _fits(words, fold(name), fold(name), key, "")
    }
    found = [one.row for one in listed(at) if one.row.no in named] if named else []
    return [Place(row.name, "", reverse("provider", args=[row.no])) for row in found[:MOST_PLACES]]


def whom_to_ask(asked: Any) -> Place | None:
    """The page that leads to everybody's village, for who asks where to go."""
    if any(word in term.typed for term in asked.terms for word in ASKING) or (
        in_english() and any(term.typed in {"who", "where", "phone", "office"} for term in asked.terms)
    ):
        return Place(_("村里有事找谁"), "", reverse("who"))
    return None
