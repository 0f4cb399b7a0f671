"""Pages about the categories of a person."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from portal.base.forms import blame
from portal.base.refused import Refused
from portal.permissions.gate import needs
from services.recipients import categories
from services.recipients.access import household_for
from services.recipients.edit_views import EDIT, status_of
from services.recipients.people_views import done, person_of
from services.recipients.standing_forms import CategoryEndForm, CategoryForm
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
