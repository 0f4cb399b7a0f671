"""Which document takes the place of which, and what a document is about."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, PageChooserPanel

from content.pages.validity import Ending


class HelpTopic(models.TextChoices):
    LIVING = "living", _("基本生活")
    MEDICAL = "medical", _("看病")
    SCHOOL = "school", _("上学")
    HOUSING = "housing", _("住房")
    WORK = "work", _("就业")
    DISASTER = "disaster", _("受灾")
    URGENT = "urgent", _("急难")
    CARE = "care", _("照料")
    OTHER = "other", _("其他帮扶")


HEADINGS = {
    HelpTopic.LIVING: ("基本生活",),
    HelpTopic.MEDICAL: ("医疗救助",),
    HelpTopic.SCHOOL: ("教育救助",),
    HelpTopic.HOUSING: ("住房救助",),
    HelpTopic.WORK: ("就业救助",),
    HelpTopic.DISASTER: ("受灾人员",),
    HelpTopic.URGENT: ("临时救助", "急难"),
    HelpTopic.CARE: ("照料", "探访", "救助方式"),
    HelpTopic.OTHER: ("其他救助",),
}


def topics_in(headings: list[str]) -> list[str]:
    """The topics that the headings of a document name: the first suggestion, which editors may change."""
    text = "\n".join(headings)
    return [topic.value for topic, words in HEADINGS.items() if any(word in text for word in words)]


class PolicyTopic(models.Model):
    """Something that a document is about; the library is filtered by it."""

    page = ParentalKey("content.PolicyPage", on_delete=models.CASCADE, related_name="topics")
    topic = models.CharField(_("主题"), max_length=16, choices=HelpTopic.choices)

    panels = [FieldPanel("topic")]

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["page", "topic"], name="policy_topic_once")]

    def __str__(self) -> str:
        return str(self.get_topic_display())


class PolicySuccession(models.Model):
    """From a day on, a newer document stands for an older one.

    An older document has one successor. The days on which both were written are kept here too: a
    successor is always the younger, so that a chain can have no circle.
    """

    older = models.OneToOneField(
        "content.PolicyPage", verbose_name=_("旧文件"), on_delete=models.CASCADE, related_name="succession"
    )
    newer = models.ForeignKey(
        "content.PolicyPage", verbose_name=_("新文件"), on_delete=models.CASCADE, related_name="replaces"
    )
    ending = models.CharField(_("怎样接替"), max_length=16, choices=Ending.choices, default=Ending.REPEALED)
    from_day = models.DateField(_("从哪天起"), help_text=_("新文件里写的施行日期"))
    older_written_on = models.DateField(editable=False)
    newer_written_on = models.DateField(editable=False)

    panels = [
        PageChooserPanel("older"),
        PageChooserPanel("newer"),
        FieldPanel("ending"),
        FieldPanel("from_day"),
    ]

    class Meta:
        verbose_name = _("文件的接替")
        ordering = ["-from_day", "pk"]
        constraints = [
            models.CheckConstraint(
                name="succession_goes_forward", condition=Q(older_written_on__lt=F("newer_written_on"))
            ),
            models.CheckConstraint(
                name="succession_after_writing", condition=Q(from_day__gte=F("newer_written_on"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.older_id} → {self.newer_id}"

    def clean(self) -> None:
        """Say in words what the constraints hold: forward in time, and not before the newer was written."""
        if not (self.older_id and self.newer_id and self.from_day):
            return
        self._take_days()
        if self.older_written_on >= self.newer_written_on:
            raise ValidationError({"newer": _("新文件的成文日期要晚于旧文件。请看是不是选反了。")})
        if self.from_day < self.newer_written_on:
            raise ValidationError({"from_day": _("不能早于新文件的成文日期。")})

    def _take_days(self) -> None:
        self.older_written_on, self.newer_written_on = self.older.written_on, self.newer.written_on

    def save(self, *args: Any, **kwargs: Any) -> None:
        """With the days of both documents as they are now."""
        self._take_days()
        super().save(*args, **kwargs)
