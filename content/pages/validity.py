"""Whether a document is in force on a day: what the editors say, what replaced it, and how old it is."""

from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

YEARS_OF_A_LOCAL_RULE = 5


class Validity(models.TextChoices):
    IN_FORCE = "in_force", _("现行有效")
    AMENDED = "amended", _("已修订")
    REPEALED = "repealed", _("已废止")
    LAPSED = "lapsed", _("已失效")
    UNCONFIRMED = "unconfirmed", _("效力待确认")


class Ending(models.TextChoices):
    REPEALED = "repealed", _("取代，旧文件废止")
    AMENDED = "amended", _("修订，旧文件看新版")


@dataclass(frozen=True)
class Age:
    """What may make a document old: its first day, whether it is a local rule, and when an editor checked it."""

    begins: date
    local: bool
    confirmed_on: date | None = None

    @property
    def lapses_on(self) -> date:
        """Five years after its first day; what began on 29 February lapses on 1 March."""
        year = self.begins.year + YEARS_OF_A_LOCAL_RULE
        leap_day = (self.begins.month, self.begins.day) == (2, 29)
        return date(year, 3, 1) if leap_day else self.begins.replace(year=year)


def validity_on(stated: str, *, on: date, age: Age, ending: tuple[str, date] | None) -> str:
    """The validity to show on a day; `ending` is how and from when another document took its place.

    Local normative documents of Hunan run for five years unless they say otherwise, so an older one that
    is stated as in force is shown as not confirmed until an editor has confirmed it after that day.
    """
    if stated in {Validity.REPEALED, Validity.LAPSED}:
        return stated
    if ending is not None and ending[1] <= on:
        return ending[0]
    if stated == Validity.IN_FORCE and age.local and age.lapses_on <= on:
        fresh = age.confirmed_on is not None and age.lapses_on <= age.confirmed_on <= on
        return stated if fresh else Validity.UNCONFIRMED
    return stated
