"""The second factor: secrets encrypted at rest, QR codes drawn here, kept by those who must have it."""

from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.accounts.qr import qr_svg
from portal.base.privacy import seal, unseal
from portal.base.rotation import Store, register_store, reseal
from portal.permissions.hats import hats

PLACE = "mfa_authenticator|data|secret"


class FactorAdapter(DefaultMFAAdapter):
    """Allauth's second factor, fitted to this site."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": _("您的岗位必须用动态码，不能关掉"),
        "incorrect_code": _("动态码不对。请看手机上现在的 6 位数再输"),
        "cannot_generate_recovery_codes": _("先设动态码或通行密钥，才有备用码"),
    }

    def encrypt(self, text: str) -> str:
        """For storage."""
        return seal(text, PLACE)

    def decrypt(self, encrypted_text: str) -> str:
        """From storage."""
        return unseal(encrypted_text, PLACE)

    def get_totp_issuer(self) -> str:
        """The name shown in the phone's app."""
        return settings.SITE_NAME

    def build_totp_svg(self, url: str) -> str:
        """An image without style attributes."""
        return qr_svg(url)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Only where no hat of the person demands two factors, or another stays."""
        return may_drop(authenticator)

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:
        """What a passkey is called until its owner says otherwise."""
        return gettext("通行密钥 %(number)d") % {
            "number": Authenticator.objects.filter(user=user, type=type).count() + 1
        }


STRONG = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def strong_factors(user: Any) -> QuerySet[Authenticator]:
    """What counts as the second factor of this person; recovery codes stand in for one, and are none."""
    return Authenticator.objects.filter(user_id=user.pk, type__in=STRONG)


def may_drop(factor: Authenticator) -> bool:
    """Whether this factor may go: no hat demands one, or another is left."""
    demanded = any(hat.rules.two_factor for hat in hats(factor.user))
    return not demanded or strong_factors(factor.user).exclude(pk=factor.pk).exists()


# What is sealed of a factor; a passkey holds public parts only.
SEALED = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)


def _step(after: int, size: int) -> tuple[int, int, int] | None:
    """Seal the secrets of the next second factors with the newest key."""
    found = list(Authenticator.objects.filter(pk__gt=after, type__in=SEALED).order_by("pk")[:size])
    changed = 0
    for row in found:
        fresh = {name: _fresh(value) for name, value in row.data.items()}
        if fresh != row.data:
            changed += Authenticator.objects.filter(pk=row.pk, data=row.data).update(data=fresh)
    return (found[-1].pk, len(found), changed) if found else None


def _fresh(value: object) -> object:
    return reseal(value, PLACE) if isinstance(value, str) and ":" in value else value


def _left() -> int:
    return sum(
        any(_fresh(value) != value for value in data.values())
        for data in Authenticator.objects.filter(type__in=SEALED).values_list("data", flat=True)
    )


# The columns of another package, sealed by this adapter: they follow a new key like our own.
register_store(Store("mfa_authenticator.data", _step, _left, Authenticator.objects.count))
