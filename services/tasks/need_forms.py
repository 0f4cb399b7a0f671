"""What people type about needs."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.models import Region
from partners.network.queries import in_subtree
from partners.providers.models import ServiceCode
from services.tasks.models import Need, NeedPart
from services.tasks.need_actions import LEAST_MINUTES, MOST_MINUTES, MOST_VISITS, Terms

CHOOSE = {"required": _("请选一项"), "invalid_choice": _("请从列出的里面选")}
NUMBER = {"required": _("请填数字"), "invalid": _("请填数字")}


class NewNeedForm(forms.Form):
    """Which service a household needs."""

    service = forms.ChoiceField(
        label=_("要什么服务"), choices=ServiceCode.choices, widget=forms.RadioSelect, error_messages=CHOOSE
    )
    urgent = forms.BooleanField(label=_("很急，24 小时内核实"), required=False)
    wish = forms.CharField(label=_("有什么希望"), max_length=200, required=False)


class VerifyForm(forms.Form):
    """How often, how long, and by whom."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    visits_per_month = forms.IntegerField(
        label=_("每月几次"),
        min_value=1,
        max_value=MOST_VISITS,
        widget=forms.TextInput({"inputmode": "numeric"}),
        error_messages=NUMBER
        | {"min_value": _("每月次数要在 1 到 31 之间"), "max_value": _("每月次数要在 1 到 31 之间")},
    )
    minutes = forms.IntegerField(
        label=_("每次多少分钟"),
        min_value=LEAST_MINUTES,
        max_value=MOST_MINUTES,
        widget=forms.TextInput({"inputmode": "numeric"}),
        error_messages=NUMBER | {"min_value": _("每次至少 10 分钟"), "max_value": _("每次最多 1440 分钟")},
    )
    part = forms.ChoiceField(
        label=_("由谁来做"), choices=NeedPart.choices, widget=forms.RadioSelect, error_messages=CHOOSE
    )
    wish_sex = forms.ChoiceField(
        label=_("希望护理员是"),
        required=False,
        choices=[("", _("都可以")), ("f", _("女")), ("m", _("男"))],
        widget=forms.RadioSelect,
    )
    wish = forms.CharField(label=_("其他希望"), max_length=200, required=False)
    urgent = forms.BooleanField(label=_("很急，24 小时内派出"), required=False)

    def terms(self) -> Terms:
        """What was settled."""
        data = self.cleaned_data
        return Terms(**{name: value for name, value in data.items() if name != "version"})

    @staticmethod
    def terms_of(need: Need) -> dict[str, Any]:
        """The need as it stands, as the form's initial values."""
        names = ("version", "visits_per_month", "minutes", "part", "wish_sex", "wish", "urgent")
        return {name: getattr(need, name) for name in names}


class NeedReasonForm(forms.Form):
    """A step that needs a reason."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("原因"),
        max_length=200,
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": _("请写明原因")},
    )


class NeedVersionForm(forms.Form):
    """A step that needs nothing but the page's version."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class NeedFilter(forms.Form):
    """The filter bar of the list."""

    area = forms.ChoiceField(label=_("村镇"), required=False)
    service = forms.ChoiceField(
        label=_("服务"), required=False, choices=[("", _("全部")), *ServiceCode.choices]
    )
    part = forms.ChoiceField(
        label=_("由谁来做"), required=False, choices=[("", _("全部")), *NeedPart.choices]
    )

    def __init__(self, data: Any, *, areas: list[Region]) -> None:
        super().__init__(data)
        self.areas = {area.code: area for area in areas}
        self.fields["area"].choices = [("", _("全部")), *((area.code, str(area)) for area in areas)]

    def narrow(self, rows: Any) -> Any:
        """The rows that fit; a filter that cannot be read narrows to nothing."""
        if not self.is_valid():
            return rows.none()
        data = self.cleaned_data
        if data["area"]:
            rows = rows.filter(in_subtree(self.areas[data["area"]].path, "household__region__path"))
        wanted = {name: data[name] for name in ("service", "part") if data[name]}
        return rows.filter(**wanted)
