"""What a village officer types about a case."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partners.models import Region
from portal.base.forms import obey, sometimes
from services.intake.access import places_to_report
from services.intake.models import Trouble
from services.recipients.forms import VillageField
from services.recipients.names import clean_name

CHOOSE = {"required": _("请选一项"), "invalid_choice": _("请从列出的里面选")}


class ReportForm(forms.Form):
    """Who, where, what, how urgent, in a few taps."""

    person_name = sometimes(
        forms.CharField(label=_("谁家有困难"), max_length=60, help_text=_("写户主或本人姓名，不知道就点下面"))
    )
    unknown = forms.BooleanField(label=_("不知道姓名"), required=False)
    region = VillageField(
        queryset=Region.objects.none(),
        to_field_name="code",
        label=_("住在哪里"),
        empty_label=_("请选择"),
        error_messages={"required": _("请选住在哪里"), "invalid_choice": _("这个地方不归您报，请另选")},
    )
    trouble = forms.ChoiceField(
        label=_("什么困难"), choices=Trouble.choices, widget=forms.RadioSelect, error_messages=CHOOSE
    )
    urgent = forms.ChoiceField(
        label=_("急不急"),
        choices=[("no", _("不急，3 天内核实")), ("yes", _("很急，24 小时内核实"))],
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )
    words = forms.CharField(
        label=_("说几句情况"), max_length=1000, required=False, widget=forms.Textarea({"rows": 4})
    )
    anyway = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].queryset = places_to_report(user)

    def clean_person_name(self) -> str:
        """Han characters only, if anything."""
        typed = self.cleaned_data["person_name"].strip()
        return obey(clean_name, typed) if typed else ""

    def clean(self) -> dict[str, Any]:
        """A name, or the word that it is not known."""
        data = super().clean()
        named = data.get("person_name") or "person_name" in self.errors
        if not named and not data.get("unknown"):
            self.add_error("person_name", gettext("请写姓名，或点“不知道姓名”"))
        return data

    def facts(self) -> dict[str, Any]:
        """What was typed, for the action."""
        data = self.cleaned_data
        return {
            "person_name": data["person_name"],
            "region": data["region"],
            "trouble": data["trouble"],
            "urgent": data["urgent"] == "yes",
            "words": data["words"],
        }


class NoteForm(forms.Form):
    """More about a case that was reported before."""

    words = forms.CharField(
        label=_("补充几句"),
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": _("请写要补充的话")},
    )
