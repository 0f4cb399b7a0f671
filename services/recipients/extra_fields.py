"""The further questions of an assessment as fields of a form."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from services.recipients.extra_questions import LARGEST, LONGEST_TEXT, PLACES, Extra, ExtraKind

_YES_NO = {"yes": True, "no": False}


def extra_field(extra: Extra) -> forms.Field:
    """The field of a question; none of them must be answered."""
    common: dict[str, Any] = {"label": extra.text, "help_text": extra.hint, "required": False}
    if extra.kind == ExtraKind.YES_NO:
        choices = [("yes", _("是")), ("no", _("不是")), ("", _("没问到"))]
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **common)
    if extra.kind == ExtraKind.CHOICE:
        choices = [*((str(n), words) for n, words in enumerate(extra.choices)), ("", _("没问到"))]
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **common)
    if extra.kind == ExtraKind.NUMBER:
        wrong = {
            "invalid": _("请填数字"),
            "min_value": _("数字太小了"),
            "max_value": _("数字太大了"),
            "max_decimal_places": _("小数最多 %(n)d 位") % {"n": PLACES},
            "max_digits": _("数字太长了"),
        }
        return forms.DecimalField(
            min_value=-LARGEST,
            max_value=LARGEST,
            decimal_places=PLACES,
            widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
            error_messages=wrong,
            **common,
        )
    return forms.CharField(max_length=LONGEST_TEXT, **common)


def said(extra: Extra, value: Any) -> bool | int | str | Decimal | None:
    """What a field's value says; None where nobody answered."""
    if value in (None, ""):
        return None
    if extra.kind == ExtraKind.YES_NO:
        return _YES_NO[value]
    return int(value) if extra.kind == ExtraKind.CHOICE else value
