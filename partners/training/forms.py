"""The quiz as a form, and a course to write: facts, parts and questions on one page that works without script."""

import re
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.network.fields import DayField
from partners.providers.models import ServiceCode
from partners.training.actions import CourseText, PartText, QuestionText
from partners.training.models import LONGEST_PART, Course, CourseQuestion, Learner

CHOICES = 3
MOST_PARTS, MOST_QUESTIONS = 12, 15


class QuizForm(forms.Form):
    """One choice for each question."""

    def __init__(self, *args: Any, questions: list[CourseQuestion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for row in questions:
            self.fields[f"q{row.position}"] = forms.ChoiceField(
                label=f"{row.position}. {row.text}", choices=row.options, widget=forms.RadioSelect
            )

    def answers(self) -> dict[int, int]:
        """The chosen numbers by question."""
        return {int(name[1:]): int(value) for name, value in self.cleaned_data.items()}


def _long(rows: int) -> forms.Textarea:
    return forms.Textarea({"rows": rows})


class CourseForm(forms.Form):
    """What a course is called and of whom it is required."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    title_zh = forms.CharField(label=_("课名"), max_length=60)
    title_en = forms.CharField(label=_("英文课名"), max_length=120)
    about_zh = forms.CharField(label=_("一句话说明"), max_length=200)
    about_en = forms.CharField(label=_("英文说明"), max_length=300)
    roles = forms.MultipleChoiceField(
        label=_("哪些人要学"), choices=Learner.choices, widget=forms.CheckboxSelectMultiple
    )
    services = forms.MultipleChoiceField(
        label=_("做哪些服务的人要学"),
        help_text=_("一个都不选，就是做什么的都要学"),
        choices=ServiceCode.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    validity_months = forms.IntegerField(label=_("学一次管几个月"), min_value=1, max_value=120)
    again_from = DayField(
        label=_("从哪天起，学过旧版的人都要重学"),
        help_text=_("不填，学过的人到期再学"),
        required=False,
    )

    def clean_again_from(self) -> date | None:
        """People need a day's notice."""
        day = self.cleaned_data["again_from"]
        if day and day <= timezone.localdate():
            raise forms.ValidationError(_("最早从明天起，让人家来得及学"), code="past")
        return day


class PartForm(forms.Form):
    """One part."""

    title_zh = forms.CharField(label=_("这一节叫什么"), max_length=60)
    title_en = forms.CharField(label=_("英文标题"), max_length=120)
    minutes = forms.IntegerField(label=_("要看几分钟"), min_value=1, max_value=LONGEST_PART)
    body_zh = forms.CharField(
        label=_("正文"), help_text=_("空一行，另起一段"), max_length=6000, widget=_long(8)
    )
    body_en = forms.CharField(label=_("英文正文"), max_length=12000, widget=_long(8))

    def text(self) -> PartText:
        """The part as written."""
        data = self.cleaned_data
        return PartText(
            **{name: data[name] for name in ("title_zh", "title_en", "body_zh", "body_en", "minutes")}
        )


class QuestionForm(forms.Form):
    """One question with three choices."""

    text_zh = forms.CharField(label=_("题目"), max_length=200)
    text_en = forms.CharField(label=_("英文题目"), max_length=300)
    right = forms.ChoiceField(
        label=_("哪个对"),
        choices=[(str(n), "ABC"[n]) for n in range(CHOICES)],
        widget=forms.RadioSelect,
    )
    why_zh = forms.CharField(label=_("为什么"), max_length=300)
    why_en = forms.CharField(label=_("英文理由"), max_length=500)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for n in range(CHOICES):
            letter = "ABC"[n]
            self.fields[f"zh{n}"] = forms.CharField(label=_("答案 %s") % letter, max_length=200)
            self.fields[f"en{n}"] = forms.CharField(label=_("答案 %s（英文）") % letter, max_length=300)
        self.order_fields(
            ["text_zh", "text_en", *(f"{lang}{n}" for n in range(CHOICES) for lang in ("zh", "en"))]
        )

    def text(self) -> QuestionText:
        """The question as written."""
        data = self.cleaned_data
        return QuestionText(
            text_zh=data["text_zh"],
            text_en=data["text_en"],
            choices=tuple((data[f"zh{n}"], data[f"en{n}"]) for n in range(CHOICES)),
            right=int(data["right"]),
            why_zh=data["why_zh"],
            why_en=data["why_en"],
        )


def _formset(form: type[forms.Form], most: int) -> type[forms.BaseFormSet]:
    return forms.formset_factory(
        form, extra=1, can_delete=True, max_num=most, validate_max=True, absolute_max=most + 1
    )


Parts = _formset(PartForm, MOST_PARTS)
Questions = _formset(QuestionForm, MOST_QUESTIONS)


class CourseEdit:
    """The three forms of the page as one: facts, parts, questions."""

    def __init__(self, course: Course, data: Any = None) -> None:
        in_use = [part for part in course.parts.all() if part.of_version == course.version]
        asked = [row for row in course.questions.all() if row.of_version == course.version]
        self.facts = CourseForm(data, initial=_facts(course))
        if data is not None:
            data = _counted(_counted(data, "parts", len(in_use)), "questions", len(asked))
        self.parts = Parts(data, prefix="parts", initial=[vars(part) for part in in_use])
        self.questions = Questions(data, prefix="questions", initial=[_question(row) for row in asked])
        for form in [*self.parts.forms, *self.questions.forms]:
            form.fields["DELETE"].label = _("去掉")

    def is_valid(self) -> bool:
        """All three, so that everything to mend shows at once."""
        return all([self.facts.is_valid(), self.parts.is_valid(), self.questions.is_valid()])

    @property
    def problems(self) -> bool:
        """Whether something has to be mended."""
        return bool(self.facts.errors or self.parts.total_error_count() or self.questions.total_error_count())

    def text(self) -> CourseText:
        """The course as written."""
        data = self.facts.cleaned_data
        return CourseText(
            **{
                name: data[name]
                for name in ("title_zh", "title_en", "about_zh", "about_en", "validity_months")
            },
            roles=tuple(data["roles"]),
            services=tuple(data["services"]),
            parts=tuple(form.text() for form in _written(self.parts)),
            questions=tuple(form.text() for form in _written(self.questions)),
        )


def _counted(data: QueryDict, prefix: str, before: int) -> QueryDict:
    """The posted fields with their number as it is, whatever the hidden counters say: nothing typed is lost."""
    numbers = [int(found[1]) for name in data if (found := re.match(rf"{prefix}-(\d{{1,3}})-", name))]
    counted = data.copy()
    counted[f"{prefix}-TOTAL_FORMS"] = str(max(numbers, default=-1) + 1)
    counted[f"{prefix}-INITIAL_FORMS"] = str(before)
    for name in ("MIN_NUM_FORMS", "MAX_NUM_FORMS"):
        counted.pop(f"{prefix}-{name}", None)
    return counted


def _written(forms_of: Any) -> list[Any]:
    return [form for form in forms_of.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]


def _facts(course: Course) -> dict[str, Any]:
    names = (
        "version",
        "title_zh",
        "title_en",
        "about_zh",
        "about_en",
        "roles",
        "services",
        "validity_months",
    )
    return {name: getattr(course, name) for name in names}


def _question(row: CourseQuestion) -> dict[str, Any]:
    more = {
        f"{lang}{n}": pair[at] for n, pair in enumerate(row.choices) for at, lang in enumerate(("zh", "en"))
    }
    return {**vars(row), "right": str(row.right), **more}
