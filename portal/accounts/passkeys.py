"""Passkeys: made and shown by a phone or a key, as the second factor and as the whole login."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import forms as key_forms
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

MOST_KEYS = 10
LONGEST_NAME = 40


def passkeys_of(user: Any) -> QuerySet[Authenticator]:
    """The passkeys of this person, oldest first."""
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).order_by("pk")


@contextmanager
def _malformed_is_refused() -> Iterator[None]:
    """What a browser sends is taken apart by another package, which stumbles over strange shapes in many ways."""
    try:
        yield
    except (TypeError, ValueError, LookupError, AttributeError, OverflowError, struct.error):
        raise get_adapter().validation_error("incorrect_code") from None


class NameForm(forms.Form):
    """What one's own passkey is called."""

    name = forms.CharField(
        label=_("名字"), max_length=LONGEST_NAME, help_text=_("比如“我的手机”“办公室电脑”，丢了好认")
    )


class AddPasskeyForm(key_forms.AddWebAuthnForm):
    """A new passkey with a name; it always asks for the finger, face or PIN, so it can be the whole login."""

    passwordless = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = NameForm().fields["name"]
        self.fields["name"].required = False

    def clean(self) -> dict[str, Any]:
        """Whole, from this page, and not one too many."""
        if passkeys_of(self.user).count() >= MOST_KEYS:
            raise forms.ValidationError(_("最多存 10 个通行密钥，请先删掉不用的"), code="too_many")
        with _malformed_is_refused():
            return super().clean()


class _Shown:
    def clean_credential(self) -> Authenticator:
        """The passkey that was shown."""
        with _malformed_is_refused():
            return super().clean_credential()  # type: ignore[misc]


class PasskeyLoginForm(_Shown, key_forms.LoginWebAuthnForm):
    """A passkey in place of name and password."""


class PasskeyFactorForm(_Shown, key_forms.AuthenticateWebAuthnForm):
    """A passkey after the password."""


class PasskeyAgainForm(_Shown, key_forms.ReauthenticateWebAuthnForm):
    """A passkey in the middle of a session."""
