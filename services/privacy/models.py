"""The duties of who keeps personal data: requests of the people in it, periods, holds, annexes, assessments."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.base.models import OPEN_END, Stamped, Versioned
from portal.base.privacy import EncryptedTextField
from services.recipients.door import ThroughHousehold


class RequestKind(models.TextChoices):
    COPY = "copy", _("要一份自己的资料")
    CORRECT = "correct", _("更正资料")
    ERASE = "erase", _("删除资料")


class RequestState(models.TextChoices):
    RECEIVED = "received", _("待办理")
    MAKING = "making", _("正在生成")
    DONE = "done", _("已办好")
    REFUSED = "refused", _("没同意")


class RequestRows(ThroughHousehold):
    """Requests of recipients reach their household through the person."""

    household_path = "person__household"


class SubjectRequest(Stamped, Versioned):
    """Somebody asks for a copy, a correction or the erasure of their own data (个人信息保护法 art. 45 to 47).

    Of a recipient (`person`) or of a user. `file` is the finished copy, gone after `file_until`.
    """

    no = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=8, choices=RequestKind.choices)
    person = models.ForeignKey(
        "services.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="requests"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="requests"
    )
    way = models.CharField(_("怎么提出的"), max_length=10)
    words = EncryptedTextField(_("要求"), blank=True)
    state = models.CharField(max_length=10, choices=RequestState.choices, default=RequestState.RECEIVED)
    asked_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField()
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    ground = models.CharField(max_length=20, blank=True)
    outcome = EncryptedTextField(_("答复"), blank=True)
    file = models.ForeignKey(
        "portal.ProtectedFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    file_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    objects = RequestRows.as_manager()

    class Meta:
        permissions = [
            ("take_request", "受理本人的要求"),
            ("decide_erasure", "决定删除资料"),
        ]
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["state", "due_on"], name="request_state_due")]
        constraints = [
            models.CheckConstraint(
                name="request_of_one",
                condition=Q(person__isnull=False, user__isnull=True)
                | Q(person__isnull=True, user__isnull=False),
            ),
            models.UniqueConstraint(
                name="request_person_open_once",
                fields=["person", "kind"],
                condition=Q(state__in=["received", "making"], person__isnull=False),
            ),
            models.UniqueConstraint(
                name="request_user_open_once",
                fields=["user", "kind"],
                condition=Q(state__in=["received", "making"], user__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.no


class RetentionRule(models.Model):
    """How long a class of data is kept, from a day on, and where that is written."""

    kind = models.CharField(max_length=16)
    months = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=200)
    valid_from = models.DateField()
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        permissions = [("run_retention", "按保存期限清理资料")]
        ordering = ["kind", "-valid_from"]
        constraints = [
            models.UniqueConstraint(name="retention_once_a_day", fields=["kind", "valid_from"]),
            models.CheckConstraint(name="retention_months_positive", condition=Q(months__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.months}"


class RetentionRun(Stamped):
    """One clearing: when, by whom (nobody for the nightly one), and how many rows of each class went."""

    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    counts = models.JSONField(default=dict)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return str(self.uid)


class DataHold(Stamped):
    """Nothing of this household or user may be cleared or erased: a case, an inspection, a court."""

    household = models.ForeignKey(
        "services.Household", null=True, blank=True, on_delete=models.PROTECT, related_name="holds"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="holds"
    )
    reason = models.CharField(_("为什么要留着"), max_length=200)
    valid_from = models.DateTimeField(default=timezone.now)
    valid_to = models.DateTimeField(default=OPEN_END)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(name="hold_ends_after_start", condition=Q(valid_from__lte=F("valid_to"))),
        ]

    def __str__(self) -> str:
        return str(self.uid)


class ReturnWay(models.TextChoices):
    RETURNED = "returned", _("全部交回，没有留底")
    DELETED = "deleted", _("全部删除、销毁")
    NONE = "none", _("没有另外存过")


class ProcessingAnnex(Stamped, Versioned):
    """The agreement on personal data that belongs to a contract (art. 21), and how it was ended.

    The words come from `annexes.TERMS` by version; at the end the provider certifies that everything
    was returned or deleted, and the bureau accepts the certificate.
    """

    contract = models.OneToOneField("services.Contract", on_delete=models.PROTECT, related_name="annex")
    text_version = models.CharField(max_length=20)
    text_digest = models.CharField(max_length=64)
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    agreed_at = models.DateTimeField(null=True, blank=True)
    way = models.CharField(_("怎么处理的"), max_length=10, choices=ReturnWay.choices, blank=True)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    certified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    certified_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    accepted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        permissions = [("accept_certificate", "核收销毁证明")]

    def __str__(self) -> str:
        return f"{self.contract_id}"


class ImpactAssessment(Stamped, Versioned):
    """An assessment before data is used in a sensitive way (art. 55, 56); kept at least three years."""

    no = models.CharField(max_length=20, unique=True)
    title = models.CharField(_("要做什么"), max_length=80)
    occasion = models.CharField(_("属于哪一种"), max_length=12)
    purpose = models.TextField(_("目的和方式是不是合法、正当、必要"))
    risks = models.TextField(_("对本人有什么影响，有多大风险"))
    measures = models.TextField(_("保护的办法够不够，和风险相称吗"))
    conclusion = models.CharField(_("结论"), max_length=10)
    assessed_on = models.DateField()
    assessed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        permissions = [("assess_impact", "做影响评估")]
        ordering = ["-assessed_on", "-pk"]

    def __str__(self) -> str:
        return self.no
