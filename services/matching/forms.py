"""What is chosen when a need is offered, and said when an offer is answered."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from services.matching.actions import HOURS, URGENT_HOURS


class SendForm(forms.Form):
    """Who gets the offer, until when, and why not the first."""

    provider = forms.CharField(label=_("服务方"), error_messages={"required": _("请选一个服务方")})
    hours = forms.TypedChoiceField(label=_("多久内答复"), coerce=int)
    reason = forms.CharField(label=_("不选第一名时，写明理由"), max_length=200, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, urgent: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["hours"].choices = [
            (n, ngettext("%(n)s 小时", "%(n)s 小时", n) % {"n": n})
            for n in (URGENT_HOURS if urgent else HOURS)
        ]


class GroundForm(forms.Form):
    """Why an offer is declined or withdrawn."""

    ground = forms.CharField(label=_("原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}))
    version = forms.IntegerField(widget=forms.HiddenInput)
