"""Pages about the categories of a person."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from portal.base.forms import blame
from portal.base.refused import Refused
from portal.permissions.gate import needs
from services.recipients import categories
from services.recipients.access import household_for
from services.recipients.dibao import RefusedForSome, end_dibao, give_dibao, standing_dibao
from services.recipients.edit_views import EDIT, status_of
from services.recipients.models import Household, Person
from services.recipients.people_views import done, person_of
from services.recipients.standing_forms import CategoryEndForm, CategoryForm, DibaoEndForm, DibaoForm
from services.recipients.standing_models import FOREVER


@needs(EDIT, takes_object="household")
def person_category(request: HttpRequest, no: str, uid: Any) -> HttpResponse:
    """A person is of a category from a day on."""
    household = household_for(request.user, no, EDIT)
    person = person_of(household, uid)
    form = CategoryForm(request.POST or None)
    if form.is_valid():
        try:
            categories.set_category(by=request.user, person=person, facts=form.facts())
        except Refused as refusal:
            blame(form, refusal)
        else:
            return done(request, household, _("登记好了"))
    context = {
        "household": household,
        "form": form,
        "title": _("登记类别：%(name)s") % {"name": person.name},
    }
    return render(request, "services/recipients/category.html", context, status=status_of(form))


@needs(EDIT, takes_object="household")
def person_category_end(request: HttpRequest, no: str, uid: Any, category: Any) -> HttpResponse:
    """A person is of a category no more."""
    household = household_for(request.user, no, EDIT)
    person = person_of(household, uid)
    row = person.categories.filter(uid=category, valid_to=FOREVER).first()
    if row is None:
        raise Http404
    form = CategoryEndForm(request.POST or None)
    if form.is_valid():
        try:
            categories.end_category(by=request.user, row=row, **form.cleaned_data)
        except Refused as refusal:
            blame(form, refusal)
        else:
            return done(request, household, _("办好了"))
    title = _("结束类别：%(name)s，%(kind)s") % {"name": person.name, "kind": row.words}
    context = {"household": household, "form": form, "title": title}
    return render(request, "services/recipients/person.html", context, status=status_of(form))


@needs(EDIT, takes_object="household")
def household_dibao(request: HttpRequest, no: str) -> HttpResponse:
    """All people of a household, or some, get 低保 of one class."""
    household = household_for(request.user, no, EDIT)
    people = list(household.persons.filter(died_on=None).order_by("pk"))
    context = {"title": _("全家登记低保"), "empty": _("家里没有在世的人。")}
    return _for_people(request, household, people, DibaoForm, give_dibao, context)


@needs(EDIT, takes_object="household")
def household_dibao_end(request: HttpRequest, no: str) -> HttpResponse:
    """All people of a household, or some, get no 低保 any more."""
    household = household_for(request.user, no, EDIT)
    people = [row.person for row in standing_dibao(household)]
    context = {"title": _("全家结束低保"), "empty": _("这户现在没有人登记低保。")}
    return _for_people(request, household, people, DibaoEndForm, end_dibao, context)


def _for_people(
    request: HttpRequest,
    household: Household,
    people: list[Person],
    form_class: type[DibaoForm],
    act: Callable[..., int],
    context: dict[str, Any],
) -> HttpResponse:
    form = form_class(request.POST or None, people=people)
    if form.is_valid():
        try:
            count = act(by=request.user, household=household, **form.cleaned_data)
        except RefusedForSome as refusal:
            form = form_class(request.POST, people=people, why=refusal.people)
            form.is_valid()
            blame(form, refusal)
        except Refused as refusal:
            blame(form, refusal)
        else:
            return done(request, household, _("办好了，共 %(count)d 人") % {"count": count})
    context |= {"household": household, "form": form, "people": people}
    return render(request, "services/recipients/dibao.html", context, status=status_of(form))
