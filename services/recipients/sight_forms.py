"""What people type about sight itself: near kin, emergencies, reviews, and the search by ID number."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.base.forms import obey
from portal.base.identifiers import check_id_number


class EmergencyForm(forms.Form):
    """Which household, and what happened."""

    no = forms.CharField(
        label=_("住户编号"),
        max_length=20,
        help_text=_("例如 H-10000001，报警单和派单上有"),
        error_messages={"required": _("请填住户编号")},
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    ground = forms.CharField(
        label=_("出了什么事"),
        max_length=200,
        help_text=_("至少 10 个字，复核的人会看"),
        error_messages={"required": _("请写清楚出了什么事，至少 10 个字")},
        widget=forms.Textarea({"rows": 3}),
    )


class ReviewForm(forms.Form):
    """Whether the sight was justified."""

    verdict = forms.ChoiceField(
        label=_("这次查看有道理吗"),
        choices=[("justified", _("有道理")), ("not_justified", _("没道理，要再问"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一项"), "invalid_choice": _("请从列出的里面选")},
    )
    finding = forms.CharField(
        label=_("复核意见"),
        max_length=200,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": _("请写明看了什么、怎么定的，至少 4 个字")},
    )


class KinForm(forms.Form):
    """Who is near kin of the household."""

    username = forms.CharField(
        label=_("登录名"),
        max_length=150,
        help_text=_("这个人登录本站用的名字"),
        error_messages={"required": _("请填登录名")},
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "none"}),
    )


class AskWhyForm(forms.Form):
    """Of whom one asks why they can see the household."""

    who = forms.CharField(
        label=_("登录名"),
        max_length=150,
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "none"}),
    )

    def clean_who(self) -> str:
        """No character that a database refuses."""
        return self.cleaned_data["who"].replace("\x00", "").strip()


class FindForm(forms.Form):
    """A whole ID number, sent by POST only, and why it is looked for."""

    id_number = forms.CharField(
        label=_("身份证号"),
        max_length=30,
        help_text=_("18 位，写全才能找"),
        error_messages={"required": _("请填身份证号")},
        widget=forms.TextInput({"autocomplete": "off", "inputmode": "text"}),
    )
    ground = forms.CharField(
        label=_("为什么要找"),
        max_length=200,
        min_length=4,
        error_messages={
            "required": _("请写明为什么要找，至少 4 个字"),
            "min_length": _("请写明为什么要找，至少 4 个字"),
        },
    )

    def clean_id_number(self) -> str:
        """A number that can exist."""

        def checked(text: str, day: date) -> Any:
            return check_id_number(text, on=day).number

        return obey(checked, self.cleaned_data["id_number"], timezone.localdate())
