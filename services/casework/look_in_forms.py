"""What is typed about looking in, extra rounds and how often the rules ask."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.models import Region
from partners.network.queries import in_subtrees
from portal.base.forms import day_field
from services.assistance.models import ReverifyClass
from services.recipients.clock_models import LookInFound, LookInMode, RoundKind, VisitLevel
from services.recipients.look_ins import Seen

CHOOSE = {"required": _("请选一项"), "invalid_choice": _("请从列出的里面选")}


class LookInForm(forms.Form):
    """When, how, and how the person was."""

    on = day_field(_("哪天看的"))
    mode = forms.ChoiceField(
        label=_("怎么看的"),
        choices=LookInMode.choices,
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
        help_text=_("只有上门才算看过"),
    )
    found = forms.ChoiceField(
        label=_("人怎么样"), choices=LookInFound.choices, widget=forms.RadioSelect, error_messages=CHOOSE
    )
    note = forms.CharField(
        label=_("说几句"), max_length=500, required=False, widget=forms.Textarea({"rows": 3})
    )

    def seen(self) -> Seen:
        """What was typed, for the action."""
        return Seen(**{name: self.cleaned_data[name] for name in ("on", "mode", "found", "note")})


class RoundForm(forms.Form):
    """An extra round of visits."""

    kind = forms.ChoiceField(
        label=_("为什么"), choices=RoundKind.choices, widget=forms.RadioSelect, error_messages=CHOOSE
    )
    title = forms.CharField(label=_("叫什么"), max_length=60, help_text=_("例如：春节探访、寒潮橙色预警探访"))
    region = forms.ModelChoiceField(
        label=_("在哪里"),
        queryset=Region.objects.none(),
        to_field_name="code",
        empty_label=_("请选择"),
        error_messages={"invalid_choice": _("这个地方不归您管，请另选")},
    )
    opens_on = day_field(_("从哪天起"))
    due_on = day_field(_("到哪天看完"))
    source = forms.CharField(label=_("依据"), max_length=200, required=False)

    def __init__(self, *args: Any, paths: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Region.objects.filter(in_subtrees(paths), level__in=["county", "township"])
        self.fields["region"].queryset = rows.order_by("path")


class VisitRuleForm(forms.Form):
    """How often a class must be visited, from a day on."""

    level = forms.ChoiceField(
        label=_("哪一类"), choices=[("", _("请选择")), *VisitLevel.choices], error_messages=CHOOSE
    )
    per_month = forms.IntegerField(label=_("每月至少几次"), min_value=1, max_value=31)
    within_days = forms.IntegerField(label=_("最长隔几天"), min_value=1, max_value=366)
    valid_from = day_field(_("从哪天起"))
    source = forms.CharField(label=_("依据的文件"), max_length=200)


class FirstDayForm(forms.Form):
    """From which day it counts that somebody was never seen."""

    day = day_field(_("第一天"))
    source = forms.CharField(label=_("为什么"), max_length=200, help_text=_("例如：平台从这天起在全县使用"))


class TermForm(forms.Form):
    """Within how many working days a certificate of voluntary service is answered, from a day on."""

    working_days = forms.IntegerField(label=_("几个工作日"), min_value=1, max_value=60)
    valid_from = day_field(_("从哪天起"))
    source = forms.CharField(label=_("依据的文件"), max_length=200)


class IntervalForm(forms.Form):
    """After how many months a class is verified again, from a day on."""

    code = forms.ChoiceField(
        label=_("哪一类"), choices=[("", _("请选择")), *ReverifyClass.choices], error_messages=CHOOSE
    )
    months = forms.IntegerField(label=_("几个月一次"), min_value=1, max_value=36)
    valid_from = day_field(_("从哪天起"))
    source = forms.CharField(label=_("依据的文件"), max_length=200)
