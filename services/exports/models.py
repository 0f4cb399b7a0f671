"""Registers taken out as files: who asked, why, which columns, who agreed, until when."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.base.models import Stamped, Versioned


class ExportState(models.TextChoices):
    WAITING = "waiting", _("等第二个人同意")
    QUEUED = "queued", _("正在生成")
    READY = "ready", _("可以下载")
    REFUSED = "refused", _("没同意")
    FAILED = "failed", _("没生成")
    GONE = "gone", _("已过期")


class ExportList(models.TextChoices):
    """Which list of a place."""

    HOUSEHOLDS = "households", _("住户名册")
    VOLUNTEERS = "volunteers", _("志愿者基本信息")
    SERVICES = "services", _("志愿服务记录")


class ExportFile(models.TextChoices):
    CSV = "csv", _("CSV（UTF-8）")
    XLSX = "xlsx", _("Excel（.xlsx）")


class RegisterExport(Stamped, Versioned):
    """One list of a place, as its asker may see it when it is made. Gone after 24 hours.

    Lists of hours are about the days from `first_day` to `last_day`, both included.
    """

    no = models.CharField(max_length=20, unique=True)
    what = models.CharField(max_length=12, choices=ExportList.choices, default=ExportList.HOUSEHOLDS)
    file_type = models.CharField(max_length=4, choices=ExportFile.choices, default=ExportFile.CSV)
    first_day = models.DateField(null=True, blank=True)
    last_day = models.DateField(null=True, blank=True)
    region = models.ForeignKey("partners.Region", on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=200)
    columns = models.JSONField(default=list)
    full_names = models.BooleanField(default=False)
    language = models.CharField(max_length=10)
    state = models.CharField(max_length=8, choices=ExportState.choices, default=ExportState.QUEUED)
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answer = models.CharField(max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    file = models.ForeignKey(
        "portal.ProtectedFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    made_columns = models.JSONField(default=list)
    rows = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    downloads = models.PositiveSmallIntegerField(default=0)

    class Meta:
        permissions = [("export_household", "导出名册")]
        indexes = [
            models.Index(fields=["asked_by", "-created_at"], name="export_asker_time"),
            models.Index(fields=["state", "created_at"], name="export_waiting"),
        ]
        constraints = [
            models.CheckConstraint(
                name="export_agreed_by_another", condition=Q(agreed_by=None) | ~Q(agreed_by=F("asked_by"))
            ),
            models.CheckConstraint(
                name="export_full_names_agreed",
                condition=Q(full_names=False) | ~Q(state="ready") | Q(agreed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="export_days_of_hours",
                condition=Q(what="households", first_day__isnull=True, last_day__isnull=True)
                | (~Q(what="households") & Q(first_day__isnull=False, last_day__gte=F("first_day"))),
            ),
            models.CheckConstraint(
                name="export_ready_has_file", condition=~Q(state="ready") | Q(file__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.no
