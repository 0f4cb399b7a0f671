"""Who belongs to which provider, as what, from when to when."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.base.models import OPEN_END, Stamped, Versioned


class MemberRole(models.TextChoices):
    MANAGER = "manager", _("机构负责人")
    STATION_LEAD = "station_lead", _("社工站站长")
    WORKER = "worker", _("护理员")


class Sex(models.TextChoices):
    FEMALE = "f", _("女")
    MALE = "m", _("男")


class Membership(Stamped, Versioned):
    """A person works for a provider in a role. Sight of its households comes from here, dated."""

    no = models.CharField(max_length=20, unique=True)
    provider = models.ForeignKey("partners.Provider", on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=16, choices=MemberRole.choices)
    sex = models.CharField(max_length=1, choices=Sex.choices, blank=True)
    dialect = models.CharField(max_length=50, blank=True)
    badge_no = models.CharField(max_length=20, blank=True)
    certificate_level = models.CharField(max_length=32, blank=True)
    valid_from = models.DateTimeField(default=timezone.now)
    valid_to = models.DateTimeField(default=OPEN_END)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        indexes = [
            models.Index(fields=["user", "valid_to"], name="member_user_until"),
            models.Index(fields=["provider", "role", "valid_to"], name="member_provider_role"),
        ]
        constraints = [
            models.CheckConstraint(
                name="member_ends_after_start", condition=Q(valid_from__lte=F("valid_to"))
            ),
            models.UniqueConstraint(
                name="member_role_once", fields=["user", "provider", "role"], condition=Q(valid_to=OPEN_END)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.provider_id}"
