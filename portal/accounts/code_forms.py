"""Forms of the digits sent to a phone."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.accounts.adapter import MainlandPhoneField

CODE = {"inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": "6"}


def _code_field(label: Any, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=6,
        widget=forms.TextInput(CODE),
        error_messages={"max_length": _("验证码是 6 位数")},
        **more,
    )


class AskCodeForm(forms.Form):
    """To which number, and how."""

    phone = MainlandPhoneField(
        label=_("手机号"),
        max_length=30,
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "tel", "maxlength": "30"}),
    )
    way = forms.ChoiceField(
        label=_("怎么告诉您"),
        choices=[("sms", _("发短信")), ("voice", _("打电话念给我听"))],
        widget=forms.RadioSelect,
        initial="sms",
    )


class EnterCodeForm(forms.Form):
    """The digits that came."""

    code = _code_field(_("短信或电话里的 6 位数"))


class ChangePhoneForm(forms.Form):
    """The digits of the new number and of the old."""

    code = _code_field(_("新号码收到的 6 位数"))
    old_code = _code_field(_("旧号码收到的 6 位数"))


class NewPhoneForm(forms.Form):
    """A number that somebody was given in person."""

    phone = MainlandPhoneField(
        label=_("新手机号"),
        max_length=30,
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "off", "maxlength": "30"}),
    )
