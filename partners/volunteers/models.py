"""A volunteer: a person with towns, times and skills, approved by the township."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.base.models import Stamped, Versioned


class VolunteerState(models.TextChoices):
    PENDING = "pending", _("待审核")
    APPROVED = "approved", _("有效")
    SUSPENDED = "suspended", _("已停用")
    ENDED = "ended", _("已退出")


class FreeTime(models.TextChoices):
    """When a volunteer has time."""

    WEEKDAY_MORNING = "weekday_am", _("周一到周五上午")
    WEEKDAY_AFTERNOON = "weekday_pm", _("周一到周五下午")
    WEEKEND = "weekend", _("周末白天")
    EVENING = "evening", _("晚上（18 点到 20 点）")


class Volunteer(Stamped, Versioned):
    """One human's volunteer record; the provider row exists from approval on."""

    no = models.CharField(max_length=20, unique=True)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="volunteer")
    provider = models.OneToOneField(
        "partners.Provider", null=True, blank=True, on_delete=models.PROTECT, related_name="volunteer"
    )
    state = models.CharField(max_length=12, choices=VolunteerState.choices, default=VolunteerState.PENDING)
    home = models.ForeignKey("partners.Region", on_delete=models.PROTECT, related_name="+")
    towns = models.ManyToManyField("partners.Region", related_name="+", blank=True)
    birth_date = models.DateField(null=True, blank=True)
    sex = models.CharField(max_length=1, blank=True)
    services = models.JSONField(default=list, blank=True)
    times = models.JSONField(default=list, blank=True)
    skills = models.CharField(_("会做什么"), max_length=200, blank=True)
    dialect = models.CharField(max_length=50, blank=True)
    badge_no = models.CharField(max_length=20, blank=True)
    lat = models.FloatField(null=True, blank=True)
    lng = models.FloatField(null=True, blank=True)
    consent_version = models.CharField(max_length=20, blank=True)
    consented_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.no
