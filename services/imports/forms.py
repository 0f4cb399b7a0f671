"""What people choose about a file: the office, the columns, and whether two people are one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.models import Region
from portal.base.privacy import mask_tail
from services.imports.columns import COLUMNS
from services.imports.models import ImportBatch

NOTHING = [("", _("不导入这一列"))]


class OfficeField(forms.ModelChoiceField):
    """A place called by its name."""

    def label_from_instance(self, obj: Region) -> str:
        """石潭镇."""
        return str(obj)


class FileForm(forms.Form):
    """A register as a file."""

    office = OfficeField(
        queryset=Region.objects.none(),
        to_field_name="code",
        label=_("哪里的名册"),
        empty_label=None,
        error_messages={"required": _("请选地方"), "invalid_choice": _("这个地方的名册不归您导入")},
    )
    file = forms.FileField(
        label=_("名册文件"),
        help_text=_("Excel（.xlsx）或 CSV，不超过 30 MB。第一行写列名，一人一行"),
        error_messages={"required": _("请选一个文件"), "empty": _("文件是空的。请看看是不是选错了文件")},
        widget=forms.ClearableFileInput({"accept": ".xlsx,.csv,.txt"}),
    )

    def __init__(self, *args: Any, offices: list[Region], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["office"].queryset = Region.objects.filter(pk__in=[office.pk for office in offices])
        self.fields["office"].initial = offices[0].code if offices else ""


class ColumnsForm(forms.Form):
    """For each column of the file, what it is in the register."""

    def __init__(self, *args: Any, batch: ImportBatch, sample: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [*NOTHING, *((column.key, column.label) for column in COLUMNS)]
        for place, heading in enumerate(batch.header):
            if not heading:
                continue
            cell = sample[place] if place < len(sample) else ""
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=heading,
                choices=choices,
                required=False,
                initial=batch.mapping.get(str(place), ""),
                help_text=_("例如：%(cell)s") % {"cell": shortened(cell)} if cell else "",
                error_messages={"invalid_choice": _("请从列出的里面选")},
            )

    def mapping(self) -> dict[int, str]:
        """The keys by place."""
        return {int(name.removeprefix("column_")): key for name, key in self.cleaned_data.items()}


def shortened(cell: str) -> str:
    """A cell as an example: long numbers show their end only."""
    return mask_tail(cell) if sum(char.isdigit() for char in cell) >= 7 else cell[:20]


class ApplyForm(forms.Form):
    """Whether files that are on the register already are changed."""

    keep_known = forms.BooleanField(label=_("只加新住户，已有的档案不改"), required=False)
