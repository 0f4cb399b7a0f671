"""Proposals with their reasons, and the offers made of them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.base.models import Stamped, Versioned


class MatchWeights(models.Model):
    """The published weights of the soft terms, from a day on; they add up to 100."""

    valid_from = models.DateField(unique=True)
    distance = models.PositiveSmallIntegerField(default=40)
    capacity = models.PositiveSmallIntegerField(default=20)
    continuity = models.PositiveSmallIntegerField(default=25)
    price = models.PositiveSmallIntegerField(default=15)
    fairness = models.PositiveSmallIntegerField(default=0)
    spread = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["-valid_from"]
        constraints = [
            models.CheckConstraint(
                name="weights_add_up",
                condition=Q(
                    distance=100 - F("capacity") - F("continuity") - F("price") - F("fairness") - F("spread")
                ),
            )
        ]

    def __str__(self) -> str:
        return str(self.valid_from)


class OfferState(models.TextChoices):
    WAITING = "waiting", _("待答复")
    ACCEPTED = "accepted", _("已接受")
    DECLINED = "declined", _("已谢绝")
    EXPIRED = "expired", _("已超时")
    WITHDRAWN = "withdrawn", _("已撤回")


class Offer(Stamped, Versioned):
    """A need offered to a provider until a moment. It shows no name before it is accepted."""

    no = models.CharField(max_length=20, unique=True)
    need = models.ForeignKey("services.Need", on_delete=models.PROTECT, related_name="offers")
    provider = models.ForeignKey("partners.Provider", on_delete=models.PROTECT, related_name="offers")
    contract = models.ForeignKey(
        "services.Contract", null=True, blank=True, on_delete=models.PROTECT, related_name="offers"
    )
    state = models.CharField(max_length=10, choices=OfferState.choices, default=OfferState.WAITING)
    unit_fen = models.BigIntegerField(default=0)
    sent_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ground = models.CharField(max_length=200, blank=True)
    rank = models.PositiveSmallIntegerField(default=1)
    choice_reason = models.CharField(max_length=200, blank=True)
    terms = models.JSONField(default=dict)

    class Meta:
        permissions = [
            ("answer_offer", "答复派单"),
        ]
        indexes = [
            models.Index(fields=["provider", "state", "expires_at"], name="offer_provider_state"),
            models.Index(fields=["need", "state"], name="offer_need_state"),
        ]
        constraints = [
            models.UniqueConstraint(name="offer_one_open", fields=["need"], condition=Q(state="waiting")),
            models.CheckConstraint(name="offer_expires_later", condition=Q(sent_at__lt=F("expires_at"))),
        ]

    def __str__(self) -> str:
        return self.no
