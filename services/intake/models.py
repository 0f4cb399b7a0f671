"""What people in the field report, before it is a need."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.base.models import Stamped, Versioned
from portal.base.privacy import EncryptedTextField


class Trouble(models.TextChoices):
    """The eight troubles of the home page."""

    LIVING = "living", _("生活费不够")
    CARE = "care", _("年老、残疾，没人照料")
    ILLNESS = "illness", _("看病花钱多")
    SCHOOL = "school", _("孩子上学困难")
    HOUSING = "housing", _("房子破旧、没房住")
    WORK = "work", _("找不到活干")
    DISASTER = "disaster", _("遭了灾")
    SUDDEN = "sudden", _("突然遇到大难")


class ReportState(models.TextChoices):
    RECEIVED = "received", _("待核实")
    VERIFIED = "verified", _("已核实")
    CLOSED = "closed", _("已结束")


class Report(Stamped, Versioned):
    """A case found in the field. It belongs to a region until it is tied to a household."""

    no = models.CharField(max_length=20, unique=True)
    region = models.ForeignKey("partners.Region", on_delete=models.PROTECT, related_name="reports")
    household = models.ForeignKey(
        "services.Household", null=True, blank=True, on_delete=models.PROTECT, related_name="reports"
    )
    person_name = EncryptedTextField(_("谁"), blank=True)
    trouble = models.CharField(_("什么困难"), max_length=10, choices=Trouble.choices)
    words = EncryptedTextField(_("说明情况"), blank=True)
    urgent = models.BooleanField(_("很急"), default=False)
    state = models.CharField(max_length=10, choices=ReportState.choices, default=ReportState.RECEIVED)
    outcome = models.CharField(max_length=200, blank=True)
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    due_at = models.DateTimeField()

    class Meta:
        permissions = [
            ("report_need", "上报困难"),
            ("answer_referral", "答复转办"),
        ]
        indexes = [models.Index(fields=["state", "due_at"], name="report_state_due")]

    def __str__(self) -> str:
        return self.no
