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


class MembershipState(models.TextChoices):
    INVITED = "invited", _("还没答应")
    JOINED = "joined", _("在岗")
    ENDED = "ended", _("已离开")


class Membership(Stamped, Versioned):
    """A person works for a provider in a role. Sight of its households comes from here, dated.

    An invitation is an empty interval, so that no rule that asks dates alone can take it for a member;
    `wanted_to` is the end it was offered with. Whoever has joined is in force from `valid_from` to `valid_to`.
    """

    no = models.CharField(max_length=20, unique=True)
    provider = models.ForeignKey("partners.Provider", on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=16, choices=MemberRole.choices)
    sex = models.CharField(max_length=1, choices=Sex.choices, blank=True)
    dialect = models.CharField(max_length=50, blank=True)
    state = models.CharField(max_length=8, choices=MembershipState.choices, default=MembershipState.JOINED)
    badge_no = models.CharField(max_length=20, blank=True)
    certificate_level = models.CharField(max_length=32, blank=True)
    valid_from = models.DateTimeField(default=timezone.now)
    valid_to = models.DateTimeField(default=OPEN_END)
    wanted_to = models.DateTimeField(default=OPEN_END)
    answer_by = models.DateTimeField(null=True, blank=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    # Who is asked, where the number that was typed is their login already; `user` is then an empty account that
    # only shows what was typed, and goes when they answer. Never shown to who asks.
    meant_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        indexes = [
            models.Index(fields=["user", "valid_to"], name="member_user_until"),
            models.Index(fields=["provider", "role", "valid_to"], name="member_provider_role"),
            models.Index(fields=["state", "valid_to"], name="member_state_until"),
        ]
        constraints = [
            models.CheckConstraint(
                name="member_ends_after_start", condition=Q(valid_from__lte=F("valid_to"))
            ),
            models.CheckConstraint(
                name="member_invited_not_in_force",
                condition=~Q(state="invited") | Q(valid_to=F("valid_from"), answer_by__isnull=False),
            ),
            models.CheckConstraint(
                name="member_joined_is_oneself", condition=~Q(state="joined") | Q(meant_for=None)
            ),
            models.CheckConstraint(
                name="member_ended_has_an_end", condition=~Q(state="ended") | Q(valid_to__lt=OPEN_END)
            ),
            models.UniqueConstraint(
                name="member_role_once", fields=["user", "provider", "role"], condition=~Q(state="ended")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.provider_id}"
