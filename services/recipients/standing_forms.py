"""What people type about the categories of a person."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.base.forms import DayField
from services.recipients.categories import CategoryFacts
from services.recipients.forms import REQUIRED_CHOICE
from services.recipients.models import CategoryKind, DibaoClass, DisabilityType, SupportMode

GRADES = [("1", _("一级")), ("2", _("二级")), ("3", _("三级")), ("4", _("四级"))]


class CategoryForm(forms.Form):
    """Which category, since when, and what belongs to it."""

    kind = forms.ChoiceField(
        label=_("类别"),
        choices=CategoryKind.choices,
        widget=forms.RadioSelect,
        error_messages=REQUIRED_CHOICE,
    )
    mode = forms.ChoiceField(
        label=_("特困：供养方式"), choices=SupportMode.choices, widget=forms.RadioSelect, required=False
    )
    dibao_class = forms.ChoiceField(
        label=_("低保：类别"),
        choices=DibaoClass.choices,
        widget=forms.RadioSelect,
        required=False,
        help_text=_("A 类一年复核一次，B 类半年，C 类一季"),
    )
    disability = forms.ChoiceField(
        label=_("残疾：类别"), choices=DisabilityType.choices, widget=forms.RadioSelect, required=False
    )
    grade = forms.ChoiceField(label=_("残疾：等级"), choices=GRADES, widget=forms.RadioSelect, required=False)
    on = DayField(label=_("从哪天起"))

    def facts(self) -> CategoryFacts:
        """What was typed, for the action."""
        data: dict[str, Any] = dict(self.cleaned_data)
        data["grade"] = int(data["grade"]) if data["grade"] else None
        return CategoryFacts(**data)


class CategoryEndForm(forms.Form):
    """From which day a person is of a category no more, and why."""

    on = DayField(label=_("从哪天起不再是"))
    reason = forms.CharField(label=_("原因"), max_length=200, error_messages={"required": _("请写明原因")})
