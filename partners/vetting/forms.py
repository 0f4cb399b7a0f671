"""The desk's forms: filter, and the answer to an application."""

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.vetting.models import ApplicationKind
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


class VersionForm(forms.Form):
    """A bare confirmation of what was seen."""

    version = forms.IntegerField(widget=forms.HiddenInput)
