"""The form of a person who wants to volunteer, and of one who changes what they stated."""

from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.network.fields import PersonNameField, SectionedForm, TownshipsField, VillageField
from partners.providers.forms import AccountFields
from partners.providers.models import ServiceCode
from partners.volunteers.facts import YOUNGEST, VolunteerFacts, Wishes
from partners.volunteers.models import FreeTime, Limit, Travel, Volunteer
from partners.volunteers.profile import standing_wishes
from portal.base.forms import obey
from portal.base.identifiers import check_id_number
from portal.base.periods import age_on


class WishesForm(SectionedForm):
    """Where, when and what; how one gets there and what one does not do. The last two may stay empty."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    towns = TownshipsField(label=_("愿意去哪些乡镇"), help_text=_("可以多选"))
    services = forms.MultipleChoiceField(
        label=_("想做哪些"),
        help_text=_("可以多选"),
        choices=ServiceCode.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    times = forms.MultipleChoiceField(
        label=_("什么时候有空"),
        help_text=_("可以多选"),
        choices=FreeTime.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    skills = forms.CharField(
        label=_("会做什么"), help_text=_("比如：量血压、理发、修水电"), max_length=200, required=False
    )
    dialect = forms.CharField(
        label=_("会说哪里的话"), help_text=_("比如：湘潭话"), max_length=50, required=False
    )
    travel = forms.MultipleChoiceField(
        label=_("怎么去老人家"),
        help_text=_("可以多选。只给安排您上门的乡镇、社工站和县民政局看"),
        choices=Travel.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    limits = forms.MultipleChoiceField(
        label=_("有什么做不了的"),
        help_text=_("可以多选，不用说为什么。同样只给安排您上门的人看"),
        choices=Limit.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    SECTIONS: ClassVar = (
        (_("去哪里，做什么"), ("towns", "services", "times")),
        (_("您会的，和您的不便"), ("skills", "dialect", "travel", "limits")),
    )

    def wishes(self) -> Wishes:
        """What was stated, checked."""
        return Wishes(**self._stated())

    def _stated(self) -> dict[str, Any]:
        data = self.cleaned_data
        several = ("towns", "services", "times", "travel", "limits")
        found: dict[str, Any] = {name: tuple(dict.fromkeys(data[name])) for name in several}
        return {**found, "skills": data["skills"], "dialect": data["dialect"]}


class VolunteerForm(WishesForm, AccountFields):
    """Who, where, when, what; the ID number once; the consent in plain words."""

    name = PersonNameField(label=_("姓名"), help_text=_("和身份证上一样"))
    id_number = forms.CharField(
        label=_("身份证号"),
        help_text=_("18 位，最后一位可能是 X。加密保存，只给审核的人核对"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "text"}),
    )
    home = VillageField(label=_("住在哪个村（社区）"), help_text=_("由您所在的乡镇审核"))
    consent = forms.BooleanField(
        label=_("我看过上面的说明，同意这样使用我的信息"),
        required=False,
    )

    kin_name = PersonNameField(
        label=_("在乡镇民政办或县民政局工作的亲属"),
        help_text=_("有就写姓名，由别人来审核；没有就空着"),
        required=False,
    )

    SECTIONS: ClassVar = (
        (_("一、您是谁"), ("name", "id_number", "login_phone", "password", "password_again", "kin_name")),
        (_("二、在哪里，做什么"), ("home", "towns", "services", "times")),
        (_("三、您会的，和您的不便"), ("skills", "dialect", "travel", "limits")),
    )

    def __init__(self, *args: Any, known: Volunteer | None = None, name: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["home"].set_villages()
        self.known, self.card = known, None
        if name:
            del self.fields["name"]
        if known is not None and known.user.identity_id and known.birth_date:
            self.fields["id_number"].required = False
            self.fields["id_number"].help_text = _("已经填过，不改就空着")

    def clean_consent(self) -> bool:
        """Nothing without it."""
        if not self.cleaned_data["consent"]:
            raise forms.ValidationError(_("要同意才能报名。不同意也没关系，可以打电话问问"), code="consent")
        return True

    def clean_id_number(self) -> str:
        """A real date, the right check digit, at least 16 years."""
        text = self.cleaned_data["id_number"]
        if text:
            today = timezone.localdate()
            self.card = obey(check_id_number, text, on=today)
            if age_on(self.card.birth_date, today) < YOUNGEST:
                raise forms.ValidationError(_("满 16 周岁才能报名，欢迎以后再来"), code="too_young")
        return text

    def facts(self) -> VolunteerFacts:
        """What was stated, checked."""
        return VolunteerFacts(home=self.cleaned_data["home"], card=self.card, **self._stated())


def stated(row: Volunteer) -> dict[str, Any]:
    """What the form shows first when a returned application is completed."""
    return {"home": row.home.code, **wishes_stated(row)}


def wishes_stated(row: Volunteer) -> dict[str, Any]:
    """What a volunteer stated, as the form sends it."""
    wishes = standing_wishes(row)
    return {**wishes, "towns": [town.code for town in wishes["towns"]]}
