"""What people type about those around a household, risks and handover."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.base.forms import DayField, obey
from portal.base.identifiers import contact_phone
from services.recipients.circle import CircleFacts
from services.recipients.forms import REQUIRED_CHOICE, SEXES
from services.recipients.models import (
    CirclePart,
    CirclePerson,
    CircleRelation,
    Household,
    ObligorAbility,
    Person,
    RiskKind,
)

ORDERS = [("1", _("第一个打")), ("2", _("第二个打")), ("3", _("第三个打")), ("9", _("最后打"))]


class MemberField(forms.ModelChoiceField):
    """One of the household's people, by name."""

    def label_from_instance(self, obj: Person) -> str:
        """The name."""
        return obj.name


class CircleForm(forms.Form):
    """Somebody around a household."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    part = forms.ChoiceField(
        label=_("是什么人"),
        choices=CirclePart.choices,
        widget=forms.RadioSelect,
        error_messages=REQUIRED_CHOICE,
    )
    name = forms.CharField(label=_("姓名或名称"), max_length=80, error_messages={"required": _("请填姓名")})
    relation = forms.ChoiceField(
        label=_("与本人关系"), choices=CircleRelation.choices, error_messages=REQUIRED_CHOICE
    )
    person = MemberField(
        queryset=Person.objects.none(),
        to_field_name="uid",
        label=_("是家里谁的"),
        required=False,
        empty_label=_("全家的"),
    )
    phone = forms.CharField(
        label=_("电话"),
        max_length=30,
        required=False,
        help_text=_("手机，或区号加座机"),
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "off"}),
    )
    call_order = forms.ChoiceField(label=_("有事先打给谁"), choices=ORDERS, initial="9", required=False)
    ability = forms.ChoiceField(
        label=_("法定义务人能不能履行义务"),
        choices=[("", _("不是法定义务人")), *ObligorAbility.choices],
        required=False,
    )
    sex = forms.ChoiceField(label=_("性别"), choices=[("", _("不知道")), *SEXES], required=False)
    address = forms.CharField(label=_("住址"), max_length=120, required=False)
    id_number = forms.CharField(
        label=_("身份证号"),
        max_length=40,
        required=False,
        help_text=_("照料人签协议要用。填过的不会再显示，不改就空着"),
        widget=forms.TextInput({"autocomplete": "off", "inputmode": "text"}),
    )
    on = DayField(label=_("从哪天起"))

    def __init__(self, *args: Any, household: Household, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = household.persons.filter(died_on=None)  # type: ignore[attr-defined]

    def clean_phone(self) -> str:
        """A number one may ring."""
        typed = self.cleaned_data["phone"].strip()
        return obey(contact_phone, typed) if typed else ""

    def facts(self) -> CircleFacts:
        """What was typed, for the action."""
        data = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        data["call_order"] = int(data["call_order"] or 9)
        return CircleFacts(**data)

    @staticmethod
    def facts_of(row: CirclePerson) -> dict[str, Any]:
        """What the register holds, as the form's initial values; never the ID number."""
        names = ("version", "part", "name", "relation", "phone", "call_order", "ability", "sex", "address")
        found = {name: getattr(row, name) for name in names}
        return found | {"on": row.valid_from, "person": row.person.uid if row.person else None}


class EndForm(forms.Form):
    """From which day, and why."""

    on = DayField(label=_("从哪天起不再是"))
    reason = forms.CharField(label=_("原因"), max_length=200, error_messages={"required": _("请写明原因")})


class RiskForm(forms.Form):
    """What a visitor must know before the door."""

    kind = forms.ChoiceField(
        label=_("什么风险"),
        choices=RiskKind.choices,
        widget=forms.RadioSelect,
        error_messages=REQUIRED_CHOICE,
    )
    words = forms.CharField(
        label=_("怎么防备"),
        max_length=200,
        required=False,
        help_text=_("写怎么做，不写病名。例如：戴口罩，进门先开窗"),
        widget=forms.Textarea({"rows": 2}),
    )


class RiskEndForm(forms.Form):
    """Why the danger is over."""

    reason = forms.CharField(
        label=_("为什么解除"), max_length=200, error_messages={"required": _("请写明原因")}
    )


class HandoverForm(forms.Form):
    """A line for whoever comes next."""

    words = forms.CharField(
        label=_("交接的话"),
        max_length=500,
        help_text=_("给下一位上门的人看。不写身份证号和病名"),
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": _("请写要交接的话")},
    )
