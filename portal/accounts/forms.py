"""Forms of the login door in plain words."""

from typing import Any

from allauth.account import forms as account_forms
from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.account.internal.flows.login import derive_login_method
from allauth.core import context
from allauth.mfa import app_settings as factor_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as factor_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp_forms
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from portal.accounts.adapter import MainlandPhoneField
from portal.accounts.attempts import factor_turns, give_back_all, take_all
from portal.accounts.models import User
from portal.base.tally import Limit, take

DIFFERENT = _("两次输的密码不一样，请再输一遍")
PASSWORD_HINT = _("至少 10 位。可以用一句好记的话，不要只用数字")
# So long one code would be accepted: its own period and, for slow hands and clocks, those beside it.
CODE_LIVES = factor_settings.TOTP_PERIOD * (2 * factor_settings.TOTP_TOLERANCE + 1)


def _word(form: forms.Form, name: str, label: Any, hint: Any = "", **attrs: str) -> None:
    """Give a field of allauth's our words; a placeholder is no label."""
    field = form.fields[name]
    field.label, field.help_text = label, hint
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(attrs)


LONGEST_LOGIN = 150


class LoginForm(account_forms.LoginForm):
    """Phone or username, and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(
            self,
            "login",
            _("手机号或登录名"),
            autocomplete="username",
            maxlength=str(LONGEST_LOGIN),
            spellcheck="false",
        )
        _word(self, "password", _("密码"), autocomplete="current-password")
        self.fields["login"].widget.attrs["autocapitalize"] = "none"

    def clean_login(self) -> str:
        """A phone number in its one written form, so that each account has one count of wrong tries."""
        login = super().clean_login()
        if "\x00" in login:
            raise forms.ValidationError(_("登录名里有不能用的字符，请重新输"))
        if len(login) > LONGEST_LOGIN:
            raise forms.ValidationError(_("登录名太长，请重新输"))
        return MainlandPhoneField().clean(login) if derive_login_method(login) == "phone" else login


class ChangePasswordForm(account_forms.ChangePasswordForm):
    """The old password and a new one, twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "oldpassword", _("现在的密码"))
        _word(self, "password1", _("新密码"), PASSWORD_HINT)
        _word(self, "password2", _("新密码再输一遍"))

    def clean(self) -> dict[str, Any] | None:
        """Both alike, said in our words."""
        data = super().clean()
        if "password2" in self.errors and self.cleaned_data.get("password1"):
            self.errors["password2"] = self.error_class([DIFFERENT])
        return data


class ReauthenticateForm(account_forms.ReauthenticateForm):
    """The password once more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "password", _("密码"), autocomplete="current-password")


def _code(form: forms.Form, label: Any) -> None:
    form.fields["code"].max_length = 20
    _word(form, "code", label, inputmode="numeric", autocomplete="one-time-code", maxlength="20")


def _spend(factor: Authenticator, code: str) -> None:
    """Allauth remembers a used code for one period only, shorter than it accepts it, and not over processes."""
    if not take(Limit("factor-used", 1, CODE_LIVES), f"{factor.user_id}:{code}"):
        raise get_adapter().validation_error("incorrect_code")


class ActivateTOTPForm(totp_forms.ActivateTOTPForm):
    """The first six digits prove that the phone was set up."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self, _("手机上的 6 位数"))

    def clean_code(self) -> str:
        """The code that set the phone up opens no second session."""
        code = super().clean_code()
        _spend(Authenticator(user=self.user, type=Authenticator.Type.TOTP), code)
        return code


class CodeOnceMixin:
    """Each six digits open one session, however long they would count."""

    def clean_code(self) -> str:
        """Counted before it is judged, over all processes. Recovery codes are struck off by allauth itself."""
        turns = factor_turns(context.request, self.user)
        if not take_all(turns):
            raise get_account_adapter().validation_error("too_many_login_attempts")
        code = super().clean_code()
        give_back_all(turns)
        if self.authenticator.type == Authenticator.Type.TOTP:
            _spend(self.authenticator, code)
        return code


class AuthenticateForm(CodeOnceMixin, factor_forms.AuthenticateForm):
    """Six digits of the phone, or eight of the paper."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self, _("动态码"))
        self.fields["code"].help_text = _("手机上的 6 位数。手机不在身边，就输一个备用码")


class ReauthenticateCodeForm(CodeOnceMixin, factor_forms.ReauthenticateForm):
    """The same, in the middle of a session."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self, _("动态码"))
        self.fields["code"].help_text = _("手机上的 6 位数。手机不在身边，就输一个备用码")


class ChoosePasswordForm(forms.Form):
    """A first or new password, twice, by a one-time link."""

    password1 = forms.CharField(
        label=_("设一个密码"),
        help_text=PASSWORD_HINT,
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label=_("密码再输一遍"),
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password1(self) -> str:
        """Long enough, not a common one."""
        validate_password(self.cleaned_data["password1"], self.user)
        return self.cleaned_data["password1"]

    def clean(self) -> dict[str, Any]:
        """Both alike."""
        data = super().clean() or self.cleaned_data
        if data.get("password1") and data.get("password2") and data["password1"] != data["password2"]:
            self.add_error("password2", DIFFERENT)
        return data


class ResetPersonForm(forms.Form):
    """What the person lost."""

    lost = forms.ChoiceField(
        label=_("他（她）缺什么？"),
        choices=[("password", _("忘了密码")), ("phone", _("手机丢了或换了，动态码也没有了"))],
        widget=forms.RadioSelect,
        initial="password",
    )


class LanguageForm(forms.Form):
    """The language of one's pages."""

    language = forms.ChoiceField(
        label=_("页面语言"), choices=[("zh-hans", "简体中文"), ("en", "English")], widget=forms.RadioSelect
    )
