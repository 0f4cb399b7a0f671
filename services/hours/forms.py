"""What people type about hours: a correction, its answer, a certificate, the levels of stars."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.network.fields import DayField
from partners.providers.models import ServiceCode
from services.hours.models import HourCorrection, HourEntry


def _clock(label: Any) -> forms.TimeField:
    return forms.TimeField(label=label, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))


class CorrectionForm(forms.Form):
    """What the hours should be, and why."""

    day = DayField(label=_("哪一天"))
    starts = _clock(_("几点到"))
    ends = _clock(_("几点走"))
    service = forms.ChoiceField(label=_("做什么"), choices=ServiceCode.choices)
    words = forms.CharField(
        label=_("哪里不对，或者少了什么"),
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("路上的时间不算。不用写住户的名字"),
    )

    @property
    def span(self) -> tuple[datetime, datetime]:
        """From when to when; a visit that ends after midnight ends on the next day only if written so."""
        data = self.cleaned_data
        return _at(data["day"], data["starts"]), _at(data["day"], data["ends"])


def _at(day: date, clock: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, clock))


def first_words(entry: HourEntry | None) -> dict[str, Any]:
    """What the form shows first: the line as it stands."""
    if entry is None:
        return {}
    start, end = timezone.localtime(entry.starts_at), timezone.localtime(entry.ends_at)
    return {"day": start.date(), "starts": start.time(), "ends": end.time(), "service": entry.service}


class AnswerForm(forms.Form):
    """The office's word with its reason."""

    verdict = forms.ChoiceField(
        label=_("答复"),
        choices=[("accept", _("改成他说的")), ("refuse", _("不改"))],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("理由"), max_length=300, widget=forms.Textarea({"rows": 3}), help_text=_("会给本人看")
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, correction: HourCorrection, **kwargs: Any) -> None:
        super().__init__(*args, initial={"version": correction.version}, **kwargs)


class CertificateForm(forms.Form):
    """Which days, and who stands for it."""

    first = DayField(label=_("从哪天"))
    last = DayField(label=_("到哪天"))
    responsible = forms.CharField(label=_("负责人"), max_length=20)
    handler = forms.CharField(label=_("经办人"), max_length=20)
    contact = forms.CharField(label=_("联系电话"), max_length=20, help_text=_("写单位的电话"))


class AskForm(forms.Form):
    """Of which days the certificate shall be."""

    first = DayField(label=_("从哪天"))
    last = DayField(label=_("到哪天"))


class RefuseForm(forms.Form):
    """Why no certificate is issued, and how to mend it."""

    answer = forms.CharField(
        label=_("为什么不能开"), max_length=300, widget=forms.Textarea({"rows": 2}), help_text=_("会给本人看")
    )
    mend = forms.CharField(
        label=_("怎么补"),
        max_length=300,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("例如：先请人更正 3 月的时长，再来要"),
    )


class RevokeForm(forms.Form):
    """Why a certificate counts no more."""

    why = forms.CharField(label=_("为什么作废"), max_length=200, help_text=_("会给本人看"))


class LevelsForm(forms.Form):
    """The hours of one to five stars, from a day on."""

    valid_from = DayField(label=_("从哪天起"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for count in range(1, 6):
            self.fields[f"hours{count}"] = forms.IntegerField(
                label=_("%(count)s 星要满多少小时") % {"count": count}, min_value=1, max_value=100_000
            )

    @property
    def hours(self) -> list[int]:
        """One to five stars in order."""
        return [self.cleaned_data[f"hours{count}"] for count in range(1, 6)]
