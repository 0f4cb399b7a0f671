"""What a death or a closed file put an end to, kept so that a mistake can be put right by a second person."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.base.models import Stamped, Versioned
from portal.base.privacy import EncryptedTextField
from services.recipients.door import ThroughHousehold

USER = settings.AUTH_USER_MODEL


def _who() -> models.ForeignKey:
    return models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")


class EndingKind(models.TextChoices):
    DEATH = "death", _("登记去世")
    CLOSE = "close", _("注销档案")


class EndingState(models.TextChoices):
    STANDS = "stands", _("有效")
    ASKED = "asked", _("有人要求改正")
    UNDONE = "undone", _("已改正")


class FileEnding(Stamped, Versioned):
    """One death or closing, with everything it ended: `stopped` is {kind: {number: state before}}.

    Numbers, uids and states only; empty after an erasure, and then nothing can be put right any more. `left`
    says what the correction could not bring back: [{"kind", "no", "why"}], to be done by hand.
    """

    household = models.ForeignKey("services.Household", on_delete=models.PROTECT, related_name="endings")
    person = models.ForeignKey(
        "services.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="endings"
    )
    kind = models.CharField(max_length=6, choices=EndingKind.choices)
    state = models.CharField(max_length=6, choices=EndingState.choices, default=EndingState.STANDS)
    at = models.DateTimeField(default=timezone.now)
    done_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    stopped = models.JSONField(default=dict)
    left = models.JSONField(default=list)
    asked_by = _who()
    asked_at = models.DateTimeField(null=True, blank=True)
    asked_why = EncryptedTextField(blank=True)
    undone_by = _who()
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_why = EncryptedTextField(blank=True)
    objects = ThroughHousehold.as_manager()

    class Meta:
        permissions = [("undo_ending", "改正登错的去世、注销")]
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["state", "asked_at"], name="ending_state_asked")]
        constraints = [
            models.CheckConstraint(
                name="ending_death_of_somebody",
                condition=Q(kind="death", person__isnull=False) | Q(kind="close", person__isnull=True),
            ),
            models.CheckConstraint(
                name="ending_asked_by_somebody",
                condition=~Q(state="asked") | Q(asked_by__isnull=False, asked_at__isnull=False),
            ),
            models.CheckConstraint(
                name="ending_undone_by_another",
                condition=(
                    Q(state="undone", undone_by__isnull=False, undone_at__isnull=False)
                    & ~Q(undone_by=F("done_by"))
                )
                | (~Q(state="undone") & Q(undone_by__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return str(self.uid)
