"""Forms of the network's desk: appoint a known person, invite a new one."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.network.fields import DayField, MobileField, PersonNameField, near_day
from partners.network.models import Department, Region, TargetKind
from partners.network.offices import office_phone
from partners.network.ranks import LEVEL_OF
from portal.accounts.models import User
from portal.base.forms import obey
from portal.permissions.roles import ROLES


class PlaceForm(forms.Form):
    """A role and the place where it is held; `places` are the regions on offer, by code."""

    role = forms.ChoiceField(label=_("岗位"))
    region = forms.ChoiceField(label=_("在哪里"), help_text=_("乡镇干部选乡镇，民生员选村，县里的岗位选县"))

    def __init__(self, *args: Any, roles: list[str], places: list[Region], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = {place.code: place for place in places}
        self.fields["role"].choices = [("", _("请选岗位"))] + [(role, ROLES[role].label) for role in roles]
        self.fields["region"].choices = [("", _("请选地方"))] + [(p.code, str(p)) for p in places]

    def clean_region(self) -> Region:
        """The place itself."""
        return self.places[self.cleaned_data["region"]]

    def clean(self) -> dict[str, Any]:
        """The role must be one of that level."""
        data = super().clean()
        role, region = data.get("role"), data.get("region")
        if role and region and LEVEL_OF[role] != region.level:
            self.add_error("region", _("这个岗位不设在这一级，请另选地方"))
        return data


class AppointForm(PlaceForm):
    """Give a post to somebody who already has an account."""

    username = forms.CharField(
        label=_("登录名"), help_text=_("对方的登录名，在对方“我的”页面上"), max_length=150
    )
    department = forms.ModelChoiceField(
        label=_("哪个部门"),
        help_text=_("只有部门经办人要选"),
        queryset=Department.objects.all(),
        required=False,
        empty_label=_("不是部门经办人"),
    )
    on_duty = forms.BooleanField(label=_("值班，收紧急情况"), required=False)
    begins = DayField(label=_("从哪天起"), help_text=_("空着就是马上"), required=False)
    until = DayField(label=_("到哪天止"), help_text=_("做到这一天的晚上。没有定期限就空着"), required=False)

    field_order = ("username", "role", "region", "department", "on_duty", "begins", "until")

    def clean_begins(self) -> date | None:
        """A day of our time."""
        return near_day(self.cleaned_data["begins"])

    def clean_until(self) -> date | None:
        """A day of our time."""
        return near_day(self.cleaned_data["until"])

    def clean_username(self) -> str:
        """Somebody who can log in."""
        username = self.cleaned_data["username"].strip()
        self.person = User.objects.filter(username=username, is_active=True).first()
        if self.person is None:
            raise forms.ValidationError(_("没有这个登录名，请再核对。没有账号的请用“邀请”"), code="unknown")
        return username


class InviteForm(PlaceForm):
    """Invite somebody who has no account yet."""

    name = PersonNameField(label=_("姓名"))
    phone = MobileField(label=_("手机号"), help_text=_("对方以后用它登录"), max_length=30)

    field_order = ("name", "phone", "role", "region")


class WatchHomeForm(forms.Form):
    """In which group of the village a watch home opens, and what it is called."""

    region = forms.ChoiceField(label=_("在哪个小组"))
    name = forms.CharField(label=_("名称"), help_text=_("比如：荷塘组守望之家"), max_length=50)

    def __init__(self, *args: Any, groups: list[Region], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.groups = {group.code: group for group in groups}
        self.fields["region"].choices = [("", _("请选小组"))] + [(g.code, str(g)) for g in groups]

    def clean_region(self) -> Region:
        """The group itself."""
        return self.groups[self.cleaned_data["region"]]


class OfficePhoneForm(forms.Form):
    """An office's number, for everybody to read."""

    office_phone = forms.CharField(
        label=_("办公电话"),
        help_text=_("座机，不填个人手机号。空着就请群众打 12345"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel"}),
    )

    def clean_office_phone(self) -> str:
        """A landline or a service number."""
        text = self.cleaned_data["office_phone"].strip()
        number = obey(office_phone, text) if text else ""
        if len(number) > 20:
            raise forms.ValidationError(_("号码太长了，请再看一遍"), code="phone")
        return number


class OfficeForm(OfficePhoneForm):
    """The office of a place."""

    office_address = forms.CharField(label=_("办公地址"), max_length=120, required=False)


class PopulationForm(forms.Form):
    """A count of the people who live at a place."""

    people = forms.IntegerField(label=_("常住人口"), min_value=1, max_value=20_000_000)
    counted_on = DayField(label=_("统计的日子"))
    source = forms.CharField(label=_("数字的出处"), help_text=_("比如：第七次人口普查"), max_length=200)


class TargetForm(forms.Form):
    """A figure of the plan, from a day on."""

    kind = forms.ChoiceField(label=_("哪一类人"), choices=[("", _("请选一类")), *TargetKind.choices])
    figure = forms.IntegerField(
        label=_("数字"),
        help_text=_("民政干部写多少人配一名；民生员、守望之家负责人写每处几名；社工写每个乡镇几名"),
        min_value=1,
        max_value=1_000_000,
    )
    valid_from = DayField(label=_("从哪天起"))
    name_public = forms.BooleanField(
        label=_("姓名可以公开"), help_text=_("勾了，群众查“村里找谁”时看得到姓名"), required=False
    )
    source = forms.CharField(label=_("依据"), help_text=_("哪份文件、哪一条"), max_length=200)

    def clean_valid_from(self) -> date | None:
        """A day of our time."""
        return near_day(self.cleaned_data["valid_from"])
