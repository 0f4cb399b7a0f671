"""What is typed about a change, and about what follows from it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.base.forms import FenField, day_field
from services.assistance.actions import Proposal
from services.assistance.models import ChangeKind, ConvertTo, Outcome, SaidBy
from services.recipients.models import Household, Person

CHOOSE = {"required": _("请选一项"), "invalid_choice": _("请从列出的里面选")}


class ChangeForm(forms.Form):
    """Who says that what changed."""

    said_by = forms.ChoiceField(
        label=_("谁说的"), choices=SaidBy.choices, widget=forms.RadioSelect, error_messages=CHOOSE
    )
    kind = forms.ChoiceField(
        label=_("什么变了"), choices=ChangeKind.choices, widget=forms.RadioSelect, error_messages=CHOOSE
    )
    words = forms.CharField(
        label=_("说说情况"),
        max_length=1000,
        widget=forms.Textarea({"rows": 4}),
        error_messages={"required": _("请说说变了什么")},
        help_text=_("例如：上个月摔了，现在自己下不了床"),
    )


class ProposalForm(forms.Form):
    """What the township found and proposes."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    person = forms.ModelChoiceField(
        label=_("是谁"), queryset=Person.objects.none(), to_field_name="uid", empty_label=None,
        error_messages=CHOOSE,
    )  # fmt: skip
    outcome = forms.ChoiceField(
        label=_("结果"), choices=Outcome.choices, widget=forms.RadioSelect, error_messages=CHOOSE
    )
    convert_to = forms.ChoiceField(
        label=_("转为"), choices=[("", _("不转换")), *ConvertTo.choices], required=False
    )
    before = FenField(label=_("原来每月（元）"), required=False)
    after = FenField(label=_("以后每月（元）"), required=False)
    effective_on = day_field(_("从哪天起"))
    reason = forms.CharField(
        label=_("理由"),
        max_length=500,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("决定书上会照印，请写清楚事实和依据"),
        error_messages={"required": _("请写明理由，决定书上会印出来")},
    )

    def __init__(self, *args: Any, household: Household, names: dict[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: Any = self.fields["person"]
        people.queryset = household.persons.filter(died_on=None).order_by("-relation", "pk")
        people.label_from_instance = lambda person: names[person.pk]

    def proposal(self) -> Proposal:
        """What was typed, for the action."""
        data = self.cleaned_data
        names = ("person", "outcome", "reason", "effective_on", "convert_to")
        return Proposal(
            **{name: data[name] for name in names}, before_fen=data["before"], after_fen=data["after"]
        )


class StepForm(forms.Form):
    """A step without words, on a review of this version."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class ReasonForm(StepForm):
    """A step that needs a reason."""

    reason = forms.CharField(
        label=_("原因"),
        max_length=200,
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": _("请写明原因")},
    )
