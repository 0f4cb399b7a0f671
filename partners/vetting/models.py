"""Applications of organisations and volunteers, and their history."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.base.models import Stamped, Versioned
from portal.base.privacy import EncryptedTextField


class ApplicationKind(models.TextChoices):
    ORGANISATION = "organisation", _("机构入驻")
    VOLUNTEER = "volunteer", _("志愿者报名")


class ApplicationState(models.TextChoices):
    DRAFT = "draft", _("草稿")
    SUBMITTED = "submitted", _("待审核")
    RETURNED = "returned", _("要补材料")
    APPROVED = "approved", _("已通过")
    REFUSED = "refused", _("没通过")
    WITHDRAWN = "withdrawn", _("已撤回")


class Application(Stamped, Versioned):
    """Somebody asks to take part. An organisation is checked by the township, then decided by the bureau."""

    no = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=16, choices=ApplicationKind.choices)
    state = models.CharField(max_length=12, choices=ApplicationState.choices, default=ApplicationState.DRAFT)
    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="applications"
    )
    organisation = models.ForeignKey(
        "partners.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="applications"
    )
    volunteer = models.ForeignKey(
        "partners.Volunteer", null=True, blank=True, on_delete=models.PROTECT, related_name="applications"
    )
    township = models.ForeignKey("partners.Region", on_delete=models.PROTECT, related_name="applications")
    submitted_at = models.DateTimeField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    checked_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        permissions = [
            ("check_application", "初审申请"),
            ("decide_application", "审批申请"),
        ]
        indexes = [models.Index(fields=["state", "township"], name="application_state_town")]
        constraints = [
            models.CheckConstraint(
                name="application_of_one_party",
                condition=Q(organisation__isnull=True) | Q(volunteer__isnull=True),
            ),
            models.UniqueConstraint(
                name="application_one_open",
                fields=["applicant", "kind"],
                condition=Q(state__in=["draft", "submitted", "returned"]),
            ),
        ]

    def __str__(self) -> str:
        return self.no


class ApplicationStep(models.Model):
    """One step of an application, with its reason, shown to the applicant.

    `points` of a step back: for each requirement (`code`) how to mend it (`how`). A refusal names its `ground`.
    """

    application = models.ForeignKey("partners.Application", on_delete=models.CASCADE, related_name="steps")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    verb = models.CharField(max_length=16)
    reason = models.TextField(blank=True)
    ground = models.CharField(max_length=200, blank=True)
    appeal_until = models.DateField(null=True, blank=True)
    points = models.JSONField(default=list, blank=True)
    office = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.application_id} {self.verb}"


class RecusalCause(models.TextChoices):
    """Why somebody does not decide, and who said so."""

    KIN = "kin", _("自己说是亲属")
    INTEREST = "interest", _("自己说有利害关系")
    DECLARED = "declared", _("申请人说是亲属")


class ApplicationRecusal(models.Model):
    """Somebody of the office stands aside from an application, because of kin or interest."""

    application = models.ForeignKey("partners.Application", on_delete=models.CASCADE, related_name="recusals")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    cause = models.CharField(max_length=10, choices=RecusalCause.choices, default=RecusalCause.INTEREST)

    class Meta:
        constraints = [models.UniqueConstraint(name="recusal_once", fields=["application", "user"])]

    def __str__(self) -> str:
        return f"{self.application_id} {self.user_id}"


class ApplicationKin(Stamped):
    """A name that the applicant gave: kin of theirs who works where the application is decided.

    Kept as written: who comes to that office later under this name is barred too.
    """

    application = models.ForeignKey("partners.Application", on_delete=models.CASCADE, related_name="kin")
    name = EncryptedTextField()

    def __str__(self) -> str:
        return f"{self.application_id} {self.uid}"


class JoinDraft(Stamped):
    """A registration typed and not yet handed in: encrypted, for two weeks, without passwords and consent.

    It belongs to a user, or to the holder of a cookie whose mark is kept here.
    """

    kind = models.CharField(max_length=16, choices=ApplicationKind.choices)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    mark = models.CharField(max_length=64, blank=True)
    typed = EncryptedTextField()

    class Meta:
        indexes = [models.Index(fields=["mark"], name="draft_mark")]
        constraints = [
            models.CheckConstraint(
                name="draft_of_one_holder",
                condition=Q(user=None) & ~Q(mark="") | Q(user__isnull=False, mark=""),
            ),
            models.UniqueConstraint(
                name="draft_once_a_user", fields=["user", "kind"], condition=Q(user__isnull=False)
            ),
            models.UniqueConstraint(name="draft_once_a_mark", fields=["mark", "kind"], condition=~Q(mark="")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.uid}"
