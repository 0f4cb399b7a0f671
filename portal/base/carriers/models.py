"""Messages on their way out of the house, how each person wants them, and what the stored sink received."""

from datetime import UTC, datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SinkMessage(models.Model):
    """One letter that went nowhere. The address is masked; in real use the words hold stars for a code."""

    channel = models.CharField(max_length=16)
    to_masked = models.CharField(max_length=120)
    template = models.CharField(max_length=32)
    words = models.CharField(max_length=300)
    key = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(name="sink_key_once", fields=["channel", "key"])]
        indexes = [models.Index(fields=["to_masked", "-created_at"], name="sink_to")]

    def __str__(self) -> str:
        return f"{self.channel} {self.template}"


class Kind(models.TextChoices):
    """What a message is to its receiver; a person chooses by these how they are told."""

    DANGER = "danger", _("紧急情况")
    WORK = "work", _("等我办的事")
    ANSWER = "answer", _("我报的、提的事有结果")
    ACCOUNT = "account", _("账号和岗位的变化")


class Pace(models.TextChoices):
    EACH = "each", _("来一条发一条")
    DAILY = "daily", _("一天合成一条，傍晚发")


class MessageChoice(models.Model):
    """How one person wants to be told outside the site. Who has chosen nothing has the defaults of `choices`."""

    user = models.OneToOneField("portal.User", on_delete=models.CASCADE, related_name="message_choice")
    channels = models.JSONField(default=dict)
    pace = models.CharField(max_length=8, choices=Pace.choices, default=Pace.EACH)
    quiet_from = models.TimeField()
    quiet_to = models.TimeField()
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"#{self.user_id}"


class CarriageState(models.TextChoices):
    WAITING = "waiting", _("等着发")
    HANDED = "handed", _("交出去了")
    DELIVERED = "delivered", _("送到了")
    DROPPED = "dropped", _("不用发了")
    DEAD = "dead", _("没发成")


class Carriage(models.Model):
    """One message on its way to one person by one channel, or one day's digest (without a message).

    `key` is the outbox's dedupe key with the channel: the carriers' idempotency key. It holds no address and no
    words: both are read when it is carried.
    """

    message = models.ForeignKey(
        "portal.OutboxMessage", null=True, blank=True, on_delete=models.CASCADE, related_name="carriages"
    )
    receiver = models.ForeignKey("portal.User", on_delete=models.CASCADE, related_name="+")
    channel = models.CharField(max_length=16)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    key = models.CharField(max_length=220, unique=True)
    state = models.CharField(max_length=12, choices=CarriageState.choices, default=CarriageState.WAITING)
    created_at = models.DateTimeField(default=timezone.now)
    available_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    refusals = models.PositiveSmallIntegerField(default=0)
    claim_epoch = models.PositiveIntegerField(default=0)
    claimed_until = models.DateTimeField(default=datetime(1970, 1, 1, tzinfo=UTC))
    carrier = models.CharField(max_length=16, blank=True)
    reference = models.CharField(max_length=120, blank=True)
    handed_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "available_at"], name="carriage_waiting")]

    def __str__(self) -> str:
        return f"{self.channel} {self.key}"
