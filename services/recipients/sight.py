"""What the register keeps about sight itself: near relatives, what another person must review, the nightly report."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.base.models import OPEN_END, Stamped


class KinTie(Stamped):
    """A person who works here is near kin of a household: while it stands, the file is shut to them.

    It holds for every account of the same human (`Identity`).
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="kin_ties")
    household = models.ForeignKey("services.Household", on_delete=models.PROTECT, related_name="kin_ties")
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateTimeField(default=timezone.now)
    valid_to = models.DateTimeField(default=OPEN_END)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        permissions = [
            ("declare_kin", "登记近亲回避"),
        ]
        indexes = [models.Index(fields=["user", "valid_to"], name="kin_user_until")]
        constraints = [
            models.CheckConstraint(name="kin_ends_after_start", condition=Q(valid_from__lte=F("valid_to"))),
            models.UniqueConstraint(
                name="kin_open_once", fields=["user", "household"], condition=Q(valid_to=OPEN_END)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.household_id}"


class SightKind(models.TextChoices):
    EMERGENCY = "emergency", _("紧急查看")
    SEQUENCE = "sequence", _("一户接一户地看")


class SightVerdict(models.TextChoices):
    OPEN = "open", _("等复核")
    JUSTIFIED = "justified", _("有道理")
    NOT_JUSTIFIED = "not_justified", _("没道理")


class SightCase(Stamped):
    """Sight that another person must look at: a break-glass (one household, thirty minutes), or a run of reading."""

    no = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=10, choices=SightKind.choices)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    household = models.ForeignKey(
        "services.Household", null=True, on_delete=models.PROTECT, related_name="sight_cases"
    )
    ground = models.CharField(_("理由"), max_length=200, blank=True)
    files_read = models.PositiveIntegerField(default=0)
    valid_from = models.DateTimeField(default=timezone.now)
    valid_to = models.DateTimeField(default=OPEN_END)
    verdict = models.CharField(max_length=14, choices=SightVerdict.choices, default=SightVerdict.OPEN)
    finding = models.CharField(_("复核意见"), max_length=200, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True)

    class Meta:
        permissions = [
            ("ask_emergency", "紧急查看一户"),
            ("find_by_number", "凭身份证号查找"),
            ("see_looks", "看谁看过档案"),
            ("review_sight", "复核查看、看每晚的权限变化"),
        ]
        indexes = [
            models.Index(fields=["user", "kind", "valid_to"], name="sight_user_until"),
            models.Index(fields=["verdict", "valid_from"], name="sight_waiting"),
        ]
        constraints = [
            models.CheckConstraint(name="sight_ends_after_start", condition=Q(valid_from__lte=F("valid_to"))),
            models.CheckConstraint(
                name="sight_reviewed_by_another",
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("user")),
            ),
            models.CheckConstraint(
                name="sight_emergency_names_one",
                condition=~Q(kind="emergency") | Q(household__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.no


class SightReport(Stamped):
    """One night's report of access that grew. `lines` hold codes, numbers and uids of people, never names."""

    day = models.DateField(unique=True)
    since = models.DateTimeField()
    until = models.DateTimeField()
    lines = models.JSONField(default=list)

    def __str__(self) -> str:
        return self.day.isoformat()
