"""The forms by which a head asks somebody into the team, and by which somebody leaves it."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.memberships.access import ROLES_AT
from partners.memberships.models import MemberRole, Sex
from partners.memberships.queries import PUBLIC_KINDS
from partners.network.fields import (
    DayField,
    MobileField,
    PersonNameField,
    TownshipField,
    evening_of,
    near_day,
)
from partners.providers.models import Provider, ProviderKind, ServiceCode
from portal.base.periods import day_start


class TermFields(forms.Form):
    """As what, from which day, up to which day. `provider` says which roles there are."""

    role = forms.ChoiceField(label=_("岗位"), widget=forms.RadioSelect, initial=MemberRole.WORKER)
    begins = DayField(label=_("从哪天起"), help_text=_("空着就是马上"), required=False)
    until = DayField(label=_("到哪天止"), help_text=_("做到这一天的晚上。没有定期限就空着"), required=False)

    def __init__(self, *args: Any, provider: Provider, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = reversed(ROLES_AT[provider.kind])
        self.fields["role"].choices = [(role, MemberRole(role).label) for role in roles]

    def clean_begins(self) -> date | None:
        """A day of our time."""
        return near_day(self.cleaned_data["begins"])

    def clean_until(self) -> date | None:
        """A day of our time."""
        return near_day(self.cleaned_data["until"])

    def term(self) -> dict[str, Any]:
        """Role and interval for the action."""
        data = self.cleaned_data
        begins: date | None = data["begins"]
        return {
            "role": data["role"],
            "begins": day_start(begins) if begins else None,
            "until": evening_of(data["until"]),
        }


class InviteWorkerForm(TermFields):
    """Somebody who has no account yet; the person chooses the password."""

    name = PersonNameField(label=_("姓名"))
    phone = MobileField(label=_("手机号"), help_text=_("对方以后用它登录"), max_length=30)
    sex = forms.ChoiceField(
        label=_("性别"),
        help_text=_("有的老人希望同性来照料"),
        choices=Sex.choices,
        widget=forms.RadioSelect,
    )
    dialect = forms.CharField(
        label=_("会说哪里的话"), help_text=_("比如：湘潭话"), max_length=50, required=False
    )

    field_order = ("name", "phone", "role", "sex", "dialect", "begins", "until")

    def facts(self) -> dict[str, Any]:
        """What the action takes."""
        person = {name: self.cleaned_data[name] for name in ("name", "phone", "sex", "dialect")}
        return person | self.term()


class InviteKnownForm(TermFields):
    """Somebody who has an account: a village officer, a volunteer, a carer of another agency."""

    username = forms.CharField(
        label=_("登录名"), help_text=_("在对方“我的”页面上，请对方告诉您"), max_length=150
    )
    name = PersonNameField(label=_("姓名"), help_text=_("和登录名要是同一个人"))

    field_order = ("username", "name", "role", "begins", "until")

    def facts(self) -> dict[str, Any]:
        """What the action takes."""
        return {name: self.cleaned_data[name] for name in ("username", "name")} | self.term()


class DirectoryForm(forms.Form):
    """What somebody looks for in the directory; every part may stay open."""

    kind = forms.ChoiceField(
        label=_("哪一种"),
        required=False,
        choices=[("", _("都看")), *((kind, ProviderKind(kind).label) for kind in PUBLIC_KINDS)],
    )
    service = forms.ChoiceField(
        label=_("要做什么"), required=False, choices=[("", _("都看")), *ServiceCode.choices]
    )
    township = TownshipField(label=_("在哪个乡镇"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["township"].empty_label = _("都看")
