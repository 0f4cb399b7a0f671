"""Pages about one person of a household: facts and assessment."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.base.forms import blame
from portal.base.refused import Refused
from portal.permissions.gate import needs
from services.recipients import people
from services.recipients.access import household_for
from services.recipients.conflicts import chosen, differences, on_top_of
from services.recipients.edit_views import EDIT, status_of
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
                    "both": differences(form, person, form.cleaned_data["version"] or 0, UNCHANGED),
                }
                context["form"] = on_top_of(form, person)
            else:
                blame(form, refusal)
        else:
            return done(request, household, _("改好了"))
    return render(request, "services/recipients/person.html", context, status=status)


@needs(ASSESS, takes_object="household")
def person_assess(request: HttpRequest, no: str, uid: Any) -> HttpResponse:
    """The six indicators of self-care."""
    household = household_for(request.user, no, ASSESS)
    person = person_of(household, uid)
    sheet = sheet_on(timezone.localdate())
    form = AssessmentForm(
        request.POST or None, questions=questions_of(sheet), initial={"on": timezone.localdate()}
    )
    if form.is_valid():
        try:
            made = people.assess(
                by=request.user,
                person=person,
                answers=form.answers(),
                on=form.cleaned_data["on"],
                today=timezone.localdate(),
                note=form.cleaned_data["note"],
                risk=form.cleaned_data["risk"],
            )
        except Refused as refusal:
            blame(form, refusal)
        else:
            word = made.get_self_care_display()
            return done(request, household, _("评估记下了，结果：%(word)s") % {"word": word})
    context = {"household": household, "form": form, "person": person, "sheet": sheet}
    return render(request, "services/recipients/assess.html", context, status=status_of(form))
