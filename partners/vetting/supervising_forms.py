"""The forms of what the bureau does after approval."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.network.fields import DayField
from partners.organisations.models import CreditList, Rating, ReportResult
from portal.base.forms import sometimes
from portal.base.periods import day_start
from portal.base.status_words import STATUS


class PartnerFilter(forms.Form):
    """Which partners the list shows."""

    kind = forms.CharField(widget=forms.HiddenInput, required=False)
    standing = forms.ChoiceField(
        label=_("资格"),
        required=False,
        choices=[("", _("全部")), *((code, word) for code, (word, _colour) in STATUS["standing"].items())],
    )


class SuspendForm(forms.Form):
    """On what ground, why, from when, until when, and how to appeal."""

    ground = forms.CharField(label=_("依据"), help_text=_("法规或合同的名称和条款"), max_length=200)
    reason = forms.CharField(
        label=_("原因"), help_text=_("对方会看到"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
    at_once = forms.ChoiceField(
        label=_("从什么时候起"),
        choices=[("day", _("从选的那天零点起，正在做的上门做完")), ("now", _("马上停，有危险时才选"))],
        widget=forms.RadioSelect,
    )
    start_on = sometimes(DayField(label=_("从哪天起"), help_text=_("最早明天")))
    end_on = DayField(label=_("到哪天为止"), help_text=_("这天零点恢复。还不能定就空着"), required=False)
    appeal = forms.CharField(label=_("怎么申诉"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    def clean(self) -> dict[str, Any]:
        """A day where one is asked for."""
        data = super().clean() or {}
        if data.get("at_once") == "day" and "start_on" not in self.errors:
            day = data.get("start_on")
            if day is None:
                self.add_error("start_on", _("请填从哪天起"))
            elif day <= timezone.localdate():
                self.add_error("start_on", _("最早从明天起。要马上停，请选“马上停”"))
        return data

    def suspension(self, at: datetime) -> dict[str, Any]:
        """What was chosen, with instants."""
        data = self.cleaned_data
        start = at if data["at_once"] == "now" else day_start(data["start_on"])
        return {
            **{name: data[name] for name in ("ground", "reason", "appeal")},
            "start": start,
            "end": day_start(data["end_on"]) if data["end_on"] else None,
            "at": at,
        }


class RegisterForm(forms.Form):
    """What the public registers say of an organisation."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    registered_until = DayField(label=_("登记证书有效期至"))
    rating = forms.ChoiceField(
        label=_("评估等级"), choices=[("", _("没有")), *Rating.choices], required=False
    )
    rating_from = sometimes(DayField(label=_("哪天评定的"), help_text=_("填了等级就要填")))
    report_year = forms.IntegerField(
        label=_("最近年报的年度"), required=False, min_value=2000, max_value=2100,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip
    report_result = forms.ChoiceField(
        label=_("年报（年检）结果"), choices=[("", _("还没有结果")), *ReportResult.choices], required=False
    )
    credit = forms.ChoiceField(
        label=_("信用名单"), choices=[("", _("还没查")), *CreditList.choices], required=False
    )
    credit_checked_on = sometimes(DayField(label=_("哪天查的"), help_text=_("选了结果就要填")))

    PAIRS = (("rating", "rating_from"), ("credit", "credit_checked_on"))

    def clean(self) -> dict[str, Any]:
        """A result has its day, and the day is no later than today."""
        data = super().clean() or {}
        today = timezone.localdate()
        for what, when in self.PAIRS:
            day = data.get(when)
            if not data.get(what):
                data[when] = None
            elif day is None and when not in self.errors:
                self.add_error(when, _("请填日期"))
            elif day is not None and day > today:
                self.add_error(when, _("日期不能晚于今天"))
        return data
