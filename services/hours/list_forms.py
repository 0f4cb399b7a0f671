"""What people type about lists of hours: which list they want, and how its columns shall be."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.models import Region
from partners.network.fields import DayField
from services.exports.forms import PlaceField
from services.exports.models import ExportFile, ExportList
from services.hours.list_actions import Shape
from services.hours.list_models import ColumnForm, HoursColumn
from services.hours.sources import SOURCES

PARTS = [row for row in ExportList.choices if row[0] in SOURCES]


class ListForm(forms.Form):
    """Which list, of which place and days, as which file, why."""

    what = forms.ChoiceField(label=_("哪一张表"), choices=PARTS, widget=forms.RadioSelect)
    region = PlaceField(
        queryset=Region.objects.none(),
        to_field_name="code",
        label=_("哪里的志愿者"),
        empty_label=None,
        error_messages={"required": _("请选地方"), "invalid_choice": _("这个地方的名册不归您导出")},
    )
    first_day = DayField(label=_("从哪天"))
    last_day = DayField(label=_("到哪天"))
    file_type = forms.ChoiceField(
        label=_("哪种文件"), choices=ExportFile.choices, widget=forms.RadioSelect, initial=ExportFile.CSV
    )
    purpose = forms.CharField(
        label=_("拿去做什么"),
        max_length=200,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("会写在文件第一行，也会留记录"),
        error_messages={"required": _("请写明拿去做什么，至少 4 个字")},
    )
    full_names = forms.BooleanField(label=_("要全名和出生日期（要另一个人同意）"), required=False)

    def __init__(self, *args: Any, places: list[Region], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].queryset = Region.objects.filter(pk__in=[place.pk for place in places])
        self.fields["region"].initial = places[0].code if places else ""


class ColumnRow(forms.Form):
    """One column: its place, name and writing, and whether it is given out. What it says of is fixed."""

    position = forms.IntegerField(label=_("次序"), min_value=1, max_value=999)
    heading = forms.CharField(label=_("列名"), max_length=30)
    form = forms.ChoiceField(label=_("写法"))
    shown = forms.BooleanField(label=_("给出去"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, column: HoursColumn, **kwargs: Any) -> None:
        first = {name: getattr(column, name) for name in ("position", "heading", "form", "shown", "version")}
        super().__init__(*args, prefix=column.source, initial=first, **kwargs)
        self.source = SOURCES[column.part][column.source]
        self.key = column.source
        self.fields["form"].choices = [(value.value, value.label) for value in self.source.forms]
        for name in ("position", "heading", "form", "shown"):
            label = f"{self.fields[name].label}（{self.source.label}）"
            self.fields[name].widget.attrs["aria-label"] = label
            self.fields[name].error_messages["required"] = _("%(label)s：没填") % {"label": label}
        self.fields["position"].widget = forms.TextInput(
            {
                "inputmode": "numeric",
                "size": 3,
                "aria-label": self.fields["position"].widget.attrs["aria-label"],
            }
        )

    def shape(self) -> Shape:
        """The column as typed."""
        return Shape(source=self.key, **self.cleaned_data)


class ColumnRows:
    """Every column of a list as one form; the table has exactly the columns that are there."""

    def __init__(self, columns: list[HoursColumn], data: Any = None) -> None:
        self.columns = columns
        self.rows = [ColumnRow(data, column=column) for column in columns]

    def is_valid(self) -> bool:
        """All of them, so that everything to mend shows at once."""
        return not [row for row in self.rows if not row.is_valid()]

    @property
    def problems(self) -> list[str]:
        """What has to be mended, each once."""
        found = [
            message
            for row in self.rows
            if row.is_bound
            for errors in row.errors.values()
            for message in errors
        ]
        return list(dict.fromkeys(found))

    def shapes(self) -> list[Shape]:
        """The columns as typed."""
        return [row.shape() for row in self.rows]

    def drawn(self) -> list[HoursColumn]:
        """The columns as typed, not saved: for looking first."""
        typed = {shape.source: shape for shape in self.shapes()}
        for column in self.columns:
            shape = typed[column.source]
            column.position, column.heading = shape.position, shape.heading
            column.form, column.shown = ColumnForm(shape.form), shape.shown
        return sorted(self.columns, key=lambda column: (column.position, column.pk))
