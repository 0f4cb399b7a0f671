"""The plan's figures and the counts of people, as they stand on a day; and setting them."""

from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.network.models import (
    Population,
    Region,
    RegionLevel,
    StaffingTarget,
    WatchHome,
)
from partners.network.queries import in_subtree
from portal.base import public_stamp
from portal.base.audit import record
from portal.base.models import OPEN_END
from portal.base.refused import Refused

AHEAD = timedelta(days=3660)


def targets_on(day: date) -> dict[str, StaffingTarget]:
    """The figure of each kind in force on a day, in one query."""
    rows = StaffingTarget.objects.filter(valid_from__lte=day).order_by("kind", "valid_from")
    return {row.kind: row for row in rows}


def people_in(path: str, day: date) -> dict[int, Population]:
    """The newest count of each place under `path` by a day, by the place's key, in one query."""
    rows = Population.objects.filter(in_subtree(path, "region__path"), counted_on__lte=day)
    return {row.region_id: row for row in rows.order_by("counted_on")}


def public_names(day: date) -> frozenset[str]:
    """The roles whose holders' names are public by rule on a day."""
    return frozenset(kind for kind, row in targets_on(day).items() if row.name_public)


@transaction.atomic
def set_target(
    *,
    kind: str,
    figure: int,
    source: str,
    valid_from: date,
    by: Any,
    name_public: bool = False,
    today: date | None = None,
) -> StaffingTarget:
    """Set a figure from a day on; a figure of days gone by is history and stays. Refused: past, too_far, figure, twice."""
    today = today or timezone.localdate()
    if valid_from < today:
        raise Refused("past", _("只能从今天或以后的日子起改，以前的要留着"), "valid_from")
    if valid_from > today + AHEAD:
        raise Refused("too_far", _("日子太远了，请再看一遍"), "valid_from")
    if not 1 <= figure <= 1_000_000:
        raise Refused("figure", _("请填 1 到 1000000 之间的数"), "figure")
    row, _made = StaffingTarget.objects.update_or_create(
        kind=kind,
        valid_from=valid_from,
        defaults={"figure": figure, "name_public": name_public, "source": source, "set_by": by},
    )
    record(
        by, "target.set", row, kind=kind, figure=figure, name_public=name_public, day=valid_from.isoformat()
    )
    public_stamp.bump()
    return row


@transaction.atomic
def set_population(
    *, region: Region, people: int, counted_on: date, source: str, by: Any, today: date | None = None
) -> Population:
    """Note a count of the people of a place. Refused: future, figure."""
    if counted_on > (today or timezone.localdate()) or counted_on.year < 1949:
        raise Refused("future", _("统计的日子请写今天或以前"), "counted_on")
    if not 1 <= people <= 20_000_000:
        raise Refused("figure", _("人数请再看一遍"), "people")
    row, _made = Population.objects.update_or_create(
        region=region,
        counted_on=counted_on,
        defaults={"people": people, "source": source, "set_by": by},
    )
    record(by, "population.set", row, region=region.code, people=people, day=counted_on.isoformat())
    return row


@transaction.atomic
def open_home(*, region: Region, name: str, by: Any, today: date | None = None) -> WatchHome:
    """A villager group has its watch home. Refused: wrong_level, open_already."""
    if region.level != RegionLevel.GROUP:
        raise Refused("wrong_level", _("守望之家设在村民小组，请选一个小组"), "region")
    try:
        with transaction.atomic():
            row = WatchHome.objects.create(
                region=region, name=name.strip(), opened_by=by, opened_on=today or timezone.localdate()
            )
    except IntegrityError:
        raise Refused("open_already", _("这个小组已有守望之家"), "region") from None
    record(by, "watch_home.opened", row, region=region.code)
    public_stamp.bump()
    return row


@transaction.atomic
def close_home(*, home: WatchHome, by: Any, today: date | None = None) -> None:
    """A watch home is no more; the posts of its leaders end by their own page. Refused: closed."""
    day = max(today or timezone.localdate(), home.opened_on)
    if not WatchHome.objects.filter(pk=home.pk, closed_on=OPEN_END.date()).update(closed_on=day):
        raise Refused("closed", _("这个守望之家已经撤了，请刷新页面"))
    record(by, "watch_home.closed", home, region=home.region.code)
    public_stamp.bump()


def open_homes(path: str, day: date) -> list[WatchHome]:
    """The watch homes under a path on a day."""
    rows = WatchHome.objects.filter(in_subtree(path, "region__path"), opened_on__lte=day, closed_on__gt=day)
    return list(rows.select_related("region").order_by("region__path"))
