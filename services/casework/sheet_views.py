"""A new version of the assessment form: typed on the page of the one in use, looked at, then published."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.base.forms import DayField, blame
from portal.base.refused import Refused
from portal.permissions.gate import needs
from services.assistance.access import SET_RULES
from services.recipients.assessment import INDICATORS
from services.recipients.edit_views import status_of
from services.recipients.models import Assessment
from services.recipients.sheets import SheetFacts, drafted, newest_sheet, publish_sheet, questions_of


class SheetForm(forms.Form):
    """Titles, source and first day; for each of the six indicators its question and hint in both languages."""

    title_zh = forms.CharField(label=gettext_lazy("表名"), max_length=80)
    title_en = forms.CharField(label=gettext_lazy("英文表名"), max_length=120, required=False)
    source = forms.CharField(label=gettext_lazy("依据"), max_length=200)
    valid_from = DayField(label=gettext_lazy("从哪天起用"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code in INDICATORS:
            name = Assessment._meta.get_field(code).verbose_name
            for key, label, most, required in (
                ("zh", _("%(name)s：怎么问"), 200, True),
                ("hint_zh", _("%(name)s：提示"), 200, False),
                ("en", _("%(name)s：英文怎么问"), 300, False),
                ("hint_en", _("%(name)s：英文提示"), 300, False),
            ):
                self.fields[f"{code}_{key}"] = forms.CharField(
                    label=label % {"name": name}, max_length=most, required=required
                )

    def facts(self) -> SheetFacts:
        """What was typed, for the action."""
        data = self.cleaned_data
        questions = {
            code: {key: data[f"{code}_{key}"] for key in ("zh", "en", "hint_zh", "hint_en")}
            for code in INDICATORS
        }
        return SheetFacts(data["title_zh"], data["title_en"], data["source"], questions, data["valid_from"])


def _initial() -> dict[str, Any]:
    sheet = newest_sheet()
    if sheet is None:
        return {}
    words = {f"{code}_{key}": text for code, asked in sheet.questions.items() for key, text in asked.items()}
    return {"title_zh": sheet.title_zh, "title_en": sheet.title_en, "source": sheet.source, **words}


@needs(SET_RULES)
def sheet_new(request: HttpRequest) -> HttpResponse:
    """Change how the six questions are asked, look at the new form, publish it."""
    form = SheetForm(request.POST or None, initial=_initial())
    context: dict[str, Any] = {"form": form}
    if form.is_valid() and "look" in request.POST:
        sheet = drafted(form.facts())
        context |= {"sheet": sheet, "questions": questions_of(sheet)}
    elif form.is_valid():
        try:
            publish_sheet(by=request.user, facts=form.facts(), today=timezone.localdate())
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("定好了，到那天生效"))
            return redirect("services:care:rules")
    return render(request, "services/care/sheet_form.html", context, status=status_of(form))
