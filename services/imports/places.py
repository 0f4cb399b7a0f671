"""Which village or group a row names, among the places of the importing office."""

import re
from collections import defaultdict
from datetime import date

from django.utils.translation import gettext as _

from partners.models import Region, RegionLevel
from partners.network.queries import in_subtree
from portal.base.refused import Refused
from services.imports.cells import plain

_ENDINGS = re.compile(r"(?:村民委员会|社区居民委员会|居民委员会|村委会|居委会|社区|街道|村|镇|乡)$")
_GROUP_ENDINGS = re.compile(r"(?:村民小组|小组|组)$")


def _stem(name: str) -> str:
    bare = plain(name).replace(" ", "")
    return _ENDINGS.sub("", bare) or bare


def _group_stem(name: str) -> str:
    bare = plain(name).replace(" ", "").removeprefix("第")
    return _GROUP_ENDINGS.sub("", bare) or bare


class Places:
    """The townships, villages and groups of one office by name and code, read once."""

    def __init__(self, office: Region, on: date) -> None:
        rows = list(
            Region.objects.filter(in_subtree(office.path), valid_from__lte=on, valid_to__gt=on).order_by(
                "path"
            )
        )
        self.office = office
        self.by_path = {row.path: row for row in rows}
        self.by_code = {
            row.code: row for row in rows if row.level in {RegionLevel.VILLAGE, RegionLevel.GROUP}
        }
        self.townships: dict[str, Region] = {}
        self.villages: dict[str, list[Region]] = defaultdict(list)
        self.groups: dict[tuple[str, str], Region] = {}
        for row in rows:
            if row.level == RegionLevel.TOWNSHIP:
                self.townships[_stem(row.name)] = row
            elif row.level == RegionLevel.VILLAGE:
                self.villages[_stem(row.name)].append(row)
            elif row.level == RegionLevel.GROUP:
                self.groups[row.path[:12], _group_stem(row.name)] = row
        if office.level != RegionLevel.COUNTY and office.path[:8] not in self.by_path:
            town = Region.objects.get(path=office.path[:8])
            self.by_path[town.path] = self.townships[_stem(town.name)] = town
        self._known: dict[tuple[str, str, str], Region] = {}

    def find(self, township: str, village: str, group: str) -> Region:
        """The place that a row's words name. Refused: village_empty, township, village, village_twice, group."""
        key = (township, village, group)
        if key not in self._known:
            self._known[key] = self._find(*key)
        return self._known[key]

    def township_of(self, region: Region) -> Region:
        """The township in which a place lies."""
        return self.by_path[region.path[:8]]

    def _find(self, township: str, village: str, group: str) -> Region:
        if not village:
            raise Refused("village_empty", _("请填住在哪个村"), field="village")
        if plain(village) in self.by_code:
            found = self.by_code[plain(village)]
        else:
            found = self._village(township, village)
        if not group or found.level == RegionLevel.GROUP:
            return found
        inner = self.groups.get((found.path, _group_stem(group)))
        if inner is None:
            raise Refused(
                "group",
                _("%(village)s没有这个小组。请看看组名，或空着") % {"village": found.name},
                field="group",
            )
        return inner

    def _village(self, township: str, village: str) -> Region:
        fits = self.villages.get(_stem(village), [])
        if township:
            town = self.townships.get(_stem(township))
            if town is None:
                raise Refused("township", _("您管的地方没有这个乡镇，请看看写法"), field="township")
            fits = [row for row in fits if row.path.startswith(town.path)]
        if not fits:
            raise Refused("village", _("您管的地方没有这个村，请看看写法"), field="village")
        if len(fits) > 1:
            raise Refused("village_twice", _("好几个乡镇有这个村名，请把乡镇也填上"), field="township")
        return fits[0]
