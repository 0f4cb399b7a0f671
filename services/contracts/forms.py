"""What is typed about a contract."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.network.models import Region, RegionLevel
from partners.providers.models import Provider, ProviderKind, ProviderState, ServiceCode
from portal.base import money
from portal.base.forms import FenField, day_field
from services.contracts.models import Contract


class ContractForm(forms.Form):
    """A draft: who, what, where, until when, for how much."""

    provider = forms.ModelChoiceField(
        label=_("服务机构"), queryset=Provider.objects.none(), to_field_name="no", empty_label=_("请选择")
    )
    title = forms.CharField(label=_("合同名称"), max_length=80)
    starts_on = day_field(_("开始日期"))
    last_day = day_field(_("最后一天"), help_text=_("一般不超过 12 个月，最长 36 个月"))
    justification = forms.CharField(
        label=_("超过 12 个月的理由"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    budget = FenField(label=_("预算（元）"), help_text=_("全合同最多花多少，比如 120000.00"))
    townships = forms.ModelMultipleChoiceField(
        label=_("服务乡镇"),
        queryset=Region.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        to_field_name="code",
    )
    version = forms.IntegerField(widget=forms.HiddenInput, initial=0)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["provider"].queryset = Provider.objects.filter(
            state=ProviderState.LIVE, kind__in=[ProviderKind.AGENCY, ProviderKind.INDIVIDUAL]
        ).order_by("name_key", "pk")
        self.fields["townships"].queryset = Region.objects.filter(level=RegionLevel.TOWNSHIP)
        for code, label in ServiceCode.choices:
            self.fields[f"price_{code}"] = FenField(
                label=_("%(service)s每次（元）") % {"service": label}, required=False
            )

    @property
    def price_fields(self) -> list[forms.BoundField]:
        """The four prices, in the order of the plan."""
        return [self[f"price_{code}"] for code in ServiceCode.values]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        named = {code: data.get(f"price_{code}") for code in ServiceCode.values}
        data["prices"] = {code: fen for code, fen in named.items() if fen is not None}
        unread = any(f"price_{code}" in self.errors for code in ServiceCode.values)
        if not data["prices"] and not unread:
            self.add_error(f"price_{ServiceCode.VISIT_CARE}", _("至少填一项服务的单价"))
        return data

    def terms(self) -> dict[str, Any]:
        """The cleaned values as the actions take them."""
        data = self.cleaned_data
        return {
            "provider": data["provider"],
            "title": data["title"],
            "starts_on": data["starts_on"],
            "ends_on": data["last_day"] + timedelta(days=1),
            "justification": data["justification"],
            "budget_fen": data["budget"],
            "prices": data["prices"],
            "townships": data["townships"],
        }


def initial_of(contract: Contract) -> dict[str, Any]:
    """A draft's values for its form."""
    values: dict[str, Any] = {
        "provider": contract.provider.no,
        "title": contract.title,
        "starts_on": contract.starts_on,
        "last_day": contract.ends_on - timedelta(days=1),
        "justification": contract.multi_year_justification,
        "budget": money.yuan_text(contract.budget_fen),
        "townships": list(dict.fromkeys(contract.lots.values_list("township__code", flat=True))),
        "version": contract.version,
    }
    for price in contract.prices.all():
        values[f"price_{price.service}"] = money.yuan_text(price.unit_fen)
    return values


class MoveForm(forms.Form):
    """A step of a contract, with its reason."""

    reason = forms.CharField(
        label=_("原因"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class PriceForm(forms.Form):
    """A new unit price from a day on."""

    service = forms.ChoiceField(label=_("服务"))
    unit = FenField(label=_("新单价，每次（元）"))
    valid_from = day_field(_("从哪天起"))
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, contract: Contract, **more: Any) -> None:
        super().__init__(*args, **more)
        bought = set(contract.prices.values_list("service", flat=True))
        self.fields["service"].choices = [(c, label) for c, label in ServiceCode.choices if c in bought]
