"""What people fill in around a visit. Each keeps what was typed and says what to mend beside the field."""

import uuid
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from portal.base.dates import month_day_words
from portal.base.forms import sometimes
from portal.base.models import uuid7
from services.contracts.models import ChecklistItem
from services.visits.dangers import DANGERS, R1, R2, of_level
from services.visits.rules import AnswerState, Fix

FURTHEST = timedelta(days=92)


class PlaceForm(forms.Form):
    """Where the phone stands; filled by script, empty without it. A broken position counts as none."""

    lat = forms.FloatField(required=False, widget=forms.HiddenInput)
    lng = forms.FloatField(required=False, widget=forms.HiddenInput)
    accuracy = forms.FloatField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in ("lat", "lng", "accuracy"):
            self.errors.pop(name, None)
        return data

    def fix(self) -> Fix | None:
        """The position, or None where there is none that can be true."""
        lat, lng = self.cleaned_data.get("lat"), self.cleaned_data.get("lng")
        if lat is None or lng is None or not (-90 <= lat <= 90 and -180 <= lng <= 180):
            return None
        accuracy = self.cleaned_data.get("accuracy")
        usable = accuracy is not None and 0 <= accuracy <= 1_000_000
        return Fix(lat, lng, round(accuracy) if usable else None)


class CheckInForm(PlaceForm):
    """Arriving."""

    ground = sometimes(
        forms.CharField(
            label=gettext_lazy("没定到位置的原因"),
            max_length=200,
            help_text=gettext_lazy("定不到位置，或离住处超过 300 米时才要写"),
        )
    )
    company_ground = sometimes(
        forms.CharField(
            label=gettext_lazy("没有人一起去，为什么"),
            max_length=200,
            help_text=gettext_lazy("有别人陪着的，写是谁；已经进了门的，写原因。乡镇会来问"),
        )
    )


def item_name(item: ChecklistItem) -> str:
    """A line of the checklist in the reader's language."""
    return item.name_en if (get_language() or "").startswith("en") else item.name_zh


def item_hint(item: ChecklistItem) -> str:
    """Its hint in the reader's language."""
    return item.hint_en if (get_language() or "").startswith("en") else item.hint_zh


class ChecklistForm(PlaceForm):
    """The lines of a service's checklist, each with a state and words."""

    def __init__(self, *args: Any, items: list[ChecklistItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = items
        for item in items:
            self.fields[f"state_{item.code}"] = forms.ChoiceField(
                label=item_name(item),
                help_text=item_hint(item),
                choices=AnswerState.choices,
                widget=forms.RadioSelect,
                initial=AnswerState.UNSEEN,
                required=False,
            )
            self.fields[f"note_{item.code}"] = forms.CharField(
                label=_("说明"), required=False, max_length=200
            )

    def lines(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The bound pairs for the page."""
        return [(self[f"state_{item.code}"], self[f"note_{item.code}"]) for item in self.items]

    def answers(self) -> dict[str, str]:
        """The state of each line by code; an untouched line counts as not looked at, or as the carer says."""
        untouched = AnswerState.NORMAL if self.cleaned_data.get("rest") else AnswerState.UNSEEN
        found = {item.code: self.cleaned_data.get(f"state_{item.code}") for item in self.items}
        return {
            code: untouched if state in ("", None, AnswerState.UNSEEN) else state
            for code, state in found.items()
        }

    def item_notes(self) -> dict[str, str]:
        """The words by code, where there are any."""
        found = {item.code: self.cleaned_data.get(f"note_{item.code}", "").strip() for item in self.items}
        return {code: words for code, words in found.items() if words}

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        seen = bool(data.get("rest"))
        for item in self.items:
            state = data.get(f"state_{item.code}")
            seen = seen or bool(state and state != AnswerState.UNSEEN)
            if state == AnswerState.ABNORMAL and not data.get(f"note_{item.code}", "").strip():
                self.add_error(f"note_{item.code}", _("请写明“%(item)s”哪里异常") % {"item": item_name(item)})
        if self.items and not seen and not self.errors:
            self.add_error(f"state_{self.items[0].code}", _("请至少看一项，再交记录"))
        return data


class RecordForm(ChecklistForm):
    """Handing in a visit."""

    uid = forms.UUIDField(widget=forms.HiddenInput)
    rest = forms.BooleanField(
        label=gettext_lazy("其余都看过，正常"),
        required=False,
        help_text=gettext_lazy("勾了，下面没点的都记“正常”。有没看的就别勾"),
    )
    note = forms.CharField(
        label=gettext_lazy("还想说什么？"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    next_day = forms.DateField(
        label=gettext_lazy("下次哪天来？"),
        required=False,
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"uid": uuid7()} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)

    def clean_next_day(self) -> date | None:
        day = self.cleaned_data["next_day"]
        today = timezone.localdate()
        if day is not None and day <= today:
            raise forms.ValidationError(
                _("下次日期要在今天（%(day)s）以后") % {"day": month_day_words(today)}
            )
        if day is not None and day > today + FURTHEST:
            raise forms.ValidationError(_("下次日期最多到三个月以后"))
        return day


class CompletionForm(ChecklistForm):
    """Adding to a record."""

    note = forms.CharField(
        label=gettext_lazy("补充说明"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("写明补了什么、改了什么"),
    )


class AlertForm(forms.Form):
    """Reporting a danger: one choice, then a few words."""

    uid = forms.UUIDField(widget=forms.HiddenInput)
    flag = forms.ChoiceField(label=gettext_lazy("出了什么事"), widget=forms.RadioSelect)
    words = forms.CharField(
        label=gettext_lazy("说几句情况"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"uid": uuid7()} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.fields["flag"].choices = [(row.code, row.words) for row in DANGERS.values()]  # type: ignore[attr-defined]

    def _options(self, level: str) -> list[dict[str, Any]]:
        tags = {str(option.data["value"]): option for option in self["flag"]}
        return [{"option": tags[row.code], "danger": row} for row in of_level(level)]

    def at_once(self) -> list[dict[str, Any]]:
        """The five large choices."""
        return self._options(R1)

    def same_day(self) -> list[dict[str, Any]]:
        """The longer list."""
        return self._options(R2)


class ReasonForm(forms.Form):
    """Why a record is sent back or flagged."""

    reason = forms.CharField(
        label=gettext_lazy("写明要补什么"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class DoubtForm(forms.Form):
    """Whether a visit made while stopped counts, and why."""

    accept = forms.ChoiceField(
        label=gettext_lazy("这次上门算不算"),
        choices=[("yes", gettext_lazy("认可")), ("no", gettext_lazy("不认可"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("理由，做事的人会看到"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class OutcomeForm(forms.Form):
    """How an alert was dealt with."""

    outcome = forms.CharField(
        label=gettext_lazy("怎么处理的"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class LookForm(forms.Form):
    """Which mask to lift, and why."""

    field = forms.CharField(widget=forms.HiddenInput, max_length=20)
    ground = forms.CharField(label=gettext_lazy("为什么要看"), required=False, max_length=200)


def read_uid(text: str) -> uuid.UUID | None:
    """A uid as typed by a client; None where it is none."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
