"""What the township decides about a report."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.providers.models import ServiceCode
from portal.base.forms import sometimes
from services.casework.queries import Suggested


class VerifyReportForm(forms.Form):
    """Which household a report belongs to, and which services it needs."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    household = sometimes(
        forms.ChoiceField(
            label=_("是哪一户"),
            widget=forms.RadioSelect,
            error_messages={"invalid_choice": _("请从列出的里面选，或填编号")},
        )
    )
    household_no = sometimes(
        forms.CharField(label=_("不在上面，填住户编号"), max_length=20, help_text=_("例如 H-12345678"))
    )
    services = forms.MultipleChoiceField(
        label=_("要哪些服务"),
        choices=ServiceCode.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={"invalid_choice": _("请从列出的里面选")},
    )

    def __init__(self, *args: Any, suggested: list[Suggested], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["household"].choices = [(each.household.no, each.label) for each in suggested]

    def clean(self) -> dict[str, Any]:
        """One household, named either way."""
        data = super().clean()
        data["chosen"] = (data.get("household_no") or "").strip() or data.get("household") or ""
        if not data["chosen"] and "household" not in self.errors:
            self.add_error("household", _("请选一户；没有就先建新档"))
        return data


class CloseReportForm(forms.Form):
    """Why nothing follows from a report."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("原因（上报人会看到）"),
        max_length=200,
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": _("请写明原因，上报人会看到")},
    )


class SearchForm(forms.Form):
    """One box."""

    q = forms.CharField(label=_("姓名、拼音、村或编号"), required=False, max_length=50)
