"""The second factor: secrets encrypted at rest, QR codes drawn here, kept by those who must have it."""

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from portal.accounts.qr import qr_svg
from portal.base.privacy import seal, unseal
from portal.permissions.hats import hats

PLACE = "mfa_authenticator|data|secret"


class FactorAdapter(DefaultMFAAdapter):
    """Allauth's second factor, fitted to this site."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": _("您的岗位必须用动态码，不能关掉"),
        "incorrect_code": _("动态码不对。请看手机上现在的 6 位数再输"),
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
        """Only where no hat of the person demands two factors."""
        return not any(hat.rules.two_factor for hat in hats(authenticator.user))
