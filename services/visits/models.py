"""Planned visits, what was done, how it was judged, and the dangers found."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.base.models import Stamped, Versioned
from portal.base.privacy import EncryptedTextField
from services.recipients.door import ThroughHousehold


class PlannedState(models.TextChoices):
    PLANNED = "planned", _("待上门")
    UNDER_WAY = "under_way", _("服务中")
    RECORDED = "recorded", _("已记录")
    MISSED = "missed", _("漏访")
    CANCELLED = "cancelled", _("已取消")


class PlannedRows(ThroughHousehold):
    """Planned visits reach their household through the task."""

    household_path = "task__need__household"


class PlannedVisit(Stamped, Versioned):
    """A date to go. It carries the task's epoch: a visit of an older epoch is fenced off."""

    no = models.CharField(max_length=20, unique=True)
    task = models.ForeignKey("services.Task", on_delete=models.PROTECT, related_name="planned_visits")
    assignment = models.ForeignKey(
        "services.Assignment", null=True, blank=True, on_delete=models.PROTECT, related_name="planned_visits"
    )
    day = models.DateField()
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(default=60)
    state = models.CharField(max_length=10, choices=PlannedState.choices, default=PlannedState.PLANNED)
    epoch = models.PositiveIntegerField()
    checked_in_at = models.DateTimeField(null=True, blank=True)
    check_in_lat = models.FloatField(null=True, blank=True)
    check_in_lng = models.FloatField(null=True, blank=True)
    check_in_accuracy_m = models.PositiveIntegerField(null=True, blank=True)
    check_in_ground = models.CharField(max_length=200, blank=True)
    # What a volunteer who must not go alone wrote at the door, where nobody valid went along.
    company_ground = models.CharField(max_length=200, blank=True)
    stopped_by = models.ForeignKey(
        "services.HouseholdPause",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="stopped_visits",
    )
    objects = PlannedRows.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        indexes = [
            models.Index(fields=["assignment", "day"], name="planned_assignment_day"),
            models.Index(fields=["task", "day"], name="planned_task_day"),
            models.Index(fields=["state", "day"], name="planned_state_day"),
        ]
        constraints = [
            models.UniqueConstraint(
                name="planned_once_a_day", fields=["task", "day"], condition=~Q(state="cancelled")
            ),
        ]

    def __str__(self) -> str:
        return self.no


class RecordRows(ThroughHousehold):
    """Visit records reach their household through the planned visit."""

    household_path = "planned__task__need__household"


class Verdict(models.TextChoices):
    SUBMITTED = "submitted", _("已提交")
    CONFIRMED = "confirmed", _("已确认")
    RETURNED = "returned", _("退回补充")
    FLAGGED = "flagged", _("有情况")


class VisitRecord(Stamped):
    """What was done, written once; `uid` is made by the client and is the key for ever.

    Changes are amendments; `verdict` copies the newest decision so that lists need no join.
    `answers` holds codes and states; the words to each line are encrypted JSON in `item_notes`.
    """

    no = models.CharField(max_length=20, unique=True)
    planned = models.ForeignKey("services.PlannedVisit", on_delete=models.PROTECT, related_name="records")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    epoch = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    received_at = models.DateTimeField(default=timezone.now)
    payload_hash = models.CharField(max_length=64)
    receipt = models.CharField(max_length=64)
    distance_m = models.PositiveIntegerField(null=True, blank=True)
    out_lat = models.FloatField(null=True, blank=True)
    out_lng = models.FloatField(null=True, blank=True)
    out_accuracy_m = models.PositiveIntegerField(null=True, blank=True)
    manual_ground = models.CharField(max_length=200, blank=True)
    answers = models.JSONField(default=dict)
    item_notes = EncryptedTextField(_("各项说明"), blank=True)
    note = EncryptedTextField(_("备注"), blank=True)
    next_day = models.DateField(null=True, blank=True)
    verdict = models.CharField(max_length=10, choices=Verdict.choices, default=Verdict.SUBMITTED)
    objects = RecordRows.as_manager()

    class Meta:
        permissions = [
            ("log_visit", "记录上门"),
            ("finish_visit", "把正在做的上门做完"),
            ("confirm_visit", "确认上门记录"),
            ("read_visit", "查看上门记录"),
        ]
        indexes = [
            models.Index(fields=["verdict", "received_at"], name="record_verdict_received"),
            models.Index(fields=["planned", "received_at"], name="record_planned"),
        ]
        constraints = [
            models.UniqueConstraint(name="record_one_a_planned_visit", fields=["planned"]),
            models.CheckConstraint(
                name="record_ends_after_start", condition=Q(started_at__lte=models.F("ended_at"))
            ),
        ]

    def __str__(self) -> str:
        return self.no


class AmendmentRows(ThroughHousehold):
    """What hangs from a visit record."""

    household_path = "record__planned__task__need__household"


class VisitAmendment(Stamped):
    """A later completion of a record, for instance after it was returned. The record itself stays."""

    record = models.ForeignKey("services.VisitRecord", on_delete=models.PROTECT, related_name="amendments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    base_version = models.PositiveIntegerField(default=1)
    answers = models.JSONField(default=dict)
    item_notes = EncryptedTextField(_("各项说明"), blank=True)
    note = EncryptedTextField(_("补充说明"), blank=True)
    at = models.DateTimeField(default=timezone.now)
    objects = AmendmentRows.as_manager()

    def __str__(self) -> str:
        return f"{self.record_id}"


class VisitPhoto(Stamped):
    """A photo of the environment or the work; bytes in a protected file."""

    record = models.ForeignKey("services.VisitRecord", on_delete=models.PROTECT, related_name="photos")
    file = models.OneToOneField("portal.ProtectedFile", on_delete=models.PROTECT, related_name="visit_photo")
    position = models.PositiveSmallIntegerField(default=0)
    objects = AmendmentRows.as_manager()

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.record_id}"


class VisitDecision(Stamped):
    """How a record was judged, by whom, why."""

    record = models.ForeignKey("services.VisitRecord", on_delete=models.PROTECT, related_name="decisions")
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=timezone.now)
    objects = AmendmentRows.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.verdict


class DoubtKind(models.TextChoices):
    """Why a record was taken and not simply believed."""

    COMPANY = "company", _("该两个人去，只去了一个")
    STOPPED = "stopped", _("停用期间上的门")
    MOVED = "moved", _("进门以后改派了别人，或人离开了")
    CLOCK = "clock", _("手机时间不准")
    OVERLAP = "overlap", _("同一时间在两户")
    CANCELLED = "cancelled", _("取消之前上的门")
    WITHDRAWN = "withdrawn", _("上门的人说不算")


# What the bureau has to speak about before such a visit counts.
DECIDED_KINDS = (DoubtKind.STOPPED, DoubtKind.MOVED)


class VisitDoubt(Stamped):
    """A record that was taken and flagged by the rules themselves. About some kinds the bureau decides."""

    record = models.ForeignKey("services.VisitRecord", on_delete=models.PROTECT, related_name="doubts")
    kind = models.CharField(max_length=10, choices=DoubtKind.choices)
    accepted = models.BooleanField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(_("理由"), max_length=300, blank=True)
    objects = AmendmentRows.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="doubt_once_a_kind", fields=["record", "kind"]),
            models.CheckConstraint(
                name="doubt_settled_whole",
                condition=Q(accepted=None, settled_by=None, settled_at=None, reason="")
                | Q(accepted__isnull=False, settled_by__isnull=False, settled_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.kind

    @property
    def for_the_bureau(self) -> bool:
        """Whether the visit counts only when the bureau has said so."""
        return self.kind in DECIDED_KINDS


class AlertLevel(models.TextChoices):
    R1 = "r1", _("马上处理")
    R2 = "r2", _("当天处理")


class AlertState(models.TextChoices):
    OPEN = "open", _("待处理")
    ACKNOWLEDGED = "acknowledged", _("处理中")
    CLOSED = "closed", _("已处理")


class AlertRows(ThroughHousehold):
    """Alerts have a household of their own."""


class Alert(Stamped, Versioned):
    """A danger found at a door (flags R1 and R2 of the service rules); told to three desks at once."""

    no = models.CharField(max_length=20, unique=True)
    household = models.ForeignKey("services.Household", on_delete=models.PROTECT, related_name="alerts")
    planned = models.ForeignKey(
        "services.PlannedVisit", null=True, blank=True, on_delete=models.PROTECT, related_name="alerts"
    )
    level = models.CharField(max_length=2, choices=AlertLevel.choices)
    flag = models.CharField(max_length=32)
    words = EncryptedTextField(_("说明情况"), blank=True)
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=12, choices=AlertState.choices, default=AlertState.OPEN)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    taken_at = models.DateTimeField(null=True, blank=True)
    outcome = EncryptedTextField(_("怎么处理的"), blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    objects = AlertRows.as_manager()

    class Meta:
        permissions = [
            ("receive_alert", "接收紧急情况"),
        ]
        indexes = [models.Index(fields=["state", "level", "raised_at"], name="alert_state_level")]

    def __str__(self) -> str:
        return self.no
