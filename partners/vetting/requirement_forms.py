"""The form of a requirement, with the day from which it holds."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.network.fields import DayField
from partners.training.queries import courses_in_use
from partners.vetting.paper_models import OPEN_DAY, DemandSort, PartyKind, Requirement, Validity

# What the organisation's own register can say; other codes of this sort would never be met.
REGISTERED = frozenset({"registration", "credit", "annual_report", "rating"})


class RequirementForm(forms.ModelForm):
    """All of a requirement. For a change, of whom and by which code stay."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Requirement
        fields = (
            "party", "organisation_kind", "service", "sort", "code", "name_zh", "name_en", "how", "validity",
            "months", "decided_by", "shown_to", "source", "valid_from",
        )  # fmt: skip
        field_classes = {"valid_from": DayField}
        widgets = {"months": forms.TextInput(attrs={"inputmode": "numeric"})}
        help_texts = {
            "organisation_kind": _("不选就是所有单位类型"),
            "service": _("不选就是不管做哪项服务都要"),
            "code": _("英文字母、数字和横线，比如 health。同一样材料用同一个代码"),
            "how": _("告诉对方怎么交、到哪里办"),
            "months": _("选了“若干个月”才填"),
            "shown_to": _("本人和所在机构总能看到"),
            "source": _("法规或合同的名称和条款"),
            "valid_from": _("只能从今天或以后起"),
        }

    FIXED = ("party", "organisation_kind", "service", "sort", "code")

    def __init__(self, *args: Any, changes: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if changes:
            for name in self.FIXED:
                del self.fields[name]

    def clean_valid_from(self) -> Any:
        """Not before today: what was decided before was decided by the list of its day."""
        day = self.cleaned_data["valid_from"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("只能从今天或以后起"), code="day_passed")
        return day

    def clean(self) -> dict[str, Any]:
        """What hangs together: months, kinds of organisations, and what a register can say."""
        data = super().clean() or {}
        sort = data.get("sort", self.instance.sort)
        code, party = data.get("code", self.instance.code), data.get("party", self.instance.party)
        if data.get("validity") == Validity.MONTHS:
            if not data.get("months") and "months" not in self.errors:
                self.add_error("months", _("请填几个月"))
            elif data.get("months", 0) and data["months"] > 600:
                self.add_error("months", _("最多 600 个月"))
        else:
            data["months"] = None
        if data.get("organisation_kind") and party != PartyKind.ORGANISATION:
            self.add_error("organisation_kind", _("只有机构才分单位类型，请不选"))
        if sort == DemandSort.REGISTER and code and code not in REGISTERED and "code" in self.fields:
            self.add_error(
                "code", _("登记的内容只有：%(codes)s") % {"codes": _("、").join(sorted(REGISTERED))}
            )
        if "code" in self.fields and code and self._asked_already(data):
            self.add_error("code", _("同样对象、服务和代码的要求已经有了，请改那一条"))
        if sort == DemandSort.TRAINING and code and "code" in self.fields:
            courses = {course.code for course in courses_in_use()}
            if code not in courses:
                self.add_error(
                    "code",
                    _("培训的代码是课程的代码，现有：%(codes)s") % {"codes": _("、").join(sorted(courses))},
                )
            if party not in (PartyKind.VOLUNTEER, PartyKind.WORKER):
                self.add_error("party", _("只有人能参加培训，请选志愿者或护理员"))
        if sort == DemandSort.CHECK and data.get("validity") == Validity.DATE:
            self.add_error("validity", _("由人核对的没有证件日期，请选若干个月或一直有效"))
        return data

    def _asked_already(self, data: dict[str, Any]) -> bool:
        same = {name: data.get(name, "") for name in ("party", "organisation_kind", "service", "code")}
        return Requirement.objects.filter(valid_to=OPEN_DAY, **same).exists()


class EndForm(forms.Form):
    """From which day it is asked no more."""

    valid_from = DayField(label=_("从哪天起不再要求"), help_text=_("只能从今天或以后起"))
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean_valid_from(self) -> Any:
        """Not before today."""
        day = self.cleaned_data["valid_from"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("只能从今天或以后起"), code="day_passed")
        return day
