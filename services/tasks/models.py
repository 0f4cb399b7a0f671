"""What is needed, and the standing task that answers it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.providers.models import ServiceCode
from portal.base.models import OPEN_END, Stamped, Versioned
from services.recipients.door import ThroughHousehold


class NeedState(models.TextChoices):
    TO_VERIFY = "to_verify", _("待核实")
    TO_MATCH = "to_match", _("待匹配")
    OFFERED = "offered", _("已派单")
    PLACED = "placed", _("已落实")
    PAUSED = "paused", _("暂停")
    CLOSED = "closed", _("已结束")


class NeedPart(models.TextChoices):
    PURCHASED = "purchased", _("政府购买")
    VOLUNTARY = "voluntary", _("志愿服务")


class NeedRows(ThroughHousehold):
    """Needs and whatever has a household of its own."""


class Need(Stamped, Versioned):
    """One household needs one service, so often. Needs that share a bundle are matched together."""

    no = models.CharField(max_length=20, unique=True)
    household = models.ForeignKey("services.Household", on_delete=models.PROTECT, related_name="needs")
    service = models.CharField(_("服务"), max_length=20, choices=ServiceCode.choices)
    part = models.CharField(
        _("由谁来做"), max_length=10, choices=NeedPart.choices, default=NeedPart.PURCHASED
    )
    visits_per_month = models.PositiveSmallIntegerField(_("每月几次"), default=2)
    minutes = models.PositiveSmallIntegerField(_("每次多少分钟"), default=60)
    wish_sex = models.CharField(_("希望护理员是"), max_length=1, blank=True)
    wish = models.CharField(_("其他希望"), max_length=200, blank=True)
    bundle = models.UUIDField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=NeedState.choices, default=NeedState.TO_VERIFY)
    urgent = models.BooleanField(default=False)
    due_at = models.DateTimeField()
    report = models.ForeignKey(
        "services.Report", null=True, blank=True, on_delete=models.PROTECT, related_name="needs"
    )
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    verified_at = models.DateTimeField(null=True, blank=True)
    objects = NeedRows.as_manager()

    class Meta:
        permissions = [
            ("verify_need", "核实需求"),
            ("match_need", "匹配、派单"),
        ]
        indexes = [models.Index(fields=["state", "due_at"], name="need_state_due")]
        constraints = [
            models.CheckConstraint(
                name="need_frequency", condition=Q(visits_per_month__gte=1, visits_per_month__lte=31)
            ),
            models.UniqueConstraint(
                name="need_open_once",
                fields=["household", "service"],
                condition=~Q(state="closed"),
            ),
        ]

    def __str__(self) -> str:
        return self.no


class TaskState(models.TextChoices):
    UNASSIGNED = "unassigned", _("待派人")
    LIVE = "live", _("进行中")
    PAUSED = "paused", _("暂停")
    ENDED = "ended", _("已终止")


class TaskRows(ThroughHousehold):
    """Tasks reach their household through the need."""

    household_path = "need__household"


class Task(Stamped, Versioned):
    """A provider stands by a need until the task is ended. `epoch` rises at each re-assignment."""

    no = models.CharField(max_length=20, unique=True)
    need = models.ForeignKey("services.Need", on_delete=models.PROTECT, related_name="tasks")
    provider = models.ForeignKey("partners.Provider", on_delete=models.PROTECT, related_name="tasks")
    contract = models.ForeignKey(
        "services.Contract", null=True, blank=True, on_delete=models.PROTECT, related_name="tasks"
    )
    state = models.CharField(max_length=12, choices=TaskState.choices, default=TaskState.UNASSIGNED)
    epoch = models.PositiveIntegerField(default=1)
    valid_from = models.DateTimeField(default=timezone.now)
    valid_to = models.DateTimeField(default=OPEN_END)
    end_reason = models.CharField(max_length=200, blank=True)
    objects = TaskRows.as_manager()

    class Meta:
        permissions = [
            ("manage_tasks", "管理任务、派人"),
            ("open_desk", "打开工作台"),
        ]
        indexes = [models.Index(fields=["provider", "state"], name="task_provider_state")]
        constraints = [
            models.UniqueConstraint(
                name="task_one_live_a_need", fields=["need"], condition=~Q(state="ended")
            ),
            models.CheckConstraint(name="task_ends_after_start", condition=Q(valid_from__lte=F("valid_to"))),
        ]

    def __str__(self) -> str:
        return self.no


class AssignmentPart(models.TextChoices):
    LEAD = "lead", _("主责")
    COMPANION = "companion", _("陪同")


class AssignmentRows(ThroughHousehold):
    """Assignments reach their household through the task."""

    household_path = "task__need__household"


class Assignment(Stamped):
    """A worker or volunteer goes to this household for this task, dated."""

    task = models.ForeignKey("services.Task", on_delete=models.PROTECT, related_name="assignments")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assignments")
    part = models.CharField(max_length=10, choices=AssignmentPart.choices, default=AssignmentPart.LEAD)
    epoch = models.PositiveIntegerField()
    valid_from = models.DateTimeField(default=timezone.now)
    valid_to = models.DateTimeField(default=OPEN_END)
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    objects = AssignmentRows.as_manager()

    class Meta:
        indexes = [models.Index(fields=["user", "valid_to"], name="assignment_user_until")]
        constraints = [
            models.UniqueConstraint(
                name="assignment_one_lead", fields=["task"], condition=Q(part="lead", valid_to=OPEN_END)
            ),
            models.UniqueConstraint(
                name="assignment_person_once", fields=["task", "user"], condition=Q(valid_to=OPEN_END)
            ),
            models.CheckConstraint(
                name="assignment_ends_after_start", condition=Q(valid_from__lte=F("valid_to"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.user_id}"
