"""What people type about the categories of a person."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.base.forms import DayField
from services.recipients.categories import CategoryFacts
from services.recipients.forms import REQUIRED_CHOICE
from services.recipients.models import CategoryKind, DibaoClass, DisabilityType, Person, SupportMode

GRADES = [("1", _("一级")), ("2", _("二级")), ("3", _("三级")), ("4", _("四级"))]


class CategoryForm(forms.Form):
    """Which category, since when, and what belongs to it."""

    kind = forms.ChoiceField(
        label=_("类别"),
        choices=CategoryKind.choices,
        widget=forms.RadioSelect,
        error_messages=REQUIRED_CHOICE,
    )
    mode = forms.ChoiceField(
        label=_("特困：供养方式"), choices=SupportMode.choices, widget=forms.RadioSelect, required=False
    )
    dibao_class = forms.ChoiceField(
        label=_("低保：类别"),
        choices=DibaoClass.choices,
        widget=forms.RadioSelect,
        required=False,
        help_text=_("A 类一年复核一次，B 类半年，C 类一季"),
    )
    disability = forms.ChoiceField(
        label=_("残疾：类别"), choices=DisabilityType.choices, widget=forms.RadioSelect, required=False
    )
    grade = forms.ChoiceField(label=_("残疾：等级"), choices=GRADES, widget=forms.RadioSelect, required=False)
    on = DayField(label=_("从哪天起"))
    verified_on = DayField(
        label=_("上次核查（不知道就空着）"),
        required=False,
        help_text=_("平台以前核查过的，填最近一次。下次核查从这天起算"),
    )

    def clean_verified_on(self) -> date | None:
        """A verification has been, not will be."""
        day: date | None = self.cleaned_data["verified_on"]
        if day is not None and day > timezone.localdate():
            raise forms.ValidationError(_("这一天还没到"), code="future")
        return day

    def facts(self) -> CategoryFacts:
        """What was typed, for the action."""
        data: dict[str, Any] = dict(self.cleaned_data)
        data["grade"] = int(data["grade"]) if data["grade"] else None
        return CategoryFacts(**data)


class CategoryEndForm(forms.Form):
    """From which day a person is of a category no more, and why."""

    on = DayField(label=_("从哪天起不再是"))
    reason = forms.CharField(label=_("原因"), max_length=200, error_messages={"required": _("请写明原因")})


class PeopleField(forms.MultipleChoiceField):
    """Some people of a household, by name; what was refused stands beside whom it concerns."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            widget=forms.CheckboxSelectMultiple, error_messages={"required": _("请选人")}, **kwargs
        )
        self.people: dict[str, Person] = {}

    def offer(self, people: list[Person], why: dict[int, str]) -> None:
        """The people to choose from; all are chosen at first."""
        self.people = {str(person.uid): person for person in people}
        self.choices = [(uid, _with_reason(person, why)) for uid, person in self.people.items()]
        self.initial = list(self.people)

    def chosen(self, uids: list[str]) -> list[Person]:
        """The people meant."""
        return [self.people[uid] for uid in uids]


def _with_reason(person: Person, why: dict[int, str]) -> str:
    name = f"{person.name}（{person.get_relation_display()}）"
    return f"{name} · {why[person.pk]}" if person.pk in why else name


class DibaoForm(forms.Form):
    """Who of a household gets 低保, of which class, since when."""

    people = PeopleField(label=_("哪些人"))
    dibao_class = forms.ChoiceField(
        label=_("低保类别"),
        choices=DibaoClass.choices,
        widget=forms.RadioSelect,
        help_text=_("A 类一年复核一次，B 类半年，C 类一季"),
        error_messages=REQUIRED_CHOICE,
    )
    on = DayField(label=_("从哪天起"))

    def __init__(
        self, *args: Any, people: list[Person], why: dict[int, str] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].offer(people, why or {})  # type: ignore[attr-defined]

    def clean_people(self) -> list[Person]:
        """The people themselves."""
        field: Any = self.fields["people"]
        return list(field.chosen(self.cleaned_data["people"]))


class DibaoEndForm(DibaoForm):
    """Who of a household gets no 低保 any more, from which day, and why."""

    dibao_class = None  # type: ignore[assignment]  # as Django takes a field away
    on = DayField(label=_("从哪天起不再是"))
    reason = forms.CharField(label=_("原因"), max_length=200, error_messages={"required": _("请写明原因")})
