"""The desk's forms: filter, and the answer to an application."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.network.fields import PersonNameField
from partners.vetting.models import ApplicationKind
from partners.vetting.paper_queries import Row
from portal.base.forms import sometimes


class FilterForm(forms.Form):
    """Which kind of application the list shows."""

    kind = forms.ChoiceField(
        label=_("类别"), choices=[("", _("全部")), *ApplicationKind.choices], required=False
    )
    state = forms.CharField(widget=forms.HiddenInput, required=False)


class AnswerForm(forms.Form):
    """What is written to the applicant; the version tells what the writer had before them."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = sometimes(
        forms.CharField(
            label=_("意见或原因"),
            help_text=_("退回和不通过必须写，对方会看到。写清缺什么、怎么补"),
            max_length=1000,
            widget=forms.Textarea(attrs={"rows": 4}),
        )
    )

    ground = sometimes(
        forms.CharField(
            label=_("依据的法规条款"),
            help_text=_("只有不通过才要写。比如：《志愿服务条例》第十五条"),
            max_length=200,
        )
    )

    def __init__(self, *args: Any, rows: Iterable[Row] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.codes = {
            f"how-{row.requirement.code}": row.requirement.code for row in rows if not row.line.holds
        }
        for row in rows:
            name = f"how-{row.requirement.code}"
            if name in self.codes:
                self.fields[name] = forms.CharField(
                    label=_("怎么补：%(name)s") % {"name": row.requirement}, max_length=200, required=False
                )

    @property
    def points(self) -> list[Any]:
        """The boxes for what is lacking, as bound fields."""
        return [self[name] for name in self.codes]

    def stated_points(self) -> dict[str, str]:
        """What was written for each requirement, by its code."""
        return {code: self.cleaned_data[name] for name, code in self.codes.items() if self.cleaned_data[name]}


class VersionForm(forms.Form):
    """A bare confirmation of what was seen."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class KinForm(forms.Form):
    """Who of the office is kin."""

    name = PersonNameField(label=_("亲属的姓名"), help_text=_("只写在审核这份申请的单位工作的人"))
