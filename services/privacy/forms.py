"""Input shapes of the privacy pages."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.base.forms import DayField, sometimes
from services.consents.models import Answer, AnswerWay
from services.privacy.models import ImpactAssessment, RequestKind, ReturnWay
from services.privacy.periods import CLEARED
from services.privacy.retention import CLASSES

WAYS = [(value, label) for value, label in AnswerWay.choices if value != AnswerWay.OWN_PAGE]
GROUNDS = [
    ("purpose_over", _("目的已经实现，保存期限到了（第 47 条第一、二项）")),
    ("consent_gone", _("撤回了同意（第 47 条第三项）")),
    ("unlawful", _("登记错了人，或者不该收集（第 47 条第四项）")),
]


class AnswerForm(forms.Form):
    """An answer to one category, with the version of the words that were read."""

    category = forms.CharField(max_length=20, widget=forms.HiddenInput)
    version = forms.CharField(max_length=20, widget=forms.HiddenInput)
    answer = forms.ChoiceField(label=_("答复"), choices=Answer.choices)
    way = forms.ChoiceField(label=_("怎么答复的"), choices=WAYS)
    guardian = forms.CharField(label=_("监护人姓名和关系"), max_length=60, required=False)
    person = forms.UUIDField(required=False, widget=forms.HiddenInput)


class RequestForm(forms.Form):
    """What somebody asks for their own data."""

    kind = forms.ChoiceField(label=_("要办什么"), choices=RequestKind.choices, widget=forms.RadioSelect)
    way = forms.ChoiceField(label=_("怎么提出的"), choices=WAYS, required=False)
    words = forms.CharField(
        label=_("哪里不对，应该是什么"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("要更正的才用填"),
    )  # fmt: skip
    person = forms.UUIDField(required=False, widget=forms.HiddenInput)


class OutcomeForm(forms.Form):
    """The words of a decision."""

    outcome = forms.CharField(label=_("答复"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    version = forms.IntegerField(widget=forms.HiddenInput)


class EraseForm(forms.Form):
    """The ground in law for an erasure, and a tick that it cannot be undone."""

    ground = forms.ChoiceField(label=_("依据"), choices=GROUNDS, widget=forms.RadioSelect)
    sure = forms.BooleanField(label=_("我核对过，删了不能恢复"))
    version = forms.IntegerField(widget=forms.HiddenInput)


class HoldForm(forms.Form):
    """Why a household's data must stay."""

    reason = forms.CharField(label=_("为什么要留着"), max_length=200)


class PeriodForm(forms.Form):
    """A new period: for what, how long, from when, by which paper, why; and that its effect was looked at.

    `looked` is what the page last showed the effect of, so that a later change is looked at again.
    """

    kind = forms.ChoiceField(label=_("哪一类"))
    months = forms.IntegerField(label=_("存几个月"), widget=forms.TextInput(attrs={"inputmode": "numeric"}))
    valid_from = DayField(label=_("从哪天起"))
    source = forms.CharField(label=_("依据哪份文件"), max_length=200)
    reason = forms.CharField(label=_("为什么改"), max_length=200)
    sure = sometimes(forms.BooleanField(label=_("我看过会删多少了")))
    looked = forms.CharField(max_length=60, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind, CLASSES[kind].name) for kind in CLEARED]

    @property
    def asked(self) -> dict[str, Any]:
        """What the effect depends on; empty while any of it is wrong."""
        names = ("kind", "months", "valid_from")
        data = getattr(self, "cleaned_data", {})
        return {name: data[name] for name in names} if all(data.get(name) for name in names) else {}

    @property
    def mark(self) -> str:
        """The same as one word, for the hidden field."""
        return "|".join(str(value) for value in self.asked.values())


class CertificateForm(forms.Form):
    """How a provider gave back or destroyed what it had."""

    way = forms.ChoiceField(label=_("怎么处理的"), choices=ReturnWay.choices, widget=forms.RadioSelect)
    note = forms.CharField(label=_("说明"), max_length=300, required=False)


class ImpactForm(forms.ModelForm):
    """The three questions of article 56 and the conclusion."""

    OCCASIONS = [
        ("sensitive", _("处理敏感个人信息")),
        ("automated", _("自动化决策，例如自动匹配")),
        ("entrusted", _("委托机构处理，或者提供给别人")),
        ("public", _("公开个人信息")),
        ("other", _("其他对本人影响大的")),
    ]
    CONCLUSIONS = [("go", _("可以做")), ("mend", _("改好再做")), ("stop", _("不做"))]
    occasion = forms.ChoiceField(label=_("属于哪一种"), choices=OCCASIONS)
    conclusion = forms.ChoiceField(label=_("结论"), choices=CONCLUSIONS, widget=forms.RadioSelect)
    assessed_on = DayField(label=_("评估日期"))

    class Meta:
        model = ImpactAssessment
        fields = ["title", "occasion", "purpose", "risks", "measures", "conclusion", "assessed_on"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assessed_on"].initial = timezone.localdate()
        for name in ("purpose", "risks", "measures"):
            self.fields[name].widget = forms.Textarea(attrs={"rows": 4})
