"""What people choose when they take a register out."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.models import Region
from services.exports.columns import ExportColumn

USUAL = ("household_no", "name", "village", "category", "mode", "self_care")


class PlaceField(forms.ModelChoiceField):
    """A place called by its name."""

    def label_from_instance(self, obj: Region) -> str:
        """石潭镇."""
        return str(obj)


class ExportForm(forms.Form):
    """Which place, which columns, why."""

    region = PlaceField(
        queryset=Region.objects.none(),
        to_field_name="code",
        label=_("哪里的名册"),
        empty_label=None,
        error_messages={"required": _("请选地方"), "invalid_choice": _("这个地方的名册不归您导出")},
    )
    columns = forms.MultipleChoiceField(
        label=_("要哪几列"),
        widget=forms.CheckboxSelectMultiple,
        initial=list(USUAL),
        help_text=_("遮住的还是遮住；健康情况不能导出"),
        error_messages={"required": _("请至少选一列"), "invalid_choice": _("请从列出的里面选")},
    )
    purpose = forms.CharField(
        label=_("拿去做什么"),
        max_length=200,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("会写在文件第一行，也会留记录"),
        error_messages={"required": _("请写明拿去做什么，至少 4 个字")},
    )
    full_names = forms.BooleanField(label=_("要全名（要另一个人同意）"), required=False)

    def __init__(self, *args: Any, places: list[Region], columns: list[ExportColumn], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].queryset = Region.objects.filter(pk__in=[place.pk for place in places])
        self.fields["region"].initial = places[0].code if places else ""
        self.fields["columns"].choices = [(column.key, column.label) for column in columns]


class AnswerForm(forms.Form):
    """A second person's word."""

    words = forms.CharField(label=_("说明"), max_length=200, required=False)
