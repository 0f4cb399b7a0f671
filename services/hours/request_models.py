"""Asking for a 志愿服务记录证明: a row with its clock, and how many working days the office has, by date."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.base.models import OPEN_END, Stamped, Versioned


class RequestedState(models.TextChoices):
    ASKED = "asked", _("等着开")
    ISSUED = "issued", _("开好了")
    REFUSED = "refused", _("没开")
    WITHDRAWN = "withdrawn", _("自己撤回")


class CertificateRequest(Stamped, Versioned):
    """A volunteer asks for a certificate of the days from `first` to `last`, both included; answered by `due_on`.

    A refusal says why (`answer`) and how to mend it (`mend`). One at a time.
    """

    no = models.CharField(max_length=20, unique=True)
    volunteer = models.ForeignKey(
        "partners.Volunteer", on_delete=models.PROTECT, related_name="certificate_requests"
    )
    first = models.DateField()
    last = models.DateField()
    state = models.CharField(max_length=10, choices=RequestedState.choices, default=RequestedState.ASKED)
    asked_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField()
    certificate = models.OneToOneField(
        "services.HourCertificate", null=True, blank=True, on_delete=models.PROTECT, related_name="request"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=300, blank=True)
    mend = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["state", "due_on"], name="certificate_request_due")]
        constraints = [
            models.UniqueConstraint(
                name="certificate_request_one_open", fields=["volunteer"], condition=Q(state="asked")
            ),
            models.CheckConstraint(name="certificate_request_days", condition=Q(first__lte=F("last"))),
            models.CheckConstraint(
                name="certificate_request_whole",
                condition=Q(state__in=["asked", "withdrawn"], certificate=None, decided_by=None)
                | Q(state="issued", certificate__isnull=False, decided_by__isnull=False)
                | (
                    Q(state="refused", certificate=None, decided_by__isnull=False)
                    & ~Q(answer="")
                    & ~Q(mend="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.no


class CertificateTerm(Stamped):
    """Within how many working days a certificate is answered, from a day on, after which paper."""

    working_days = models.PositiveSmallIntegerField(_("几个工作日"))
    source = models.CharField(_("依据"), max_length=200)
    valid_from = models.DateField(_("从哪天起"))
    valid_to = models.DateField(default=OPEN_END.date())
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-valid_from"]
        constraints = [
            models.UniqueConstraint(name="certificate_term_once_a_day", fields=["valid_from"]),
            models.UniqueConstraint(
                name="certificate_term_open_once", fields=["valid_to"], condition=Q(valid_to=OPEN_END.date())
            ),
            models.CheckConstraint(
                name="certificate_term_ends_after_start", condition=Q(valid_from__lt=F("valid_to"))
            ),
            models.CheckConstraint(
                name="certificate_term_days", condition=Q(working_days__gte=1, working_days__lte=60)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.valid_from} {self.working_days}"
