"""Forms of the network's desk: appoint a known person, invite a new one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.network.fields import MobileField, PersonNameField
from partners.network.models import Department, Region
from partners.network.ranks import LEVEL_OF
from portal.accounts.models import User
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

    field_order = ("username", "role", "region", "department", "on_duty")

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
