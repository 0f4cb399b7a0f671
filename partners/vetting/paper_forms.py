"""The forms of papers and of the desk's acts on partners."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.network.fields import DayField
from partners.vetting.paper_models import Requirement, Validity
from portal.base.documents.storing import ACCEPT
from portal.base.forms import sometimes

# The three levels of the national examination, and none.
LEVELS = (
    ("", _("不是社会工作者证书")),
    ("assistant_social_worker", _("助理社会工作师")),
    ("social_worker_certified", _("社会工作师")),
    ("senior_social_worker", _("高级社会工作师")),
)
SOCIAL_WORK = "social_work"


class PaperForm(forms.Form):
    """What stands on the paper. The day until which it holds is asked where the requirement goes by it."""

    number = forms.CharField(
        label=_("证件号或保单号"), help_text=_("没有就不填。加密保存"), max_length=60, required=False
    )
    issuer = forms.CharField(label=_("发证单位或保险公司"), max_length=80, required=False)
    issued_on = DayField(label=_("开具日期"), help_text=_("证件上写的发证或开始日期"))
    valid_until = DayField(label=_("有效期至"))
    level = forms.ChoiceField(label=_("证书等级"), choices=LEVELS)
    file = forms.FileField(
        label=_("照片或 PDF"),
        help_text=_("拍清楚四个角。不会拍照的，先填好，把原件带到窗口"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
    )
    kept = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, requirement: Requirement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if requirement.validity != Validity.DATE:
            self.fields["valid_until"] = sometimes(
                DayField(label=_("有效期至"), help_text=_("证件上没写就不填"))
            )
        if requirement.code != SOCIAL_WORK:
            del self.fields["level"]


class DecisionForm(forms.Form):
    """The answer to a paper; the version tells what the writer had before them."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = sometimes(
        forms.CharField(
            label=_("没认可的原因"),
            help_text=_("不认可必须写，对方会看到。写清缺什么、怎么补"),
            max_length=300,
            widget=forms.Textarea(attrs={"rows": 3}),
        )
    )
