"""Pages that change a household's file."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.base.forms import blame
from portal.base.refused import Refused
from portal.permissions.gate import needs
from portal.permissions.hats import places_for
from services.recipients import actions
from services.recipients.access import household_for
from services.recipients.conflicts import differences, on_top_of
from services.recipients.forms import HouseholdForm, NewHouseholdForm, ReasonForm
from services.recipients.models import Household

EDIT = actions.EDIT
STATE_WORDS = {
    "pause": (gettext_lazy("暂停档案"), gettext_lazy("例如：住院、去外地亲戚家。暂停后不再派新任务。")),
    "resume": (gettext_lazy("恢复档案"), gettext_lazy("恢复后可以重新提需求。")),
    "close": (gettext_lazy("注销档案"), gettext_lazy("去世、迁出、不再符合条件。注销前要先结束需求。")),
}


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
    form = HouseholdForm(request.POST or None, paths=paths, initial=HouseholdForm.facts_of(household))
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
                context |= {"conflict": refusal.message, "both": differences(form, household)}
                form = context["form"] = on_top_of(form, household, paths)
            else:
                blame(form, refusal)
        else:
            messages.success(request, _("改好了"))
            return redirect("services:recipients:detail", household.no)
    return render(request, "services/recipients/edit.html", context, status=status)


@needs(EDIT, takes_object="household")
def household_state(request: HttpRequest, no: str, verb: str) -> HttpResponse:
    """Pause, resume or close a file, with a reason."""
    household: Household = household_for(request.user, no, EDIT)
    form = ReasonForm(request.POST or None, initial={"version": household.version})
    if form.is_valid():
        try:
            actions.move_household_state(
                by=request.user,
                household=household,
                verb=verb,
                version=form.cleaned_data["version"],
                reason=form.cleaned_data["reason"],
            )
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("办好了"))
            return redirect("services:recipients:detail", household.no)
    title, hint = STATE_WORDS[verb]
    context = {"household": household, "form": form, "title": title, "hint": hint, "danger": verb == "close"}
    return render(request, "services/recipients/state.html", context, status=status_of(form))
