"""People nobody has seen within what the rules require, with who is responsible; and the progress of a round."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from partners.network.queries import in_subtree
from services.casework.bought import Responsible, responsible_for
from services.recipients.clock import (
    Standing,
    class_words,
    concerned,
    rounds_on,
    rules_on,
    standing_of_row,
    unseen_by,
)
from services.recipients.clock_models import VisitRound
from services.recipients.listing import lines
from services.recipients.models import Household


@dataclass(frozen=True)
class UnseenLine:
    """One household nobody has seen."""

    household: Any
    name: str
    level: str
    level_word: str
    standing: Standing
    responsible: Responsible | None
    day: date

    @property
    def late(self) -> str:
        """超 5 天."""
        return _("超 %(days)d 天") % {"days": self.standing.late_days}

    @property
    def why(self) -> str:
        """What the rule asks, or which round was missed."""
        required, since = self.standing.required, self.household.since
        if required and since and since < self.day - timedelta(days=required.within_days):
            return _("%(days)d 天内至少看一次") % {"days": required.within_days}
        return "、".join(each.title for each in self.standing.rounds if each.due_on < self.day)


def rows_for(user: Any, day: date) -> QuerySet[Household]:
    """The rows of the list with what a line shows."""
    return unseen_by(user, day).select_related("region__parent", "township")


def unseen_lines(user: Any, rows: list[Any], now: datetime, day: date) -> list[UnseenLine]:
    """The lines of a page; the queries do not grow with it."""
    rules, rounds = rules_on(day), rounds_on(day)
    named = {line.household.pk: line.name for line in lines(user, rows)}
    answering = responsible_for(rows, now)
    return [
        UnseenLine(
            row, named[row.pk], row.level, class_words(row.level), standing_of_row(row, day, rules, rounds),
            answering.get(row.pk), day,
        )
        for row in rows
    ]  # fmt: skip


@dataclass(frozen=True)
class RoundProgress:
    """How far an extra round is: seen of all."""

    round: VisitRound
    seen: int
    of: int


def progress(user: Any, rounds: list[VisitRound]) -> list[RoundProgress]:
    """How many of the households in sight were seen since each round opened."""
    mine = Household.objects.visible_to(user).filter(pk__in=concerned().values("pk"))
    found = []
    for each in rounds:
        here = mine.filter(in_subtree(each.region.path, "region__path"))
        counts = here.aggregate(
            of=Count("pk"), seen=Count("pk", filter=Q(care_clock__last_seen_on__gte=each.opens_on))
        )
        found.append(RoundProgress(each, counts["seen"], counts["of"]))
    return found
