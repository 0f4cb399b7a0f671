"""Who logs in, and the human behind it."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractUser, _user_has_module_perms, _user_has_perm
from django.db import models
from django.utils.translation import gettext_lazy as _
from guardian.mixins import GuardianUserMixin

from portal.base.models import OPEN_END, Stamped, uuid7
from portal.base.privacy import EncryptedTextField


class Identity(Stamped):
    """One human: stands behind user, volunteer and worker. Known by the blind index of the ID number."""

    name = models.CharField("姓名", max_length=50)
    id_number = EncryptedTextField("身份证号", blank=True)
    id_blind = models.CharField(max_length=64, null=True, blank=True, unique=True)

    def __str__(self) -> str:
        return f"#{self.pk}"


class User(GuardianUserMixin, AbstractUser):
    """A login. Rights come from posts and memberships, never from flags here."""

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    name = models.CharField("姓名", max_length=50, blank=True)
    phone = EncryptedTextField("手机号", blank=True)
    phone_blind = models.CharField(max_length=64, null=True, blank=True, unique=True)
    phone_verified = models.BooleanField(default=False)
    identity = models.ForeignKey(
        "portal.Identity", null=True, blank=True, on_delete=models.PROTECT, related_name="users"
    )
    language = models.CharField(max_length=10, default="zh-hans")
    is_demo = models.BooleanField("演示账号", default=False)
    # Changed by the database alone, with every row that this person's hats come from.
    hats_stamp = models.BigIntegerField(default=0, editable=False)
    first_name = None
    last_name = None

    def __str__(self) -> str:
        return self.name or self.username

    def _do_update(self, base_qs: Any, using: Any, pk_val: Any, values: Any, *rest: Any) -> bool:
        """Never writes the stamp: an object read earlier would bring an old one back."""
        kept = [each for each in values if each[0].name != "hats_stamp"]
        return super()._do_update(base_qs, using, pk_val, kept, *rest)  # type: ignore[misc]

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Asked of the backends alike for everybody: a superuser gets no business data for being one."""
        return _user_has_perm(self, perm, obj)

    def has_module_perms(self, app_label: str) -> bool:
        """As `has_perm`, for a whole app."""
        return _user_has_module_perms(self, app_label)

    def get_full_name(self) -> str:
        """The name people are called by."""
        return self.name or self.username

    def get_short_name(self) -> str:
        """The same; Chinese names are not split."""
        return self.get_full_name()


class ActivationCause(models.TextChoices):
    INVITED = "invited", _("邀请")
    RESET = "reset", _("重设密码")
    LOST_PHONE = "lost_phone", _("重设密码和动态码")


class Activation(Stamped):
    """A one-time link or QR by which an invited or reset person sets a password, without SMS.

    Only the SHA-256 of the secret is kept. `lost_phone` also takes the second factor away.
    """

    user = models.ForeignKey("portal.User", on_delete=models.CASCADE, related_name="activations")
    digest = models.CharField(max_length=64, unique=True)
    cause = models.CharField(max_length=16, choices=ActivationCause.choices)
    issued_by = models.ForeignKey("portal.User", null=True, on_delete=models.PROTECT, related_name="+")
    valid_to = models.DateTimeField(default=OPEN_END)
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.cause} {self.user_id}"

    def open_at(self, at: datetime) -> bool:
        """Whether the link still works."""
        return self.used_at is None and at < self.valid_to


class KeptForm(Stamped):
    """What somebody had typed when the session ended; shown again to that person on that browser alone.

    `digest` is the SHA-256 of a random cookie. The body is encrypted and lives half an hour.
    """

    user = models.ForeignKey("portal.User", on_delete=models.CASCADE, related_name="kept_forms")
    digest = models.CharField(max_length=64, unique=True)
    path = models.CharField(max_length=500)
    body = EncryptedTextField()
    valid_to = models.DateTimeField()

    def __str__(self) -> str:
        return self.path


class CodePurpose(models.TextChoices):
    LOGIN = "login", _("登录")
    OLD_PHONE = "old_phone", _("旧手机号")
    NEW_PHONE = "new_phone", _("新手机号")


class PhoneCode(Stamped):
    """Six digits sent to a phone: five minutes, five tries, used once.

    A number that nobody logs in with gets a row too, without a user, and nothing is sent: both cost the
    same. The digits are kept encrypted until they are handed to the carrier, then only their fingerprint.
    """

    user = models.ForeignKey(
        "portal.User", null=True, blank=True, on_delete=models.CASCADE, related_name="phone_codes"
    )
    purpose = models.CharField(max_length=12, choices=CodePurpose.choices)
    phone = EncryptedTextField()
    channel = models.CharField(max_length=8, default="sms")
    digest = models.CharField(max_length=64)
    code = EncryptedTextField(blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    valid_to = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["sent_at", "valid_to"], name="phone_code_waiting")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.uid}"
