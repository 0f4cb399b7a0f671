"""One question as a form, and the choice of the township."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from content.rules.questions import Option, Question
from partners.network.queries import townships


class AnswerForm(forms.Form):
    """The choices of one question; `answer` cleans to the chosen codes."""

    def __init__(self, question: Question, options: list[Option], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.question = question
        kind, widget = (
            (forms.MultipleChoiceField, forms.CheckboxSelectMultiple)
            if question.several
            else (forms.ChoiceField, forms.RadioSelect)
        )
        ask = _("请选一个。不知道就选“不清楚”。")
        self.fields["answer"] = kind(
            label=question.words,
            help_text=question.hint,
            choices=[(option.code, option.words) for option in options],
            widget=widget,
            error_messages={"required": ask, "invalid_choice": ask, "invalid_list": ask},
        )

    def clean_answer(self) -> tuple[str, ...]:
        """The codes; 'none of these' and 'not clear' stand alone."""
        given = self.cleaned_data["answer"]
        chosen = tuple(dict.fromkeys(given)) if self.question.several else (given,)
        if not self.question.fits(chosen):
            raise ValidationError(_("“都没有”和“不清楚”不能和别的一起选"))
        return chosen


class TownForm(forms.Form):
    """The township one lives in."""

    town = forms.ModelChoiceField(
        label=_("您住在哪个乡镇？"),
        queryset=townships(),
        to_field_name="code",
        empty_label=_("请选乡镇"),
        error_messages={"invalid_choice": _("请从列表里选一个乡镇")},
    )
