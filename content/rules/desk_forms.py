"""Proposing a standard, and saying no to one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from content.rules.models import AGES, OLDEST, StandardKind
from partners.network.models import Region, RegionLevel
from portal.base.docnumber import parse_document_number
from portal.base.forms import day_field, obey
from portal.base.money import fen_from_text


class StandardForm(forms.Form):
    """A new number from a day on. `amount` cleans to fen a month, or to years for an age."""

    kind = forms.ChoiceField(label=_("哪一种标准"), choices=StandardKind.choices)
    area = forms.ModelChoiceField(
        label=_("适用地方"),
        queryset=Region.objects.filter(level__in=[RegionLevel.COUNTY, RegionLevel.TOWNSHIP]).order_by("path"),
        to_field_name="code",
        empty_label=None,
    )
    amount = forms.CharField(
        label=_("数额"),
        max_length=24,
        help_text=_("钱按每人每月多少元填，比如 650；年龄按周岁填，比如 60"),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    document = forms.CharField(
        label=_("文号"), max_length=60, help_text=_("定这个数的文件，比如 民发〔2021〕43号")
    )
    anchor = forms.CharField(
        label=_("条款"),
        max_length=60,
        required=False,
        help_text=_("文件在本站公开的，填条款的锚点，比如 item4"),
    )
    source = forms.CharField(label=_("出处"), max_length=200, required=False)
    starts_on = day_field(_("从哪天起"))

    def clean_document(self) -> str:
        """The number as it is printed."""
        return str(obey(parse_document_number, self.cleaned_data["document"]))

    def clean(self) -> dict[str, Any]:
        """The amount by its kind."""
        data = super().clean() or {}
        if "kind" not in data or "amount" not in data:
            return data
        if data["kind"] not in AGES:
            try:
                data["amount"] = obey(fen_from_text, data["amount"])
            except forms.ValidationError as error:
                self.add_error("amount", error)
                return data
            if data["amount"] == 0:
                self.add_error("amount", _("数额要大于 0"))
        elif data["amount"].isascii() and data["amount"].isdigit() and 0 < int(data["amount"][:4]) <= OLDEST:
            data["amount"] = int(data["amount"])
        else:
            self.add_error("amount", _("年龄填 1 到 150 的整数"))
        return data


class DecisionForm(forms.Form):
    """Which version was seen, and for a no the reason."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class RefusalForm(DecisionForm):
    """A no needs its reason."""

    reason = forms.CharField(
        label=_("为什么不同意"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )
