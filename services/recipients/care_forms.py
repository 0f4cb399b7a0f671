"""What is typed about a care agreement and a care plan."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partners.providers.models import ServiceCode
from portal.base.forms import FenField, day_field, obey
from portal.base.identifiers import contact_phone
from portal.base.money import yuan_text
from services.recipients.agreement_terms import USUAL_CONTENT, USUAL_FREQUENCY, last_day
from services.recipients.agreements import AgreementFacts
from services.recipients.care_models import CareAgreement, CarePlan, CarerKind, CarerTie, Signing
from services.recipients.plans import PlanLine

CHOOSE = {"required": _("请选一项"), "invalid_choice": _("请从列出的里面选")}
REASON = {"required": _("请写明原因")}


class AgreementForm(forms.Form):
    """The carer, what is done, how often, until when, for how much a month."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    carer_kind = forms.ChoiceField(
        label=_("照料人是"), choices=CarerKind.choices, widget=forms.RadioSelect, error_messages=CHOOSE
    )
    carer_name = forms.CharField(label=_("照料人姓名或单位名称"), max_length=80)
    carer_tie = forms.ChoiceField(
        label=_("和本人的关系"), choices=[("", _("请选择")), *CarerTie.choices], error_messages=CHOOSE
    )
    carer_contact = forms.CharField(
        label=_("单位负责人"), max_length=50, required=False, help_text=_("照料人是单位时填")
    )
    carer_phone = forms.CharField(
        label=_("照料人电话"),
        max_length=30,
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "off"}),
    )
    carer_address = forms.CharField(label=_("照料人住址"), max_length=120, required=False)
    content = forms.CharField(
        label=_("照料内容"), max_length=300, initial=USUAL_CONTENT, widget=forms.Textarea({"rows": 3})
    )
    frequency = forms.CharField(label=_("多久照料一次"), max_length=40, initial=USUAL_FREQUENCY)
    monthly = FenField(label=_("每月照料费（元）"), help_text=_("按今年照料护理标准，例如 365.00"))
    starts_on = day_field(_("从哪天起"))
    last_day = day_field(_("最后一天"), help_text=_("一般订一年"))

    def clean_carer_phone(self) -> str:
        """A number one may ring."""
        return obey(contact_phone, self.cleaned_data["carer_phone"].strip())

    def clean(self) -> dict[str, Any]:
        """The term has an order; an organisation names who answers for it."""
        data = super().clean()
        first, last = data.get("starts_on"), data.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", gettext("到期日要晚于开始日"))
        if data.get("carer_kind") == CarerKind.ORGANISATION and not data.get("carer_contact"):
            self.add_error("carer_contact", gettext("照料人是单位，请填单位负责人"))
        return data

    def facts(self) -> AgreementFacts:
        """What was typed, for the action."""
        data = self.cleaned_data
        names = (
            "carer_kind", "carer_name", "carer_tie", "carer_contact", "carer_phone", "carer_address",
            "content", "frequency", "starts_on",
        )  # fmt: skip
        return AgreementFacts(
            **{name: data[name] for name in names},
            monthly_fen=data["monthly"],
            ends_on=data["last_day"] + timedelta(days=1),
        )

    @staticmethod
    def facts_of(row: CareAgreement) -> dict[str, Any]:
        """A draft as the form's initial values."""
        names = (
            "version", "carer_kind", "carer_name", "carer_tie", "carer_contact", "carer_phone",
            "carer_address", "content", "frequency", "starts_on",
        )  # fmt: skip
        more = {"monthly": yuan_text(row.monthly_fen), "last_day": last_day(row)}
        return {name: getattr(row, name) for name in names} | more


class VersionForm(forms.Form):
    """A step without words, on a row of this version."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class WhyForm(VersionForm):
    """A step that needs a reason."""

    reason = forms.CharField(
        label=_("原因"), max_length=200, widget=forms.Textarea({"rows": 2}), error_messages=REASON
    )


class SignForm(VersionForm):
    """When and how the recipient signed."""

    on = day_field(_("签字日期"))
    signing = forms.ChoiceField(
        label=_("本人怎么签的"), choices=Signing.choices, widget=forms.RadioSelect, error_messages=CHOOSE
    )
    witness = forms.CharField(
        label=_("见证人"),
        max_length=50,
        required=False,
        help_text=_("按手印或监护人代签时要填，例如村民生员"),
    )


class EndForm(WhyForm):
    """From which day an agreement is over."""

    field_order = ["version", "on", "reason"]
    on = day_field(_("从哪天起终止"))


class PlanForm(forms.Form):
    """A line for each service that is wanted; a service without a number is not in the plan."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    starts_on = day_field(_("从哪天起"))
    goal = forms.CharField(
        label=_("照料目标"),
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("例如：按时吃药，每周洗一次澡"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        number = {"inputmode": "numeric", "autocomplete": "off"}
        wrong = {"invalid": _("请填数字"), "min_value": _("数字太小了"), "max_value": _("数字太大了")}
        for code in ServiceCode.values:
            self.fields[f"visits_{code}"] = forms.IntegerField(
                label=_("每月几次"), required=False, min_value=1, max_value=31,
                widget=forms.TextInput(number), error_messages=wrong,
            )  # fmt: skip
            self.fields[f"minutes_{code}"] = forms.IntegerField(
                label=_("每次多少分钟"), required=False, min_value=10, max_value=1440,
                widget=forms.TextInput(number), error_messages=wrong,
            )  # fmt: skip
            self.fields[f"note_{code}"] = forms.CharField(label=_("要求"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        """A service has both numbers or none; one service at least."""
        data = super().clean()
        for code in ServiceCode.values:
            visits, minutes = data.get(f"visits_{code}"), data.get(f"minutes_{code}")
            if bool(visits) != bool(minutes) and not {f"visits_{code}", f"minutes_{code}"} & set(self.errors):
                missing = "minutes" if visits else "visits"
                self.add_error(f"{missing}_{code}", gettext("次数和分钟要一起填，或都空着"))
        if not self.errors and not self.lines():
            self.add_error(f"visits_{ServiceCode.VISIT_CARE.value}", gettext("请至少填一项服务"))
        return data

    def lines(self) -> list[PlanLine]:
        """The lines that were typed."""
        data = self.cleaned_data
        return [
            PlanLine(code, data[f"visits_{code}"], data[f"minutes_{code}"], data[f"note_{code}"])
            for code in ServiceCode.values
            if data.get(f"visits_{code}") and data.get(f"minutes_{code}")
        ]

    def groups(self) -> list[tuple[str, list[Any]]]:
        """The fields of each service, under its name."""
        return [
            (str(label), [self[f"{name}_{code}"] for name in ("visits", "minutes", "note")])
            for code, label in ServiceCode.choices
        ]

    def label_of(self, name: str) -> str:
        """A field's name with its service, since every service has the same three."""
        service = dict(ServiceCode.choices).get(name.partition("_")[2])
        label = str(self.fields[name].label)
        return f"{service} · {label}" if service else label

    @classmethod
    def whole(cls, plan: CarePlan) -> dict[str, Any]:
        """A draft with every field, also those of services that it has not."""
        blank = {
            f"{part}_{code}": None for code in ServiceCode.values for part in ("visits", "minutes", "note")
        }
        return blank | cls.lines_of(plan)

    @staticmethod
    def lines_of(plan: CarePlan) -> dict[str, Any]:
        """A draft as the form's initial values."""
        found: dict[str, Any] = {"version": plan.version, "starts_on": plan.starts_on, "goal": plan.goal}
        for line in plan.lines.all():
            found |= {
                f"visits_{line.service}": line.visits_per_month,
                f"minutes_{line.service}": line.minutes,
                f"note_{line.service}": line.note,
            }
        return found
