"""Pages about sight of one household: who looked, why somebody may, near kin; and the search by ID number."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.base.audit import record
from portal.base.forms import blame
from portal.base.models import OPEN_END
from portal.base.refused import Refused
from portal.models import User
from portal.permissions.gate import needs
from portal.permissions.hats import places_for
from services.recipients.access import household_for
from services.recipients.counts import figures_for
from services.recipients.edit_views import status_of
from services.recipients.fields import shown_to
from services.recipients.finding import FIND, find_by_number
from services.recipients.kin_actions import DECLARE, declare_kin, end_kin
from services.recipients.looked import who_looked
from services.recipients.models import Household
from services.recipients.sight_access import tie_of
from services.recipients.sight_forms import AskWhyForm, FindForm, KinForm
from services.recipients.views import SEES
from services.recipients.why import reasons_in_words

LOOKS = "services.see_looks"


def _head(request: HttpRequest, household: Household) -> dict[str, Any]:
    shown = shown_to(request.user, household, timezone.now())
    return {"household": household, "name": shown.name(household)}


@needs(LOOKS, takes_object="household", methods=("GET",))
def household_looked(request: HttpRequest, no: str) -> HttpResponse:
    """Who looked at this file in the last half year, and why they could."""
    household = household_for(request.user, no, LOOKS)
    context = _head(request, household) | {"lines": who_looked(household)}
    return render(request, "services/recipients/looked.html", context)


@needs(LOOKS, takes_object="household", methods=("GET",))
def household_looked_print(request: HttpRequest, no: str) -> HttpResponse:
    """The same on paper, for the people of the household; handing it out is noted."""
    household = household_for(request.user, no, LOOKS)
    record(request.user, "household.looks_printed", household, household=household)
    context = _head(request, household) | {"lines": who_looked(household), "today": timezone.localdate()}
    return render(request, "services/recipients/looked_print.html", context)


@needs(LOOKS, takes_object="household", methods=("GET",))
def household_explain(request: HttpRequest, no: str) -> HttpResponse:
    """Why a certain person may see this household now, until when, and which fields; or that they may not."""
    household = household_for(request.user, no, LOOKS)
    form = AskWhyForm(request.GET or None)
    who = form.cleaned_data["who"] if form.is_valid() else ""
    context = _head(request, household) | {"form": form, "who": who}
    if who:
        person = User.objects.filter(username=who).first()
        context["person"] = person
        if person is not None:
            context["reasons"], context["fields"] = reasons_in_words(person, household, timezone.now())
            record(
                request.user, "household.explained", household, household=household, person=str(person.uid)
            )
    return render(request, "services/recipients/explain.html", context)


@needs(DECLARE, takes_object="household")
def household_kin(request: HttpRequest, no: str) -> HttpResponse:
    """Who of those who work here is near kin of this household."""
    household = household_for(request.user, no, DECLARE)
    form = KinForm(request.POST or None)
    if form.is_valid():
        try:
            declare_kin(
                by=request.user,
                household=household,
                username=form.cleaned_data["username"],
                at=timezone.now(),
            )
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("登记好了，这个人从现在起看不到这户"))
            return redirect("services:recipients:list")
    ties = household.kin_ties.select_related("user", "declared_by", "ended_by").order_by(
        "-valid_to", "-valid_from"
    )
    context = _head(request, household) | {"form": form, "ties": ties, "open_end": OPEN_END}
    return render(request, "services/recipients/kin.html", context, status=status_of(form))


@needs(DECLARE, takes_object="household", methods=("POST",))
def household_kin_end(request: HttpRequest, no: str, uid: Any) -> HttpResponse:
    """A tie of kin no longer stands."""
    household = household_for(request.user, no, DECLARE)
    try:
        end_kin(by=request.user, tie=tie_of(household, uid), at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("解除了"))
    return redirect("services:recipients:kin", household.no)


@needs(*SEES, takes_object="household", methods=("POST",))
def household_kin_mine(request: HttpRequest, no: str) -> HttpResponse:
    """One's own near kin: one steps back, and sees the file no more."""
    household = household_for(request.user, no)
    try:
        declare_kin(by=request.user, household=household, username=request.user.username, at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("登记好了，您从现在起看不到这户"))
    return redirect("portal:landing")


@needs("services.open_desk", methods=("GET",))
def figures(request: HttpRequest) -> HttpResponse:
    """How many households, by area and class: exact in one's own area, small cells hidden elsewhere."""
    table = figures_for(request.user, places_for(request.user, "services.view_household"))
    return render(request, "services/recipients/figures.html", {"table": table})


@needs(FIND)
def household_find(request: HttpRequest) -> HttpResponse:
    """Find a household by a whole ID number: by POST, exact, noted; the number is in no address."""
    form = FindForm(request.POST or None)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        try:
            found = find_by_number(
                by=request.user,
                number=form.cleaned_data["id_number"],
                ground=form.cleaned_data["ground"],
                at=timezone.now(),
            )
        except Refused as refusal:
            blame(form, refusal)
        else:
            shown = shown_to(request.user, found, timezone.now()) if found else None
            context |= {"asked": True, "found": found, "name": shown.name(found) if shown and found else ""}
            context["form"] = FindForm()
    return render(request, "services/recipients/find.html", context, status=status_of(form))
