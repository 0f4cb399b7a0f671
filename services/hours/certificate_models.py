"""志愿服务记录证明 (民政部令第67号, 民发〔2015〕149号): numbered without gaps, signed, never changed but to be revoked."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.base.models import Stamped, Versioned


class CertificateState(models.TextChoices):
    ISSUED = "issued", _("有效")
    REVOKED = "revoked", _("已作废")


class CertificateYear(models.Model):
    """The last number given in a year; raised in the transaction that writes the certificate, so none is skipped."""

    year = models.PositiveSmallIntegerField(unique=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year} {self.last}"


class HourCertificate(Stamped, Versioned):
    """A certificate of voluntary hours. `payload` is exactly what was signed; the page and the paper print it."""

    no = models.CharField(max_length=24, unique=True)
    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    volunteer = models.ForeignKey("partners.Volunteer", on_delete=models.PROTECT, related_name="certificates")
    state = models.CharField(max_length=8, choices=CertificateState.choices, default=CertificateState.ISSUED)
    payload = models.TextField()
    signature = models.CharField(max_length=100)
    key_id = models.CharField(max_length=16)
    minutes = models.PositiveIntegerField()
    from_day = models.DateField()
    to_day = models.DateField()
    issued_on = models.DateField()
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    revoked_on = models.DateField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    revoked_why = models.CharField(max_length=200, blank=True)

    class Meta:
        permissions = [("issue_certificate", "开志愿服务记录证明")]
        ordering = ["-year", "-serial"]
        constraints = [
            models.UniqueConstraint(name="certificate_number_once", fields=["year", "serial"]),
            models.CheckConstraint(
                name="certificate_revoked_with_reason",
                condition=Q(state="issued", revoked_on__isnull=True, revoked_by__isnull=True)
                | (
                    Q(state="revoked", revoked_on__isnull=False, revoked_by__isnull=False)
                    & ~Q(revoked_why="")
                ),
            ),
            models.CheckConstraint(
                name="certificate_some_hours", condition=Q(minutes__gte=1, from_day__lte=F("to_day"))
            ),
        ]

    def __str__(self) -> str:
        return self.no
