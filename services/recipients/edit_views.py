"""Pages that change a household's file."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.base.conflicts import chosen, differences, held, on_top_of
from portal.base.forms import blame
from portal.base.refused import Refused
from portal.permissions.gate import needs
from portal.permissions.hats import places_for
from services.recipients import actions
from services.recipients.access import household_for
from services.recipients.changes import stood_at
from services.recipients.forms import HouseholdForm, NewHouseholdForm

EDIT = actions.EDIT


def status_of(form: Any) -> int:
    """422 for a form that was sent and has errors."""
    return 422 if form.is_bound and form.errors else 200


@needs(EDIT)
def household_create(request: HttpRequest) -> HttpResponse:
    """A new file: the household and its head."""
    form = NewHouseholdForm(request.POST or None, paths=places_for(request.user, EDIT))
    if form.is_valid():
        try:
            household = actions.create_household(
                by=request.user, facts=form.facts(), head=form.person_facts(), on=timezone.localdate()
            )
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("档案建好了，编号 %(no)s") % {"no": household.no})
            return redirect("services:recipients:detail", household.no)
    return render(request, "services/recipients/create.html", {"form": form}, status=status_of(form))


@needs(EDIT, takes_object="household")
def household_edit(request: HttpRequest, no: str) -> HttpResponse:
    """Change a file; when somebody else was faster, both versions are shown."""
    household = household_for(request.user, no, EDIT)
    paths = places_for(request.user, EDIT)
    sent = chosen(request.POST or None, household)
    form = HouseholdForm(sent, paths=paths, initial=HouseholdForm.facts_of(household))
    context: dict[str, Any] = {"household": household, "form": form}
    status = status_of(form)
    if form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            actions.change_household(
                by=request.user, household=household, version=version, facts=form.facts()
            )
        except Refused as refusal:
            status = 422
            if refusal.code == "stale":
                status = 409
                household.refresh_from_db()
                context |= {
                    "conflict": refusal.message,
                    "both": differences(form, held(form, household), stood_at(household, version)),
                }
                form = context["form"] = on_top_of(form, household.version, paths=paths)
            else:
                blame(form, refusal)
        else:
            messages.success(request, _("改好了"))
            return redirect("services:recipients:detail", household.no)
    return render(request, "services/recipients/edit.html", context, status=status)
