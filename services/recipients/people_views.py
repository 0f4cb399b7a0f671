"""Pages about one person of a household: facts and assessment."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.base.conflicts import chosen, differences, held, on_top_of
from portal.base.forms import blame
from portal.base.refused import Refused
from portal.permissions.gate import needs
from services.recipients import people
from services.recipients.access import household_for
from services.recipients.care_models import AssessmentSheet
from services.recipients.changes import stood_at
from services.recipients.edit_views import EDIT, status_of
from services.recipients.extra_questions import extras_of
from services.recipients.forms import AssessmentForm, PersonForm
from services.recipients.models import Household, Person
from services.recipients.sheets import questions_of, sheet_on

ASSESS = "services.assess_person"
UNCHANGED = ("id_number",)


def person_of(household: Household, uid: Any) -> Person:
    """The person of this household with this uid; Http404 otherwise."""
    person = household.persons.select_related("household", "household__region").filter(uid=uid).first()
    if person is None:
        raise Http404
    return person


def done(request: HttpRequest, household: Household, message: str) -> HttpResponse:
    """Back to the file, with a word that it is done."""
    messages.success(request, message)
    return redirect("services:recipients:detail", household.no)


@needs(EDIT, takes_object="household")
def person_add(request: HttpRequest, no: str) -> HttpResponse:
    """Enter a member of the household."""
    household = household_for(request.user, no, EDIT)
    form = PersonForm(request.POST or None)
    if form.is_valid():
        try:
            people.add_person(
                by=request.user, household=household, facts=form.person_facts(), on=timezone.localdate()
            )
        except Refused as refusal:
            blame(form, refusal)
        else:
            return done(request, household, _("加好了"))
    context = {"household": household, "form": form, "title": _("加一位家庭成员")}
    return render(request, "services/recipients/person.html", context, status=status_of(form))


def _initial(person: Person) -> dict[str, Any]:
    names = ("version", "name", "relation", "sex", "birth_date", "health_notes")
    return {name: getattr(person, name) for name in names}


@needs(EDIT, takes_object="household")
def person_edit(request: HttpRequest, no: str, uid: Any) -> HttpResponse:
    """Change a person; the ID number is never shown here, only replaced."""
    household = household_for(request.user, no, EDIT)
    person = person_of(household, uid)
    form = PersonForm(chosen(request.POST or None, person), initial=_initial(person))
    if person.id_number:
        form.fields["id_number"].help_text = _("已登记。不改就空着")
    context: dict[str, Any] = {"household": household, "form": form, "title": _("改家庭成员资料")}
    status = status_of(form)
    if form.is_valid():
        try:
            people.change_person(
                by=request.user,
                person=person,
                version=form.cleaned_data["version"] or 0,
                facts=form.person_facts(),
                on=timezone.localdate(),
            )
        except Refused as refusal:
            status = 422
            if refusal.code == "stale":
                status = 409
                person.refresh_from_db()
                context |= {
                    "conflict": refusal.message,
                    "both": differences(
                        form,
                        held(form, person),
                        stood_at(person, form.cleaned_data["version"] or 0),
                        UNCHANGED,
                    ),
                }
                context["form"] = on_top_of(form, person.version)
            else:
                blame(form, refusal)
        else:
            return done(request, household, _("改好了"))
    return render(request, "services/recipients/person.html", context, status=status)


def _sheet_shown(request: HttpRequest) -> AssessmentSheet | None:
    """The version of the form that was filled in, as the page sent it."""
    sent = request.POST.get("sheet", "")
    known = sent.isascii() and sent.isdecimal() and len(sent) < 5
    return AssessmentSheet.objects.filter(version=int(sent)).first() if known else None


def _sheet_of_day(form: AssessmentForm, today: date) -> AssessmentSheet | None:
    """The version of the day that was typed; None for a day that the action refuses anyway."""
    try:
        return sheet_on(form.cleaned_data["on"]) if form.cleaned_data["on"] <= today else None
    except Refused:
        return None


def _assessment_form(request: HttpRequest, sheet: AssessmentSheet) -> AssessmentForm:
    """The form with the questions of a version; it says which one it is."""
    data = request.POST.copy() if request.method == "POST" else None
    if data is not None:
        data["sheet"] = str(sheet.version)
    initial = {"on": timezone.localdate(), "sheet": sheet.version}
    return AssessmentForm(data, questions=questions_of(sheet), extras=extras_of(sheet.extra), initial=initial)


@needs(ASSESS, takes_object="household")
def person_assess(request: HttpRequest, no: str, uid: Any) -> HttpResponse:
    """The six indicators of self-care."""
    household = household_for(request.user, no, ASSESS)
    person = person_of(household, uid)
    today = timezone.localdate()
    sheet = _sheet_shown(request) or sheet_on(today)
    form = _assessment_form(request, sheet)
    if form.is_valid() and (of_day := _sheet_of_day(form, today)) not in (None, sheet):
        # Another form was in use on that day: its questions are put, with what was answered so far.
        sheet = of_day
        form = _assessment_form(request, sheet)
        form.add_error(
            "on", _("那天用的是第 %(n)d 版评估表，请按下面的问题再核对一遍") % {"n": sheet.version}
        )
    if form.is_valid():
        try:
            made = people.assess(
                by=request.user,
                person=person,
                answers=form.answers(),
                on=form.cleaned_data["on"],
                today=today,
                note=form.cleaned_data["note"],
                risk=form.cleaned_data["risk"],
                extra=form.further(),
            )
        except Refused as refusal:
            blame(form, refusal)
        else:
            word = made.get_self_care_display()
            return done(request, household, _("评估记下了，结果：%(word)s") % {"word": word})
    context = {"household": household, "form": form, "person": person, "sheet": sheet}
    return render(request, "services/recipients/assess.html", context, status=status_of(form))
