"""The form of an organisation that wants to take part."""

from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.network.fields import (
    ContactPhoneField,
    DayField,
    PersonNameField,
    TownshipField,
    TownshipsField,
)
from partners.organisations.facts import OrganisationFacts
from partners.organisations.models import OrganisationKind, Rating, ReportResult
from partners.organisations.ratings import rating_end
from partners.providers.forms import AccountFields
from partners.providers.models import ServiceCode
from portal.base.forms import obey, sometimes
from portal.base.identifiers import Uscc, check_uscc, format_phone

OVERRIDE = frozenset({"uscc_confirmed", "uscc_reason"})
COUNTY_BOX = (27.2, 28.2, 112.3, 113.2)


class OrganisationForm(AccountFields):
    """All that an organisation states. A wrong check digit asks for a person's word, it does not refuse."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(label=_("单位类型"), choices=OrganisationKind.choices)
    name = forms.CharField(label=_("单位全称"), help_text=_("和登记证书上一样"), min_length=4, max_length=80)
    uscc = forms.CharField(
        label=_("统一社会信用代码"),
        help_text=_("18 位，在登记证书上。字母里没有 I、O、S、V、Z"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    uscc_confirmed = forms.BooleanField(label=_("我核对过证件，就是这个号"), required=False)
    uscc_reason = sometimes(
        forms.CharField(
            label=_("怎么核对的"), help_text=_("勾了上面一项就要写。比如：和证书原件逐位对过"), max_length=200
        )
    )
    registrar = forms.CharField(label=_("登记机关"), help_text=_("比如：湘潭县民政局"), max_length=80)
    registered_until = DayField(label=_("登记证书有效期至"))
    legal_representative = PersonNameField(label=_("法定代表人"))
    supervisor = forms.CharField(
        label=_("业务主管单位"), help_text=_("证书上有就填"), max_length=80, required=False
    )
    rating = forms.ChoiceField(
        label=_("社会组织评估等级"), choices=[("", _("没有评过，或已过期")), *Rating.choices], required=False
    )
    rating_from = sometimes(DayField(label=_("哪天评定的"), help_text=_("填了等级就要填。等级五年有效")))
    report_year = forms.IntegerField(
        label=_("最近一次年报（年检）是哪一年的"),
        help_text=_("比如：2025。还没满一年的不填"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    report_result = forms.ChoiceField(
        label=_("年报（年检）结果"), choices=[("", _("还没有结果")), *ReportResult.choices], required=False
    )
    services = forms.MultipleChoiceField(
        label=_("能做哪些服务"),
        help_text=_("可以多选"),
        choices=ServiceCode.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    townships = TownshipsField(label=_("在哪些乡镇服务"), help_text=_("可以多选"))
    office = TownshipField(label=_("办公地在哪个乡镇"), help_text=_("由这个乡镇初审"))
    address = forms.CharField(label=_("办公地址"), min_length=4, max_length=120)
    lat = forms.FloatField(
        label=_("纬度"),
        required=False,
        help_text=_("派近处的活用，例如 27.7312。不知道就空着"),
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    lng = forms.FloatField(
        label=_("经度"),
        required=False,
        help_text=_("例如 112.8045"),
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    kin_name = PersonNameField(
        label=_("在乡镇民政办或县民政局工作的亲属"),
        help_text=_("有就写姓名，由别人来审核；没有就空着"),
        required=False,
    )
    introduction = forms.CharField(
        label=_("简单介绍"),
        help_text=_("做过什么，有多少人"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    contact_name = PersonNameField(label=_("联系人"), help_text=_("通过以后是机构负责人"))
    contact_phone = ContactPhoneField(label=_("联系电话"), max_length=30)

    SECTIONS: ClassVar = (
        (
            _("一、单位和证书"),
            (
                "kind", "name", "uscc", "uscc_confirmed", "uscc_reason",
                "registrar", "registered_until", "legal_representative", "supervisor",
                "rating", "rating_from", "report_year", "report_result",
            ),
        ),
        (_("二、做什么，在哪里做"), ("services", "townships", "office", "address", "lat", "lng", "introduction")),
        (_("三、联系人和登录"), ("contact_name", "login_phone", "contact_phone", "password", "password_again", "kin_name")),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "login_phone" in self.fields:
            del self.fields["contact_phone"]
        self.uscc: Uscc | None = None
        self._offer_override = bool(self.initial.get("uscc_reason")) or "uscc_confirmed" in self.data

    @property
    def sections(self) -> list[dict[str, Any]]:
        """Without the tick box for the check digit until it is needed."""
        shown = super().sections
        if not self._offer_override:
            for part in shown:
                part["fields"] = [f for f in part["fields"] if f["name"] not in OVERRIDE]
        return shown

    def clean_uscc(self) -> str:
        """The right form; the check digits are judged with the tick box."""
        self.uscc = obey(check_uscc, self.cleaned_data["uscc"])
        return self.uscc.value

    def clean_registered_until(self) -> Any:
        """Not over already."""
        until = self.cleaned_data["registered_until"]
        if until <= timezone.localdate():
            raise forms.ValidationError(_("证书已经过期。请先换证，再来报名"), code="lapsed")
        return until

    def clean(self) -> dict[str, Any]:
        """Fields that hang together: the code and the person's word for it, the two halves of a position."""
        data = super().clean()
        if self.uscc is not None and not self.uscc.checksum_ok:
            self._offer_override = True
            if not data.get("uscc_confirmed"):
                self.add_error(
                    "uscc",
                    forms.ValidationError(
                        _("第 18 位对不上。请照证书再核一遍；号码没错，请勾选下面一项"), code="uscc_checksum"
                    ),
                )
            elif not data.get("uscc_reason"):
                self.add_error("uscc_reason", forms.ValidationError(_("请写怎么核对的"), code="reason"))
        self._check_position(data)
        self._check_rating(data)
        return data

    def clean_report_year(self) -> int | None:
        """A year that is over, and not from before the law."""
        year = self.cleaned_data["report_year"]
        this = timezone.localdate().year
        if year is not None and not this - 10 <= year <= this:
            raise forms.ValidationError(
                _("年度应在 %(low)d 和 %(high)d 之间") % {"low": this - 10, "high": this}, code="year"
            )
        return year

    def _check_rating(self, data: dict[str, Any]) -> None:
        """A grade has its day, not in the future and not more than five years ago."""
        given, today = data.get("rating_from"), timezone.localdate()
        if not data.get("rating"):
            data["rating_from"] = None
        elif given is None and "rating_from" not in self.errors:
            self.add_error("rating_from", forms.ValidationError(_("请填哪天评定的"), code="required"))
        elif given is not None and (given > today or rating_end(given) < today):
            self.add_error(
                "rating_from",
                forms.ValidationError(_("等级五年有效。已经过期的选“没有评过，或已过期”"), code="rating_day"),
            )

    def _check_position(self, data: dict[str, Any]) -> None:
        lat, lng = data.get("lat"), data.get("lng")
        if (lat is None) != (lng is None) and not {"lat", "lng"} & set(self.errors):
            self.add_error("lng" if lng is None else "lat", _("经度和纬度要一起填，或都不填"))
        low, high, west, east = COUNTY_BOX
        if lat is not None and not low <= lat <= high:
            self.add_error("lat", _("本县的纬度在 27.2 到 28.2 之间"))
        if lng is not None and not west <= lng <= east:
            self.add_error("lng", _("本县的经度在 112.3 到 113.2 之间"))

    def facts(self) -> OrganisationFacts:
        """What was stated, checked."""
        data = self.cleaned_data
        ok = self.uscc.checksum_ok
        return OrganisationFacts(
            **{
                name: data[name]
                for name in (
                    "kind", "name", "uscc", "registrar", "registered_until", "legal_representative",
                    "contact_name", "address", "office", "lat", "lng", "introduction",
                    "supervisor", "rating", "rating_from", "report_year", "report_result",
                )
            },
            contact_phone=data.get("contact_phone") or data["login_phone"],
            services=tuple(data["services"]),
            townships=tuple(data["townships"]),
            uscc_checksum_ok=ok,
            uscc_override_reason="" if ok else data["uscc_reason"],
        )  # fmt: skip


def stated(facts: OrganisationFacts) -> dict[str, Any]:
    """What the form shows first when a returned application is completed."""
    return {
        "kind": facts.kind,
        "name": facts.name,
        "uscc": facts.uscc,
        "uscc_confirmed": not facts.uscc_checksum_ok,
        "uscc_reason": facts.uscc_override_reason,
        "registrar": facts.registrar,
        "registered_until": facts.registered_until,
        "legal_representative": facts.legal_representative,
        "supervisor": facts.supervisor,
        "rating": facts.rating,
        "rating_from": facts.rating_from,
        "report_year": facts.report_year,
        "report_result": facts.report_result,
        "services": list(facts.services),
        "townships": [town.code for town in facts.townships],
        "office": facts.office.code,
        "address": facts.address,
        "lat": facts.lat,
        "lng": facts.lng,
        "introduction": facts.introduction,
        "contact_name": facts.contact_name,
        "contact_phone": format_phone(facts.contact_phone),
    }
