"""A volunteer: a person with towns, times and skills, approved by the township."""

from django.conf import settings
from django.db import models
from django.db.models import Q
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


class Travel(models.TextChoices):
    """How a volunteer gets to a household."""

    WALK = "walk", _("走路")
    EBIKE = "ebike", _("电动车")
    MOTORCYCLE = "motorcycle", _("摩托车")
    CAR = "car", _("汽车")
    BUS = "bus", _("公交车")


class Limit(models.TextChoices):
    """What a volunteer does not do, or not everywhere."""

    NO_STAIRS = "no_stairs", _("不爬楼")
    DAYTIME = "daytime", _("只在白天去")
    NO_DOGS = "no_dogs", _("不去有狗的家")
    NO_LIFTING = "no_lifting", _("不搬重的、不扶抱人")
    NO_INFECTION = "no_infection", _("不去有传染风险的家")


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


class VolunteerTravel(models.Model):
    """One way in which a volunteer gets to a household."""

    volunteer = models.ForeignKey("partners.Volunteer", on_delete=models.CASCADE, related_name="travel_rows")
    means = models.CharField(_("怎么去"), max_length=12, choices=Travel.choices)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="volunteer_travel_once", fields=["volunteer", "means"]),
            models.CheckConstraint(name="volunteer_travel_known", condition=Q(means__in=Travel.values)),
        ]

    def __str__(self) -> str:
        return self.means


class VolunteerLimit(models.Model):
    """One thing that a volunteer does not do, as they said it themselves."""

    volunteer = models.ForeignKey("partners.Volunteer", on_delete=models.CASCADE, related_name="limit_rows")
    limit = models.CharField(_("做不了的"), max_length=12, choices=Limit.choices)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="volunteer_limit_once", fields=["volunteer", "limit"]),
            models.CheckConstraint(name="volunteer_limit_known", condition=Q(limit__in=Limit.values)),
        ]

    def __str__(self) -> str:
        return self.limit
