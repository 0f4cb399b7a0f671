"""What people type when a household rests, somebody dies, moves, or files are merged and split."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.models import Region
from portal.base.forms import DayField
from services.recipients.deaths import DeathFacts
from services.recipients.forms import REQUIRED_CHOICE, VillageField, villages_in
from services.recipients.merging import MergeFacts, SplitFacts
from services.recipients.models import DeathSource, Household, NumberRedirect, PauseReason, Person
from services.recipients.moving import MoveFacts
from services.tasks.models import Need

REASON = {"required": _("请写明原因")}
LONGEST_KEY = 18
VILLAGE = {"required": _("请选哪个村"), "invalid_choice": _("请从列出的里面选")}


class VersionedForm(forms.Form):
    """A step on a file of this version."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class PersonChoice(forms.ModelChoiceField):
    """One of the household's people, by name."""

    def label_from_instance(self, obj: Person) -> str:
        """The name and how they stand to the head."""
        return f"{obj.name}（{obj.get_relation_display()}）"


class SomeChoice(forms.ModelMultipleChoiceField):
    """Several rows; a number that no row can have is a wrong choice."""

    def clean(self, value: Any) -> Any:
        """The rows chosen."""
        if any(len(str(one)) > LONGEST_KEY for one in value or []):
            raise forms.ValidationError(self.error_messages["invalid_list"], code="invalid_list")
        return super().clean(value)


class PeopleChoice(SomeChoice):
    """Some of the household's people, by name."""

    def label_from_instance(self, obj: Person) -> str:
        """The name and how they stand to the head."""
        return f"{obj.name}（{obj.get_relation_display()}）"


class NeedsChoice(SomeChoice):
    """Some of the household's needs."""

    def label_from_instance(self, obj: Need) -> str:
        """The service and the number."""
        return f"{obj.get_service_display()}（{obj.no}）"


class PauseForm(VersionedForm):
    """Why nobody should go there, and until about when."""

    reason = forms.ChoiceField(
        label=_("为什么暂停"),
        choices=PauseReason.choices,
        widget=forms.RadioSelect,
        error_messages=REQUIRED_CHOICE,
    )
    words = forms.CharField(
        label=_("说明"),
        max_length=200,
        required=False,
        help_text=_("例如：县医院三楼，女儿陪着"),
        widget=forms.Textarea({"rows": 2}),
    )
    expected_on = DayField(label=_("大概哪天恢复"), required=False)


class DeathForm(VersionedForm):
    """When somebody died, who said so, and who leads the household then."""

    died_on = DayField(label=_("去世日期"))
    source = forms.ChoiceField(
        label=_("从哪里得知"),
        choices=DeathSource.choices,
        widget=forms.RadioSelect,
        error_messages=REQUIRED_CHOICE,
    )
    words = forms.CharField(
        label=_("说明"), max_length=200, required=False, widget=forms.Textarea({"rows": 2})
    )
    new_head = PersonChoice(
        queryset=Person.objects.none(), label=_("谁当户主"), required=False, empty_label=_("请选择")
    )
    care_goes_on = forms.ChoiceField(
        label=_("家里其他人还要上门照料吗"),
        choices=[("yes", _("要，任务照旧")), ("no", _("不要，任务都结束"))],
        widget=forms.RadioSelect,
        error_messages=REQUIRED_CHOICE,
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = person.household.persons.filter(died_on=None).exclude(pk=person.pk)
        self.fields["new_head"].queryset = others  # type: ignore[attr-defined]
        if not others.exists():
            del self.fields["new_head"], self.fields["care_goes_on"]
        elif person.relation != "self":
            del self.fields["new_head"]

    def facts(self) -> DeathFacts:
        """What was typed, for the action."""
        data = self.cleaned_data
        return DeathFacts(data["died_on"], data["source"], data["words"], data.get("new_head"))

    def goes_on(self) -> bool:
        """Whether the others still want the care."""
        return self.cleaned_data.get("care_goes_on") == "yes"


class MoveForm(VersionedForm):
    """Where a household went."""

    region = VillageField(
        queryset=Region.objects.none(),
        to_field_name="code",
        label=_("搬到哪个村（社区）或小组"),
        empty_label=_("请选择"),
        error_messages=VILLAGE,
    )
    address = forms.CharField(
        label=_("新的门牌地址"), max_length=120, required=False, help_text=_("不知道就空着，由那边乡镇补")
    )
    moved_on = DayField(label=_("哪天搬的"))
    reason = forms.CharField(label=_("原因"), max_length=200, error_messages=REASON)

    def __init__(self, *args: Any, household: Household, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        villages = villages_in([household.region.path[:4]])
        field: Any = self.fields["region"]
        field.queryset = villages.order_by("path")
        names = dict(Region.objects.filter(level="township").values_list("path", "name"))
        groups: dict[str, list[tuple[str, str]]] = {}
        for village in field.queryset:
            town = names.get(village.path[:8], "")
            groups.setdefault(town, []).append((village.code, field.label_from_instance(village)))
        field.choices = [("", _("请选择")), *groups.items()]

    def facts(self) -> MoveFacts:
        """What was typed, for the action."""
        data = self.cleaned_data
        return MoveFacts(data["region"], data["moved_on"], data["reason"], data["address"])


class OtherFileForm(forms.Form):
    """The number of the other file."""

    other = forms.CharField(
        label=_("另一份档案的编号"),
        max_length=20,
        help_text=_("例如 H-20000011"),
        error_messages={"required": _("请填另一份档案的编号")},
    )

    def clean_other(self) -> str:
        """Numbers are written in capitals."""
        return str(self.cleaned_data["other"]).strip().upper()


class MergeForm(forms.Form):
    """Who of the two files is the same person, and why they are one household."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    other_version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(label=_("为什么是同一户"), max_length=200, error_messages=REASON)

    def __init__(self, *args: Any, kept: Household, gone: Household, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kept_people = {str(person.uid): person for person in kept.persons.all()}
        self.gone_people = list(gone.persons.all())
        choices = [("", _("另外的人")), *((uid, person.name) for uid, person in self.kept_people.items())]
        for person in self.gone_people:
            self.fields[f"same_{person.uid}"] = forms.ChoiceField(
                label=_("那边的“%(name)s”就是这边的") % {"name": person.name}, choices=choices, required=False
            )
        self.order_fields([f"same_{person.uid}" for person in self.gone_people] + ["reason"])

    def facts(self) -> MergeFacts:
        """What was chosen, for the action."""
        same = {}
        for person in self.gone_people:
            chosen = self.cleaned_data.get(f"same_{person.uid}")
            if chosen:
                same[person] = self.kept_people[chosen]
        return MergeFacts(self.cleaned_data["reason"], same)


class SplitForm(VersionedForm):
    """Who gets a file of their own, and what goes along."""

    people = PeopleChoice(
        queryset=Person.objects.none(),
        label=_("谁分出去"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请选谁要分出去")},
    )
    head = PersonChoice(
        queryset=Person.objects.none(),
        label=_("新户的户主"),
        empty_label=_("请选择"),
        error_messages={"required": _("请选新户的户主")},
    )
    new_head_here = PersonChoice(
        queryset=Person.objects.none(),
        label=_("原户以后的户主"),
        required=False,
        empty_label=_("不变"),
        help_text=_("只有原户主分出去时才选"),
    )
    region = VillageField(
        queryset=Region.objects.none(),
        to_field_name="code",
        label=_("新户住在哪个村（社区）或小组"),
        empty_label=_("请选择"),
        error_messages=VILLAGE,
    )
    address = forms.CharField(label=_("新户的门牌地址"), max_length=120, required=False)
    needs = NeedsChoice(
        queryset=Need.objects.none(),
        label=_("哪些需求跟着走"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    old_no = forms.ChoiceField(label=_("新户的编号"), required=False)
    reason = forms.CharField(label=_("原因"), max_length=200, error_messages=REASON)

    def __init__(self, *args: Any, household: Household, paths: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        for name in ("people", "head", "new_head_here"):
            fields[name].queryset = household.persons.filter(died_on=None)
        fields["region"].queryset = villages_in(paths)
        fields["needs"].queryset = household.needs.exclude(state="closed")
        if not fields["needs"].queryset.exists():
            del self.fields["needs"]
        old = NumberRedirect.objects.filter(household=household).values_list("old_no", flat=True)
        if old:
            fields["old_no"].choices = [("", _("新编号")), *((no, no) for no in old)]
        else:
            del self.fields["old_no"]

    def facts(self) -> SplitFacts:
        """What was typed, for the action."""
        data = self.cleaned_data
        return SplitFacts(
            people=list(data["people"]),
            head=data["head"],
            region=data["region"],
            reason=data["reason"],
            address=data["address"],
            needs=list(data.get("needs") or []),
            old_no=data.get("old_no") or "",
            new_head_here=data["new_head_here"],
        )
