"""The form by which a head invites a worker."""

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.memberships.models import Sex
from partners.network.fields import MobileField, PersonNameField


class InviteWorkerForm(forms.Form):
    """Who is invited; the person chooses the password."""

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
