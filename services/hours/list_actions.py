"""The bureau shapes the columns of a list of hours, all of one list at once."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.base.audit import record
from portal.base.refused import Refused
from services.hours.list_models import HoursColumn
from services.hours.sources import SOURCES


@dataclass(frozen=True)
class Shape:
    """What one column shall be, and which version of it the person saw."""

    source: str
    position: int
    heading: str
    form: str
    shown: bool
    version: int


@transaction.atomic
def shape_columns(*, part: str, shapes: list[Shape], by: Any) -> int:
    """Set the columns of a list; returns how many changed.

    Refused: source_unknown, form_unknown, heading_empty, heading_twice, none_shown, changed_meanwhile.
    """
    _judge(part, shapes)
    known = {row.source: row for row in HoursColumn.objects.filter(part=part)}
    changed = [shape for shape in shapes if _differs(known[shape.source], shape)]
    if any(known[shape.source].version != shape.version for shape in shapes):
        raise _meanwhile()
    now = timezone.now()
    keys = [known[shape.source].pk for shape in changed]
    # Two headings may change places: none is on while they are written.
    HoursColumn.objects.filter(pk__in=keys).update(shown=False)
    for shape in changed:
        won = HoursColumn.objects.filter(pk=known[shape.source].pk, version=shape.version).update(
            position=shape.position,
            heading=shape.heading.strip(),
            form=shape.form,
            shown=shape.shown,
            version=F("version") + 1,
            updated_at=now,
        )
        if not won:
            raise _meanwhile()
    if changed:
        record(
            by, "hours.columns_shaped", part=part,
            changed=[
                {"source": one.source, "position": one.position, "heading": one.heading, "form": one.form,
                 "shown": one.shown}
                for one in changed
            ],
        )  # fmt: skip
    return len(changed)


def _meanwhile() -> Refused:
    return Refused("changed_meanwhile", _("刚有人改过这张表，请刷新再看"))


def _differs(row: HoursColumn, shape: Shape) -> bool:
    now = (row.position, row.heading, row.form, row.shown)
    return now != (shape.position, shape.heading.strip(), shape.form, shape.shown)


def _judge(part: str, shapes: list[Shape]) -> None:
    sources = SOURCES[part]
    if {shape.source for shape in shapes} != sources.keys() or len(shapes) != len(sources):
        raise Refused("source_unknown", _("列不对，请刷新页面再改"))
    for shape in shapes:
        if shape.form not in sources[shape.source].forms:
            raise Refused("form_unknown", _("请从列出的写法里选"))
        if not shape.heading.strip():
            raise Refused("heading_empty", _("每一列都要有列名"))
    shown = Counter(shape.heading.strip() for shape in shapes if shape.shown)
    if not shown:
        raise Refused("none_shown", _("至少要留一列"))
    twice = [heading for heading, times in shown.items() if times > 1]
    if twice:
        raise Refused("heading_twice", _("列名“%(name)s”用了两次") % {"name": twice[0]})
