"""Phones that bring visits, the tickets they were given, and every envelope as it came."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.base.models import OPEN_END, Stamped
from portal.base.privacy import EncryptedTextField
from services.recipients.door import ThroughHousehold


class ShutCause(models.TextChoices):
    """Why a phone is shut."""

    LOST = "lost", _("丢了")
    OWN = "own", _("自己停用")
    LIMIT = "limit", _("换了新手机")
    LEFT = "left", _("账号停用")


class SyncDevice(Stamped):
    """A phone enrolled for one person. `public_key` signs its envelopes; its private half never leaves the phone.

    `deposit_digest` is SHA-256 of the secret with which it may still hand in sealed visits when nobody can log in.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="phones")
    name = models.CharField(_("手机"), max_length=60)
    public_key = models.CharField(max_length=100)
    deposit_digest = models.CharField(max_length=64, blank=True, db_index=True)
    enrolled_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)
    shut_at = models.DateTimeField(default=OPEN_END)
    shut_cause = models.CharField(max_length=8, choices=ShutCause.choices, blank=True)

    class Meta:
        indexes = [models.Index(fields=["user", "shut_at"], name="phone_user_until")]
        constraints = [
            models.CheckConstraint(
                name="phone_shut_for_a_cause",
                condition=Q(shut_at=OPEN_END, shut_cause="") | (Q(shut_at__lt=OPEN_END) & ~Q(shut_cause="")),
            )
        ]

    def __str__(self) -> str:
        return self.name


class TicketRows(ThroughHousehold):
    """Tickets and envelopes reach their household through the planned visit."""

    household_path = "planned__task__need__household"


class VisitTicket(Stamped):
    """What one phone was given of one planned visit: the right to bring it, and which fields went along.

    `door` says that name, address and phone went in clear. `wiped_at` is when the phone was told to forget it.
    """

    planned = models.ForeignKey("services.PlannedVisit", on_delete=models.CASCADE, related_name="tickets")
    device = models.ForeignKey("services.SyncDevice", on_delete=models.CASCADE, related_name="tickets")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    epoch = models.PositiveIntegerField()
    not_before = models.DateTimeField()
    not_after = models.DateTimeField()
    issued_at = models.DateTimeField(default=timezone.now)
    door = models.BooleanField(default=False)
    wiped_at = models.DateTimeField(null=True, blank=True)
    objects = TicketRows.as_manager()

    class Meta:
        indexes = [models.Index(fields=["device", "not_after"], name="ticket_device_until")]
        constraints = [
            models.CheckConstraint(
                name="ticket_ends_after_start", condition=Q(not_before__lte=models.F("not_after"))
            )
        ]

    def __str__(self) -> str:
        return str(self.uid)


class ItemKind(models.TextChoices):
    VISIT = "visit", _("上门记录")
    AMENDMENT = "amendment", _("补充")


class InboxState(models.TextChoices):
    """What became of an envelope."""

    CREATED = "created", _("已收下")
    QUARANTINED = "quarantined", _("待认定")
    HELD = "held", _("还不能处理")
    VARIANT = "variant", _("同一编号，内容不同")
    APPROVED = "approved", _("认定有效")
    REFUSED = "refused", _("认定不算")


class SyncInbox(Stamped):
    """One envelope as it came, before and whatever became of it. The key of the table is the server's sequence.

    `item` is the id made on the phone (of the visit, or of the amendment); `visit` is always that of the visit.
    The first of an id is live; another content under the same id is kept beside it as a variant.
    What waits for a person reaches no confirmation, hours, money or page of the household.
    """

    no = models.CharField(max_length=20, unique=True)
    item = models.UUIDField()
    visit = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=10, choices=ItemKind.choices)
    payload_hash = models.CharField(max_length=64)
    raw = EncryptedTextField(_("上传的内容"), blank=True)
    variant = models.BooleanField(default=False)
    device = models.ForeignKey(
        "services.SyncDevice", null=True, blank=True, on_delete=models.SET_NULL, related_name="items"
    )
    seq = models.PositiveIntegerField()
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    planned = models.ForeignKey(
        "services.PlannedVisit", null=True, blank=True, on_delete=models.PROTECT, related_name="brought"
    )
    record = models.ForeignKey(
        "services.VisitRecord", null=True, blank=True, on_delete=models.PROTECT, related_name="brought"
    )
    epoch = models.PositiveIntegerField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    clock_suspect = models.BooleanField(default=False)
    deposited = models.BooleanField(default=False)
    photos = models.JSONField(default=list)
    received_at = models.DateTimeField(default=timezone.now)
    receipt = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=12, choices=InboxState.choices, default=InboxState.HELD)
    reason = models.CharField(max_length=24, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    ground = models.CharField(_("理由"), max_length=300, blank=True)
    objects = TicketRows.as_manager()

    class Meta:
        permissions = [("decide_brought", "认定手机带回来的上门")]
        indexes = [
            models.Index(fields=["state", "received_at"], name="inbox_state_received"),
            models.Index(fields=["device", "seq"], name="inbox_device_seq"),
        ]
        constraints = [
            models.UniqueConstraint(name="inbox_content_once", fields=["item", "payload_hash"]),
            models.UniqueConstraint(
                name="inbox_first_of_an_item", fields=["item"], condition=Q(variant=False)
            ),
            models.CheckConstraint(
                name="inbox_decided_whole",
                condition=Q(decided_by=None, decided_at=None)
                | Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.no
