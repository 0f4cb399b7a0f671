"""The clock of the rules: how often somebody must look in, extra rounds, and when a household was last seen."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.base.models import OPEN_END, Stamped
from portal.base.privacy import EncryptedTextField
from services.recipients.models import HouseholdRows


class VisitLevel(models.TextChoices):
    ABLE = "able", _("自理")
    PARTIAL = "partial", _("半失能")
    UNABLE = "unable", _("失能")
    NOT_ASSESSED = "not_assessed", _("没评估")
    HIGH_RISK = "high_risk", _("高风险")


class VisitRule(Stamped):
    """From which day how often a dispersed tekun person of this level must be visited, after which paper.

    `per_month` is the number a month must hold, `within_days` the longest gap. A new figure is a new row.
    """

    level = models.CharField(_("哪一类"), max_length=14, choices=VisitLevel.choices)
    per_month = models.PositiveSmallIntegerField(_("每月至少几次"))
    within_days = models.PositiveSmallIntegerField(_("最长隔几天"))
    source = models.CharField(_("依据"), max_length=200)
    valid_from = models.DateField(_("从哪天起"))
    valid_to = models.DateField(default=OPEN_END.date())
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["level", "-valid_from"]
        constraints = [
            models.UniqueConstraint(name="visit_rule_once_a_day", fields=["level", "valid_from"]),
            models.UniqueConstraint(
                name="visit_rule_open_once", fields=["level"], condition=Q(valid_to=OPEN_END.date())
            ),
            models.CheckConstraint(
                name="visit_rule_ends_after_start", condition=Q(valid_from__lt=F("valid_to"))
            ),
            models.CheckConstraint(
                name="visit_rule_frequency",
                condition=Q(per_month__gte=1, per_month__lte=31, within_days__gte=1, within_days__lte=366),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level} {self.valid_from}"


class RoundKind(models.TextChoices):
    FESTIVAL = "festival", _("节日")
    WEATHER = "weather", _("红色、橙色天气预警")
    OTHER = "other", _("其他")


class VisitRound(Stamped):
    """An extra round: everybody whom the rules concern in a region is seen between two days, both included."""

    no = models.CharField(max_length=20, unique=True)
    kind = models.CharField(_("为什么"), max_length=10, choices=RoundKind.choices)
    title = models.CharField(_("叫什么"), max_length=60)
    region = models.ForeignKey("partners.Region", on_delete=models.PROTECT, related_name="+")
    opens_on = models.DateField(_("从哪天起"))
    due_on = models.DateField(_("到哪天看完"))
    source = models.CharField(_("依据"), max_length=200, blank=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        permissions = [
            ("open_round", "开一轮探访"),
            ("set_care_rules", "定探访次数、核查间隔"),
        ]
        ordering = ["-opens_on", "-pk"]
        constraints = [
            models.CheckConstraint(name="round_due_after_opening", condition=Q(opens_on__lte=F("due_on"))),
        ]

    def __str__(self) -> str:
        return self.no


class ClockStart(Stamped):
    """The first day that counts for who was never seen or, as far as is known, never verified; the newest row holds.

    Support began years before the platform: what nobody could note there is nobody's lateness.
    """

    day = models.DateField(_("第一天"))
    source = models.CharField(_("为什么"), max_length=200)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.day.isoformat()


class CareClock(models.Model):
    """When a household was last seen at the door, and whether its newest assessment found a high risk.

    A copy kept by the actions that see and assess, so that the list of people nobody has seen is one range.
    """

    household = models.OneToOneField(
        "services.Household", on_delete=models.CASCADE, primary_key=True, related_name="care_clock"
    )
    last_seen_on = models.DateField(null=True, blank=True)
    seen_by = models.CharField(max_length=10, blank=True)
    high_risk = models.BooleanField(default=False)
    objects = HouseholdRows.as_manager()

    class Meta:
        indexes = [models.Index(fields=["last_seen_on"], name="clock_last_seen")]

    def __str__(self) -> str:
        return f"{self.household_id} {self.last_seen_on}"


class LookInMode(models.TextChoices):
    DOOR = "door", _("上门")
    PHONE = "phone", _("打电话、视频")


class LookInFound(models.TextChoices):
    WELL = "well", _("都好")
    WATCH = "watch", _("要留意")
    TROUBLE = "trouble", _("有困难")


class LookIn(Stamped):
    """A village officer or cadre looked in on a household. A call is noted, but only the door counts as seen."""

    household = models.ForeignKey("services.Household", on_delete=models.PROTECT, related_name="look_ins")
    on = models.DateField(_("哪天去的"))
    mode = models.CharField(_("怎么看的"), max_length=6, choices=LookInMode.choices)
    found = models.CharField(_("人怎么样"), max_length=8, choices=LookInFound.choices)
    note = EncryptedTextField(_("说几句"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    objects = HouseholdRows.as_manager()

    class Meta:
        permissions = [
            ("look_in", "记探访"),
        ]
        ordering = ["-on", "-pk"]
        constraints = [
            models.UniqueConstraint(name="look_in_once_a_day", fields=["household", "on", "by", "mode"]),
        ]

    def __str__(self) -> str:
        return f"{self.household_id} {self.on}"
