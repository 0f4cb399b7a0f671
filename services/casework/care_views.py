"""Pages of care that span rooms: the care file with its two clocks, people nobody has seen, looking in."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.base.forms import blame
from portal.base.refused import Refused
from portal.permissions.gate import needs
from services.assistance.access import PROPOSE, READ, reviews_of
from services.casework.bought import bought_a_month, bought_for, responsible_for
from services.casework.care_file import people_of
from services.casework.look_in_forms import LookInForm
from services.casework.plan_needs import raise_from_plan
from services.casework.slip import slip_for
from services.casework.unseen import progress, rows_for, unseen_lines
from services.recipients.access import household_for, may_household
from services.recipients.care_access import AGREE, DRAFT_PLAN, LOOK_IN, OPEN_ROUND, plan_for
from services.recipients.care_forms import VersionForm
from services.recipients.care_reading import look, place_of, slowed
from services.recipients.clock import first_day, rounds_on, standing_of_household
from services.recipients.clock_models import LookInFound
from services.recipients.edit_views import status_of
from services.recipients.look_ins import look_in
from services.recipients.models import Household

PAGE = 50
RAISE_NEEDS = "services.verify_need"


@needs("services.view_household", takes_object="household", methods=("GET",))
@slowed
def care_file(request: HttpRequest, no: str) -> HttpResponse:
    """What care a household gets: the clock of the rules, the clock of what is bought, assessments, agreement, plan."""
    user, now, today = request.user, timezone.now(), timezone.localdate()
    household = household_for(user, no)
    seen = look(user, household)
    may_read = may_household(user, READ, household)
    village = may_household(user, LOOK_IN, household)
    bought = bought_for(household, today)
    standing = standing_of_household(household, today)
    context = {
        "household": household,
        "name": seen.name(household),
        "place": place_of(household),
        "standing": standing,
        "bought": bought,
        "bought_a_month": bought_a_month(bought),
        "short_by": max(0, standing.required.per_month - bought_a_month(bought))
        if standing and standing.required
        else 0,
        "responsible": responsible_for([household], now).get(household.pk),
        "people": people_of(household, seen, today, papers=may_read, village=village),
        "may_read": may_read,
        "may_assess": may_household(user, "services.assess_person", household),
        "may_agree": may_household(user, AGREE, household),
        "may_plan": may_household(user, DRAFT_PLAN, household),
        "may_look_in": village,
        "may_propose": may_household(user, PROPOSE, household),
        "look_ins": list(household.look_ins.select_related("by")[:10]) if may_read or village else [],
        "sees_notes": seen.mode("health") == "C",
        "reviews": list(reviews_of(user).filter(household=household).order_by("-opened_at")[:10]),
    }
    return render(request, "services/care/file.html", context)


@needs(LOOK_IN, RAISE_NEEDS, methods=("GET",))
def unseen(request: HttpRequest) -> HttpResponse:
    """People nobody has seen within what the rules require, the longest first."""
    today = timezone.localdate()
    page = Paginator(rows_for(request.user, today), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": unseen_lines(request.user, list(page), timezone.now(), today),
        "rounds": progress(request.user, rounds_on(today)),
        "first_day": first_day(),
        "may_look_in": request.user.has_perm(LOOK_IN),
        "may_open": request.user.has_perm(OPEN_ROUND),
        "on_phone": not request.user.has_perm(RAISE_NEEDS),
    }
    template = "unseen_phone" if context["on_phone"] else "unseen"
    return render(request, f"services/care/{template}.html", context)


@needs(LOOK_IN, takes_object="household")
def look_in_new(request: HttpRequest, no: str) -> HttpResponse:
    """Note that one looked in on a household."""
    household: Household = household_for(request.user, no, LOOK_IN)
    initial = {"on": timezone.localdate(), "mode": "door"}
    form = LookInForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            row = look_in(by=request.user, household=household, seen=form.seen(), today=timezone.localdate())
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("记下了"))
            if row.found == LookInFound.TROUBLE:
                return redirect("services:reviews:report", no)
            return redirect("services:care:file", no)
    context = {"form": form, "household": household, "place": place_of(household)}
    return render(request, "services/care/look_in.html", context, status=status_of(form))


@needs(DRAFT_PLAN, takes_object="plan", methods=("POST",))
def plan_needs(request: HttpRequest, no: str) -> HttpResponse:
    """Raise the needs of an approved plan that nobody has raised yet."""
    plan = plan_for(request.user, no, to="change")
    form = VersionForm(request.POST)
    if form.is_valid():
        try:
            made = raise_from_plan(by=request.user, plan=plan)
        except Refused as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("按计划提了 %(count)d 项需求") % {"count": len(made)})
    return redirect("services:care:plan", no)


def unseen_first(user: Any, shown: int = 5) -> dict[str, Any]:
    """What the village page says first: how many nobody has seen, and who."""
    today = timezone.localdate()
    rows = rows_for(user, today)
    first = list(rows[:shown])
    return {
        "unseen_count": rows.count() if len(first) == shown else len(first),
        "unseen_lines": unseen_lines(user, first, timezone.now(), today),
    }


@needs(LOOK_IN, RAISE_NEEDS, takes_object="household", methods=("GET",))
@slowed
def slip(request: HttpRequest, no: str) -> HttpResponse:
    """The paper for the recipient, in big type and plain words."""
    household = household_for(request.user, no)
    if not any(may_household(request.user, each, household) for each in (LOOK_IN, RAISE_NEEDS)):
        raise Http404
    seen = look(request.user, household)
    now = timezone.now()
    context = {
        "household": household,
        "name": seen.name(household),
        "place": place_of(household),
        "slip": slip_for(household, now, timezone.localdate()),
        "names_carers": seen.mode("circle") == "C",
        "printed_at": now,
    }
    return render(request, "services/care/slip.html", context)
