"""What is typed when policy finds people."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.models import Region


class RunForm(forms.Form):
    """Where to look."""

    region = forms.ModelChoiceField(
        label=_("在哪里查"),
        queryset=Region.objects.none(),
        empty_label=None,
        error_messages={"required": _("请选一个地方"), "invalid_choice": _("请从列出的里面选")},
    )

    def __init__(self, *args: Any, places: list[Region], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["region"]
        field.queryset = Region.objects.filter(pk__in=[place.pk for place in places]).order_by("path")


class ReportForm(forms.Form):
    """It may be true; of this version."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class DismissForm(forms.Form):
    """It is not so, and why."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("为什么不是"),
        help_text=_("写看到了什么。同样的情况不会再问。"),
        max_length=200,
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": _("请写明看到了什么、为什么不是")},
    )
