"""What forms share: a refusal put beside its field, and a date in three boxes."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.base import money
from portal.base.refused import Refused


def blame(form: forms.BaseForm, refusal: Refused) -> None:
    """Show a rule's no beside the field it names, or above the form."""
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)


def obey(rule: Callable[..., Any], *values: Any, **more: Any) -> Any:
    """What a rule makes of a typed value; its no becomes the field's message. For `clean_<field>`."""
    try:
        return rule(*values, **more)
    except Refused as refusal:
        raise ValidationError(refusal.message, code=refusal.code) from None


def sometimes(field: forms.Field) -> forms.Field:
    """A field that another answer may make necessary: its label does not promise that it can stay empty."""
    field.required = field.widget.is_required = False
    field.sometimes = True
    return field


class DayBoxes(forms.MultiWidget):
    """Year, month and day to be typed; people know birthdays by heart, not by calendar."""

    template_name = "portal/parts/day_boxes.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        boxes = [
            forms.TextInput({"inputmode": "numeric", "size": size, "maxlength": size, "autocomplete": "off"})
            for size in (4, 2, 2)
        ]
        super().__init__({"year": boxes[0], "month": boxes[1], "day": boxes[2]}, attrs)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Each box is named and followed by its unit."""
        context = super().get_context(name, value, attrs)
        for box, unit in zip(context["widget"]["subwidgets"], (_("年"), _("月"), _("日")), strict=True):
            box["unit"] = unit
            box["attrs"]["aria-label"] = unit
        return context

    def decompress(self, value: date | None) -> list[int | None]:
        """A stored date in its three boxes."""
        return [value.year, value.month, value.day] if value else [None, None, None]


class DayField(forms.MultiValueField):
    """A date typed as three numbers."""

    widget = DayBoxes

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("error_messages", {"required": _("请填年、月、日")})
        wrong = {"invalid": _("年、月、日请填数字")}
        boxes = [forms.IntegerField(error_messages=wrong, localize=False) for _number in range(3)]
        super().__init__(fields=boxes, require_all_fields=True, **kwargs)

    def compress(self, data_list: list[int]) -> date | None:
        """The date of three numbers; a day that no calendar has is refused."""
        if not data_list:
            return None
        if None in data_list:
            raise ValidationError(_("请把年、月、日填全"), code="incomplete")
        try:
            return date(*data_list)
        except (ValueError, OverflowError):
            raise ValidationError(_("没有这一天，请再核一遍"), code="no_such_day") from None


class FenField(forms.CharField):
    """An amount in yuan as people type it; cleans to whole fen."""

    def __init__(self, **more: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(max_length=24, widget=widget, **more)

    def clean(self, value: Any) -> int | None:
        """The typed amount in fen; None where nothing was typed."""
        text = super().clean(value)
        return obey(money.fen_from_text, text) if text else None


def day_field(label: Any, **more: Any) -> forms.DateField:
    """A date by the browser's own picker."""
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more
    )
