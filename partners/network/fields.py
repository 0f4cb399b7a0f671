"""Form fields that speak the county's language: phones, people's names, places; and forms in sections."""

import re
import unicodedata
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.network.models import Region, RegionLevel
from portal.base.forms import obey
from portal.base.identifiers import contact_phone, mobile_e164
from portal.base.periods import day_start

DATE_FORMATS = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"]
DOTS = str.maketrans({"•": "·", "・": "·", "．": "·"})


class MobileField(forms.CharField):
    """A mobile number in any usual writing."""

    widget = forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"})

    def clean(self, value: Any) -> str:
        """As +86 and eleven digits."""
        text = super().clean(value)
        return obey(mobile_e164, text) if text else ""


class ContactPhoneField(MobileField):
    """Any number one may ring."""

    def clean(self, value: Any) -> str:
        """A mobile as +86, a landline with its area code."""
        text = forms.CharField.clean(self, value)
        return obey(contact_phone, text) if text else ""


class PersonNameField(forms.CharField):
    """A person's name, whole; the dot of minority names in one form."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=50, **kwargs)

    def clean(self, value: Any) -> str:
        """Without blanks at the ends; no digits, no signs."""
        text = super().clean(value).translate(DOTS)
        if re.search(r"[0-9<>@#/\\\x00-\x1f]", unicodedata.normalize("NFKC", text)):
            raise forms.ValidationError(_("姓名里不能有数字和符号"), code="name")
        return text


class DayField(forms.DateField):
    """A day: the browser's own picker, or typed in the usual ways."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            input_formats=DATE_FORMATS,
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            **kwargs,
        )
        self.error_messages["invalid"] = _("请写成 2027-12-31 这样的日期")


def near_day(day: date | None) -> date | None:
    """A day of our time, for rules that reckon with it. Raises ValidationError."""
    if day is not None and not 2000 <= day.year <= 2100:
        raise forms.ValidationError(_("请再看一遍年份"), code="year")
    return day


def evening_of(day: date | None) -> datetime | None:
    """The moment a last day is over."""
    return day_start(day + timedelta(days=1)) if day else None


class TownshipField(forms.ModelChoiceField):
    """One of the townships."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            queryset=Region.objects.filter(level=RegionLevel.TOWNSHIP),
            to_field_name="code",
            empty_label=_("请选乡镇"),
            **kwargs,
        )
        self.error_messages["invalid_choice"] = _("请从列表里选一个乡镇")


class TownshipsField(forms.ModelMultipleChoiceField):
    """Some of the townships, ticked in columns: there are seventeen."""

    width = "columns"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            queryset=Region.objects.filter(level=RegionLevel.TOWNSHIP),
            to_field_name="code",
            widget=forms.CheckboxSelectMultiple,
            **kwargs,
        )
        self.error_messages["invalid_choice"] = self.error_messages["invalid_pk_value"] = _(
            "请从列表里选乡镇"
        )


class VillageField(forms.ChoiceField):
    """One of the villages, grouped by township; gives the Region. `set_villages` fills it."""

    def set_villages(self, within: Any = None) -> None:
        """Offer the villages (of the townships in `within`, or all)."""
        rows = Region.objects.filter(level=RegionLevel.VILLAGE).select_related("parent")
        if within is not None:
            rows = rows.filter(within)
        self.villages = {row.code: row for row in rows}
        groups: dict[str, list[tuple[str, str]]] = {}
        for row in self.villages.values():
            groups.setdefault(str(row.parent), []).append((row.code, str(row)))
        self.choices = [("", _("请选村（社区）")), *groups.items()]
        self.error_messages["invalid_choice"] = _("请从列表里选一个村（社区）")

    def clean(self, value: Any) -> Any:
        """The village itself."""
        code = super().clean(value)
        return self.villages.get(code)


class SectionedForm(forms.Form):
    """A long form in sections with headings: `SECTIONS` names the fields of each."""

    SECTIONS: ClassVar[tuple[tuple[Any, tuple[str, ...]], ...]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # What is to mend is listed in the order of the page.
        self.order_fields([name for _title, names in self.SECTIONS for name in names])

    @property
    def sections(self) -> list[dict[str, Any]]:
        """The sections that have fields, each with its bound fields and their widths."""
        shown = []
        for title, names in self.SECTIONS:
            fields = [
                {"bound": self[name], "name": name, "width": getattr(self.fields[name], "width", "mid")}
                for name in names
                if name in self.fields
            ]
            if fields:
                shown.append({"title": title, "fields": fields})
        return shown
