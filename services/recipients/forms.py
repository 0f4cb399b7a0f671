"""What people type about households and the people in them."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partners.models import Region
from partners.network.outline import may_lie_in_county
from partners.network.queries import in_subtrees
from portal.base.forms import DayField, obey, sometimes
from portal.base.identifiers import check_id_number, contact_phone, format_phone
from services.recipients.actions import HouseholdFacts
from services.recipients.assessment import INDICATORS
from services.recipients.extra_fields import extra_field, said
from services.recipients.extra_questions import Extra
from services.recipients.models import Assessment, CareRisk, Household, Relation, Stairs
from services.recipients.names import clean_name
from services.recipients.people import PersonFacts
from services.recipients.sheets import Question

SEXES = [("f", _("女")), ("m", _("男"))]
REQUIRED_CHOICE = {"required": _("请选一项"), "invalid_choice": _("请从列出的里面选")}


class VillageField(forms.ModelChoiceField):
    """A village or group, called by the names above it."""

    def label_from_instance(self, obj: Region) -> str:
        """石潭镇 古城村, or with the group."""
        above = obj.parent
        if obj.level == "group" and above is not None:
            return f"{above} {obj}"
        return str(obj)


def villages_in(paths: list[str]) -> Any:
    """The villages and groups of these areas, in the order of the network."""
    return Region.objects.filter(in_subtrees(paths), level__in=["village", "group"]).select_related("parent")


class HouseholdForm(forms.Form):
    """A household's file."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    region = VillageField(
        queryset=Region.objects.none(),
        to_field_name="code",
        label=_("村（社区）或小组"),
        empty_label=_("请选择"),
        error_messages={"required": _("请选住在哪个村"), "invalid_choice": _("这个村不归您管，请另选")},
    )
    name = forms.CharField(label=_("户主姓名"), max_length=60, error_messages={"required": _("请填姓名")})
    address = forms.CharField(label=_("门牌地址"), max_length=120, required=False)
    phone = forms.CharField(
        label=_("电话"),
        max_length=30,
        required=False,
        help_text=_("手机，或区号加座机"),
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "off"}),
    )
    lat = forms.FloatField(
        label=_("纬度"),
        required=False,
        help_text=_("例如 27.7312，不知道就空着"),
        widget=forms.TextInput({"inputmode": "decimal"}),
        error_messages={"invalid": _("纬度请填数字，例如 27.7312")},
    )
    lng = forms.FloatField(
        label=_("经度"),
        required=False,
        help_text=_("例如 112.8045"),
        widget=forms.TextInput({"inputmode": "decimal"}),
        error_messages={"invalid": _("经度请填数字，例如 112.8045")},
    )
    door_note = forms.CharField(
        label=_("上门提示"), max_length=200, required=False, help_text=_("例如：耳背，敲门要重；院里有狗")
    )
    dialect = forms.CharField(label=_("方言"), max_length=50, required=False)
    stairs = forms.ChoiceField(
        label=_("要不要爬楼"), choices=[("", _("还不知道")), *Stairs.choices], required=False
    )

    def __init__(self, *args: Any, paths: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].queryset = villages_in(paths)

    def clean_name(self) -> str:
        """Han characters only."""
        return obey(clean_name, self.cleaned_data["name"])

    def clean_phone(self) -> str:
        """A number one may ring."""
        typed = self.cleaned_data["phone"].strip()
        return obey(contact_phone, typed) if typed else ""

    def clean(self) -> dict[str, Any]:
        """A position is whole and lies in the county."""
        data = super().clean()
        lat, lng = data.get("lat"), data.get("lng")
        if {"lat", "lng"} & set(self.errors):
            return data
        if (lat is None) != (lng is None):
            self.add_error("lat" if lat is None else "lng", gettext("纬度和经度要一起填，或都空着"))
        elif lat is not None and not may_lie_in_county(lat, lng):
            self.add_error("lat", gettext("这个位置不在本县。请看看两个数是否填反"))
        return data

    def facts(self) -> HouseholdFacts:
        """What was typed, for the action."""
        names = ("region", "name", "address", "phone", "lat", "lng", "door_note", "dialect", "stairs")
        return HouseholdFacts(**{name: self.cleaned_data[name] for name in names})

    @staticmethod
    def facts_of(household: Household) -> dict[str, Any]:
        """What the register holds, as the form's initial values."""
        names = ("version", "name", "address", "phone", "lat", "lng", "door_note", "dialect", "stairs")
        shown = {name: getattr(household, name) for name in names}
        return shown | {"region": household.region.code, "phone": format_phone(household.phone)}


class PersonFields(forms.Form):
    """What is asked of every person, whether entered with the household or later."""

    sex = sometimes(forms.ChoiceField(label=_("性别"), choices=SEXES, widget=forms.RadioSelect))
    birth_date = sometimes(
        DayField(label=_("出生日期（公历）"), required=False, help_text=_("填了身份证号，就不用填生日和性别"))
    )
    id_number = sometimes(
        forms.CharField(
            label=_("身份证号"),
            max_length=40,
            help_text=_("18 位，最后一位可能是 X"),
            widget=forms.TextInput({"autocomplete": "off", "inputmode": "text"}),
        )
    )
    health_notes = forms.CharField(
        label=_("健康情况"),
        max_length=1000,
        required=False,
        help_text=_("慢性病、过敏、行动。只有乡镇看得到"),
        widget=forms.Textarea({"rows": 3}),
    )

    def clean_id_number(self) -> str:
        """A number with a right check digit and a day that exists."""
        typed = self.cleaned_data["id_number"].strip()
        return obey(check_id_number, typed, on=timezone.localdate()).number if typed else ""

    def clean(self) -> dict[str, Any]:
        """Without a number, sex and birthday must be said."""
        data = super().clean()
        if data.get("id_number") or "id_number" in self.errors:
            return data
        if not data.get("sex"):
            self.add_error("sex", gettext("请选性别"))
        if not data.get("birth_date") and "birth_date" not in self.errors and not self.keeps_number():
            self.add_error("birth_date", gettext("请填出生日期"))
        return data

    def keeps_number(self) -> bool:
        """Whether the person's birthday is already known."""
        return False

    def person_facts(self) -> PersonFacts:
        """What was typed, for the action."""
        names = ("name", "sex", "birth_date", "id_number", "health_notes")
        facts = {name: self.cleaned_data.get(name) for name in names}
        return PersonFacts(**facts, relation=self.cleaned_data.get("relation", "self"))


class NewHouseholdForm(HouseholdForm, PersonFields):
    """A new file: the household and its head on one page."""

    field_order = ["region", "name", "id_number", "sex", "birth_date", "health_notes"]


class PersonForm(PersonFields):
    """One member of a household."""

    field_order = ["name", "relation", "id_number", "sex", "birth_date", "health_notes"]
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(label=_("姓名"), max_length=60, error_messages={"required": _("请填姓名")})
    relation = forms.ChoiceField(
        label=_("与户主关系"), choices=Relation.choices, error_messages=REQUIRED_CHOICE
    )

    def clean_name(self) -> str:
        """Han characters only."""
        return obey(clean_name, self.cleaned_data["name"])


class ReasonForm(forms.Form):
    """A step that needs a reason, on a file of this version."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("原因"),
        max_length=200,
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": _("请写明原因")},
    )


class GroundForm(forms.Form):
    """Which field to look at, and why."""

    field = forms.CharField(max_length=20, widget=forms.HiddenInput)
    ground = forms.CharField(label=_("为什么要看"), max_length=200, required=False)


ANSWERS = [("yes", _("能")), ("no", _("不能")), ("unknown", _("不清楚"))]
_VALUE = {"yes": True, "no": False}


class AssessmentForm(forms.Form):
    """Six questions in the words of the sheet, each with yes, no and not known; and a high risk, if any."""

    sheet = forms.IntegerField(widget=forms.HiddenInput, required=False)
    on = DayField(label=_("评估日期"))
    risk = forms.ChoiceField(
        label=_("有没有高风险"),
        choices=[("", _("没有")), *CareRisk.choices],
        required=False,
        help_text=_("有的话，每周都要有人看"),
    )
    note = forms.CharField(
        label=_("说明"), max_length=500, required=False, widget=forms.Textarea({"rows": 3})
    )

    def __init__(
        self, *args: Any, questions: Sequence[Question] = (), extras: Sequence[Extra] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        asked = {each.code: each for each in questions}
        for name in INDICATORS:
            label = asked[name].text if name in asked else Assessment._meta.get_field(name).verbose_name
            self.fields[name] = forms.ChoiceField(
                label=label,
                help_text=asked[name].hint if name in asked else "",
                choices=ANSWERS,
                widget=forms.RadioSelect,
                error_messages=REQUIRED_CHOICE,
            )
        self.extras = extras
        for extra in extras:
            self.fields[extra.code] = extra_field(extra)
        self.order_fields(["sheet", "on", *INDICATORS, *(extra.code for extra in extras), "risk", "note"])

    @property
    def first_further(self) -> str:
        """The name of the first further question, if there is one."""
        return self.extras[0].code if self.extras else ""

    @property
    def after_further(self) -> str:
        """The name of the field that follows the further questions, if there are any."""
        return "risk" if self.extras else ""

    def answers(self) -> dict[str, bool | None]:
        """The six answers; not known is None."""
        return {name: _VALUE.get(self.cleaned_data[name]) for name in INDICATORS}

    def further(self) -> dict[str, Any]:
        """The answers to the further questions; None or empty where nobody answered."""
        return {extra.code: said(extra, self.cleaned_data.get(extra.code)) for extra in self.extras}
