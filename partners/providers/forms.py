"""The part of a registration that makes a login."""

from typing import Any

from django import forms
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from partners.network.fields import MobileField, SectionedForm


class AccountFields(SectionedForm):
    """The login that goes with a registration; left out for somebody who is logged in."""

    login_phone = MobileField(
        label=_("手机号"), help_text=_("以后用它登录。11 位，一个号只能开一个账号"), max_length=30
    )
    password = forms.CharField(
        label=_("设一个密码"),
        help_text=_("至少 10 位，不要只用数字"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password_again = forms.CharField(
        label=_("再输一遍密码"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    ACCOUNT = ("login_phone", "password", "password_again")

    def __init__(self, *args: Any, with_account: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not with_account:
            for name in self.ACCOUNT:
                del self.fields[name]

    @property
    def sections(self) -> list[dict[str, Any]]:
        """Once something is to mend, the empty password boxes say why they are empty."""
        shown = super().sections
        if self.errors and "password" in self.fields:
            self["password"].help_text = _("密码不留在页面上，请重新输。至少 10 位，不要只用数字")
        return shown

    def clean_password(self) -> str:
        """Long and uncommon enough."""
        validate_password(self.cleaned_data["password"])
        return self.cleaned_data["password"]

    def clean_password_again(self) -> str:
        """The same."""
        again = self.cleaned_data["password_again"]
        if self.cleaned_data.get("password") not in (None, again):
            raise forms.ValidationError(_("两次密码不一样，请再输一遍"), code="password_differs")
        return again

    def password_hash(self) -> str:
        """Hashed here, outside any transaction, and for a taken phone too."""
        return make_password(self.cleaned_data["password"])
