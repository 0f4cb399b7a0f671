"""How much time is left, in words and a colour: due in three days is quiet, over time is red."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

SOON = timedelta(days=1)


@dataclass(frozen=True)
class TimeLeft:
    """The words and colour of a deadline."""

    word: str
    colour: str


def time_left(due_at: datetime, now: datetime) -> TimeLeft:
    """剩 3 天, 剩 5 小时, 超 2 天."""
    late = now >= due_at
    span = now - due_at if late else due_at - now
    if span < timedelta(hours=1):
        size = _("%(count)d 分钟") % {"count": span.seconds // 60}
    elif span < SOON:
        size = _("%(count)d 小时") % {"count": span.seconds // 3600}
    else:
        size = _("%(count)d 天") % {"count": span.days}
    if late:
        return TimeLeft(_("超 %(size)s") % {"size": size}, "red")
    return TimeLeft(_("剩 %(size)s") % {"size": size}, "amber" if span <= SOON else "grey")
