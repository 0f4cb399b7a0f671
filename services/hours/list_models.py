"""The columns under which hours leave the house: order, heading, source, writing, on or off. Edited by the bureau.

The order follows the fields that 民政部令第67号 and 民发〔2015〕149号 name, as far as MZ/T 061-2015 is public.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.base.models import Stamped, Versioned
from services.exports.models import ExportList


class ColumnForm(models.TextChoices):
    """How a value is written."""

    TEXT = "text", _("原样")
    WORDS = "words", _("文字")
    CODE = "code", _("代码")
    DAY_DASHES = "day_dashes", _("2026-11-28")
    DAY_DIGITS = "day_digits", _("20261128")
    DAY_WORDS = "day_words", _("2026年11月28日")
    CLOCK = "clock", _("09:30")
    MOMENT = "moment", _("2026-11-28 09:30")
    HOURS = "hours", _("小时，两位小数（1.50）")
    MINUTES = "minutes", _("分钟（90）")


class HoursColumn(Stamped, Versioned):
    """One column of the list of volunteers or of services. Every source has exactly one row; off means not given out."""

    part = models.CharField(
        max_length=12, choices=[row for row in ExportList.choices if row[0] != ExportList.HOUSEHOLDS]
    )
    source = models.CharField(max_length=20)
    position = models.PositiveSmallIntegerField()
    heading = models.CharField(max_length=30)
    form = models.CharField(max_length=12, choices=ColumnForm.choices)
    shown = models.BooleanField(default=True)

    class Meta:
        permissions = [("map_hours", "改时长导出的列")]
        ordering = ["part", "position", "pk"]
        constraints = [
            models.UniqueConstraint(name="hours_column_source_once", fields=["part", "source"]),
            models.UniqueConstraint(
                name="hours_column_heading_once", fields=["part", "heading"], condition=Q(shown=True)
            ),
            models.CheckConstraint(
                name="hours_column_form_known", condition=Q(form__in=list(ColumnForm.values))
            ),
            models.CheckConstraint(
                name="hours_column_has_heading", condition=~Q(heading="") & Q(position__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part} {self.position} {self.heading}"
